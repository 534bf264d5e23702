//! What people write in snippets (fixtures/snippets/corpus: written anew after their pattern), and what becomes of each.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints the share"
)]

use nginx2traefik::effective::{Controller, Effective, build};
use nginx2traefik::installation::Installation;
use nginx2traefik::model;
use nginx2traefik::plan::{self, Api, GatewaySettings, Options, Plan};
use nginx2traefik::source::{SourceId, Span};
use nginx2traefik::walk::{Verdict, is_resolved, walk};
use std::fmt::Write as _;
use std::path::Path;

/// The least share of resolved texts without Lua, in percent.
const FLOOR: usize = 85;

struct Text {
    name: String,
    /// What its first line says: `in a location`.
    place: String,
    text: String,
}

fn texts() -> Vec<Text> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/snippets/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus")
        .map(|entry| entry.expect("a text").path())
        .collect();
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let text = std::fs::read_to_string(file).expect("a text");
        let place = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# in a").map(|l| l.trim_start_matches('n').trim()));
        Text {
            name: file.file_stem().expect("a name").to_string_lossy().into_owned(),
            place: place.expect("where it stands").to_owned(),
            text,
        }
    };
    files.iter().map(read).collect()
}

/// Where an Ingress holds it, and what stands beside it (`# beside auth-url: ...`), without which it would make no sense.
fn annotations(text: &Text) -> Vec<(&str, String)> {
    let beside = text.text.lines().filter_map(|line| line.strip_prefix("# beside "));
    let beside = beside.filter_map(|line| line.split_once(": "));
    let mut all: Vec<(&str, String)> = beside.map(|(key, value)| (key, value.to_owned())).collect();
    all.extend(of_place(text));
    all
}

fn of_place(text: &Text) -> Vec<(&str, String)> {
    let rules = text
        .text
        .split_once("modsecurity_rules '")
        .and_then(|(_, rest)| rest.rsplit_once("';"));
    match (text.place.as_str(), rules) {
        (_, Some((rules, _))) => vec![
            ("enable-modsecurity", "true".into()),
            ("modsecurity-snippet", rules.into()),
        ],
        ("location", _) => vec![("configuration-snippet", text.text.clone())],
        ("auth location", _) => vec![
            ("auth-url", "http://auth.default.svc.cluster.local/".into()),
            ("auth-snippet", text.text.clone()),
        ],
        ("server", _) => vec![("server-snippet", text.text.clone())],
        ("stream", _) => vec![("stream-snippet", text.text.clone())],
        _ => Vec::new(),
    }
}

/// The http-snippet that a text counts on: the zone that it names stands in the controller's ConfigMap, as another text declares it.
fn zone_of(text: &Text) -> Option<String> {
    let named = text.text.split("limit_req zone=").nth(1)?.split_whitespace().next()?;
    let declares = |text: &str| text.contains("limit_req_zone");
    let line = texts().into_iter().find_map(|other| {
        let mut lines = other.text.lines();
        lines
            .find(|line| declares(line) && line.contains(&format!("zone={named}:")))
            .map(str::to_owned)
    });
    line.filter(|_| !declares(&text.text))
}

fn planned(text: &Text) -> (Effective, Plan) {
    let names = annotations(text)
        .into_iter()
        .map(|(key, value)| (format!("nginx.ingress.kubernetes.io/{key}"), value));
    let annotations: serde_json::Map<String, serde_json::Value> =
        names.map(|(key, value)| (key, value.into())).collect();
    let object = serde_json::json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": "app", "namespace": "default", "annotations": annotations},
        "spec": {"ingressClassName": "nginx", "rules": [{"host": "app.example.com", "http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "app", "port": {"number": 80}}}}
        ]}}]},
    });
    let manifests = model::join([model::read(SourceId(0), &object.to_string())]);
    let mut controller = Controller::default();
    let http = if text.place == "http" {
        Some(text.text.clone())
    } else {
        zone_of(text)
    };
    if let Some(http) = http {
        let span = Span::new(SourceId(1), 0..http.len());
        controller.config.insert("http-snippet".into(), (http, span));
    }
    let effective = build(&manifests, controller);
    let options = Options {
        api: Api::Ingress,
        exact: false,
        installation: Installation::default(),
        gateway: GatewaySettings::default(),
    };
    let plan = plan::plan(&manifests, &effective, &options);
    (effective, plan)
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Kept => "kept".into(),
        Verdict::Differs(differences) => format!("kept, but {}", differences.join("; ")),
        Verdict::Pending => "can be kept".into(),
        Verdict::NotNeeded(why) => format!("not needed: {why}"),
        Verdict::ByHand(why) => format!("BY HAND {why}"),
        Verdict::Refused(why) => format!("REFUSED {why}"),
        Verdict::Dropped(why) => format!("dropped: {why}"),
    }
}

#[derive(Default)]
struct Count {
    all: usize,
    resolved: usize,
    /// nginx never took it, so that there is nothing to keep.
    refused: usize,
    lua: usize,
}

#[test]
fn what_becomes_of_what_people_write() {
    let (mut count, mut report) = (Count::default(), String::new());
    for text in texts() {
        let (effective, plan) = planned(&text);
        let snippet = effective.snippets.first().expect("a snippet");
        let whole = is_resolved(&effective, &plan, snippet);
        if text.text.contains("_by_lua") {
            count.lua += 1;
        } else {
            count.all += 1;
            count.resolved += usize::from(whole);
            count.refused += usize::from(!snippet.refused.is_empty());
        }
        let word = if whole { "resolved" } else { "not resolved" };
        writeln!(report, "{}: {word}", text.name).expect("a string");
        for step in walk(&effective, &plan, snippet) {
            let indent = "  ".repeat(step.depth);
            writeln!(report, "  {indent}{}: {}", step.name, verdict(&step.verdict)).expect("a string");
        }
    }
    let Count {
        all,
        resolved,
        refused,
        lua,
    } = count;
    println!(
        "corpus: {resolved} of {all} texts without Lua resolved ({} %; {} % of those that nginx takes), {refused} refused by nginx, {lua} with Lua",
        100 * resolved / all,
        100 * resolved / (all - refused)
    );
    insta::assert_snapshot!(report);
    assert!(100 * resolved >= FLOOR * all, "{resolved} of {all}");
}

/// A text that ends anywhere.
#[test]
fn cut_texts_are_walked_through() {
    for mut text in texts() {
        let whole = text.text.clone();
        let cuts: Vec<usize> = whole.char_indices().map(|(at, _)| at).step_by(17).collect();
        for cut in cuts {
            text.text = whole[..cut].to_owned();
            let (effective, plan) = planned(&text);
            for snippet in &effective.snippets {
                let steps = walk(&effective, &plan, snippet);
                assert!(
                    steps.iter().all(|s| s.at.end <= snippet.text.nginx().len()),
                    "{} at {cut}",
                    text.name
                );
            }
        }
    }
}

#[test]
fn what_is_not_resolved_says_why() {
    for text in texts() {
        let (effective, plan) = planned(&text);
        let snippet = effective.snippets.first().expect("a snippet");
        for step in walk(&effective, &plan, snippet) {
            if let Verdict::ByHand(why) | Verdict::Refused(why) = &step.verdict {
                assert!(why.len() > 10, "{}: {}", text.name, step.name);
            }
        }
    }
}

//! Whole scenarios through the binary: what is written, what is said, and that a second run has nothing left to do.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Paths below the output folder, with their texts.
type Files = BTreeMap<String, String>;

#[test]
fn dataone() {
    let known = [
        "--controller-config",
        "dataone/cluster/ingress-nginx.yaml",
        "--traefik-values",
        "dataone/traefik-values.yaml",
    ];
    scenario("dataone", &known);
}

#[test]
fn shop() {
    scenario("shop", &["--controller-config", "shop/controller.yaml"]);
}

#[test]
fn sso() {
    scenario("sso", &[]);
}

#[test]
fn sso_exact() {
    let plain = migrate(&fixtures(), Path::new("sso"), &["--target", "ingress"]);
    let exact = migrate(&fixtures(), Path::new("sso"), &["--target", "ingress", "--exact"]);
    insta::assert_snapshot!("sso-exact", differences(&plain.files, &exact.files));
}

#[test]
fn canary() {
    scenario("canary", &[]);
}

#[test]
fn shared_host() {
    scenario("shared-host", &[]);
}

#[test]
fn traefik() {
    scenario("traefik", &[]);
}

fn scenario(name: &str, known: &[&str]) {
    to_target("ingress", name, known);
    to_target("gateway", name, known);
}

fn to_target(target: &str, name: &str, known: &[&str]) {
    let wish = [known, &["--target", target]].concat();
    let before = files(&fixtures().join(name));
    let plain = migrate(&fixtures(), Path::new(name), &wish);
    // what the Gateway API has for it stands beside the scenario
    let mut settings = insta::Settings::clone_current();
    let mut prefix = format!("{name}-");
    if target == "gateway" {
        settings.set_snapshot_path(fixtures().join(name).join("gateway"));
        settings.set_prepend_module_to_snapshot(false);
        prefix.clear();
    }
    settings.bind(|| {
        insta::assert_snapshot!(format!("{prefix}report"), plain.said);
        insta::assert_snapshot!(format!("{prefix}files"), changed(&before, &plain.files));
    });
    let exact = migrate(&fixtures(), Path::new(name), &[&wish[..], &["--exact"]].concat());
    for (mode, result) in [("plain", &plain), ("exact", &exact)] {
        second_run_has_nothing_to_do(&format!("{name}, {target}, {mode}"), result, &wish, mode == "exact");
        lint_is_clean(&format!("{name}, {target}, {mode}"), result, known);
    }
}

/// A result: what was written and what was said.
struct Migrated {
    folder: TempDir,
    files: Files,
    /// Standard error, the output folder's name taken out.
    said: String,
    report: Value,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn run(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nginx2traefik"));
    command.current_dir(directory).args(args).env("NO_COLOR", "1");
    command.output().expect("the binary runs")
}

fn migrate(directory: &Path, input: &Path, more: &[&str]) -> Migrated {
    let folder = TempDir::new().expect("a folder");
    let (out, report) = (folder.path().join("out"), folder.path().join("report.json"));
    let mut args = vec!["migrate", text(input)];
    args.extend(["--output-dir", text(&out), "--report", text(&report)]);
    args.extend(more);
    let output = run(directory, &args);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}: {said}", output.status);
    Migrated {
        files: files(&out),
        said: said.replace(text(folder.path()), "/tmp"),
        report: serde_json::from_slice(&std::fs::read(&report).expect("the report")).expect("JSON"),
        folder,
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn files(root: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = text(path.strip_prefix(root).expect("below")).replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    found
}

/// The files of the result that are not as they were, whole.
fn changed(before: &Files, after: &Files) -> String {
    let new = after.iter().filter(|(name, text)| before.get(*name) != Some(text));
    new.map(|(name, text)| format!("==> {name}\n{text}")).collect()
}

fn differences(left: &Files, right: &Files) -> String {
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let mut out = String::new();
    for name in names {
        let side = |files: &Files| files.get(name).cloned().unwrap_or_default();
        let (left, right) = (side(left), side(right));
        if left != right {
            let diff = similar::TextDiff::from_lines(&left, &right);
            out += &diff.unified_diff().header(name, name).to_string();
        }
    }
    out
}

fn second_run_has_nothing_to_do(what: &str, first: &Migrated, known: &[&str], exact: bool) {
    let more: Vec<&str> = known.iter().copied().chain(exact.then_some("--exact")).collect();
    let again = migrate(&fixtures(), &first.folder.path().join("out"), &more);
    // what Traefik itself needs is written again only as long as it is not there
    let manifests = |files: &Files| -> Files {
        let own = |name: &String| name != "traefik.yaml" && name != "traefik-values.yaml";
        files
            .iter()
            .filter(|(name, _)| own(name))
            .map(|(n, t)| (n.clone(), t.clone()))
            .collect()
    };
    let diff = differences(&manifests(&first.files), &manifests(&again.files));
    assert!(diff.is_empty(), "{what}: the second run changes\n{diff}");
}

/// Only what was blocked may still need ingress-nginx.
fn lint_is_clean(what: &str, first: &Migrated, known: &[&str]) {
    let out = first.folder.path().join("out");
    let output = run(
        &fixtures(),
        &[&["lint", text(&out), "--format", "json"], known].concat(),
    );
    let lint: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let blocked: BTreeSet<String> = objects(&first.report)
        .filter(|o| o["outcome"] == "blocked")
        .map(name)
        .collect();
    let unclean: Vec<String> = objects(&lint)
        .filter(|o| !blocked.contains(&name(o)))
        .filter(|o| o["findings"].as_array().is_some_and(|f| !f.is_empty()))
        .map(ToString::to_string)
        .collect();
    assert!(
        unclean.is_empty(),
        "{what}: lint of the result finds\n{}",
        unclean.join("\n")
    );
}

fn objects(report: &Value) -> impl Iterator<Item = &Value> {
    report["objects"].as_array().expect("objects").iter()
}

fn name(object: &Value) -> String {
    format!("{}/{}", object["namespace"], object["name"])
}

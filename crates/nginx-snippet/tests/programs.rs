//! The model against 810 answers of a plain nginx 1.22.1 with headers-more to random programs: rewrites with all flags,
//! conditions, nested locations, error pages, access rules, headers. A backend echoes the path that it receives.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use nginx_snippet::{Context, Handled, Outcome, Program, RequestFacts, Value, check, evaluate, parse};
use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    host: String,
    server: String,
    answers: Vec<Recorded>,
}

#[derive(Deserialize)]
struct Recorded {
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    status: u16,
    /// The headers of the answer, in lower case and sorted.
    #[serde(default)]
    answer: Vec<String>,
    backend: Option<String>,
    body: Option<String>,
}

/// Status, headers, body, and what the backend received.
type Seen = (u16, Vec<String>, Option<String>, Option<String>);

/// What the model says, in the recording's form; `None` where it says that it does not know.
fn seen(outcome: &Outcome) -> Option<Seen> {
    let known = |value: &Option<Value>| value.as_ref().and_then(Value::known).map(str::to_owned);
    let (status, location, body, backend) = match &outcome.handled {
        Handled::Answer(answer) => (answer.status, known(&answer.location), known(&answer.text), None),
        Handled::ProxyPass { target, .. } => (outcome.status.unwrap_or(200), None, None, Some(target.clone())),
        Handled::Closed => return Some((444, Vec::new(), None, None)),
        _ => return None,
    };
    let base: Vec<(&str, &str)> = location
        .iter()
        .map(|location| ("Location", location.as_str()))
        .collect();
    let headers = outcome.response_headers(status, &base);
    let line =
        |(name, value): &(String, Value)| format!("{}: {}", name.to_ascii_lowercase(), value.known().unwrap_or("?"));
    let mut lines: Vec<String> = headers
        .iter()
        .map(line)
        .filter(|line| !line.starts_with("expires"))
        .collect();
    lines.sort();
    Some((status, lines, body.filter(|body| !body.is_empty()), backend))
}

#[test]
fn random_programs_do_what_nginx_does() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/snippets/nginx.json");
    let entries: Vec<Entry> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut all, mut unknown, mut wrong) = (0, 0, String::new());
    for entry in &entries {
        let tree = parse(&entry.server);
        assert_eq!(check(&tree, Context::Server), [], "{}", entry.server);
        let program = Program::builder().server(0, &tree).build();
        for recorded in &entry.answers {
            let Recorded { method, target, .. } = recorded;
            let mut facts = RequestFacts::new(method, "http", &entry.host, target).address("127.0.0.1");
            for (name, value) in &recorded.headers {
                facts = facts.header(name, value);
            }
            all += 1;
            let Some(mut seen) = seen(&evaluate(&program, &facts)) else {
                unknown += 1;
                continue;
            };
            // a body is not sent to HEAD, nor with 204
            if method == "HEAD" || seen.0 == 204 {
                (seen.2, seen.3) = (None, None);
            }
            let real = (
                recorded.status,
                recorded.answer.clone(),
                recorded.body.clone(),
                recorded.backend.clone(),
            );
            if seen != real {
                writeln!(wrong, "{method} {target}: {seen:?}, nginx {real:?}\n{}\n", entry.server).unwrap();
            }
        }
    }
    println!(
        "programs: {} of {all} answers predicted, {unknown} unknown",
        all - unknown - wrong.matches(", nginx (").count()
    );
    assert!(wrong.is_empty(), "{wrong}");
    assert!(unknown * 50 < all, "{unknown} of {all} unknown");
}

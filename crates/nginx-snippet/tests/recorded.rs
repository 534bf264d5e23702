//! The model against 2,072 answers of a real ingress-nginx v1.15.1 to little programs in snippets.
//!
//! What the annotations beside a snippet write into the location is written here as nginx text, in the order of the
//! controller's template.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use nginx_snippet::{
    Context, Handled, LocationMatch, Outcome, Program, RequestFacts, Tree, Value, check, evaluate, parse,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    id: String,
    host: String,
    server: Option<String>,
    location: Option<String>,
    annotations: BTreeMap<String, String>,
    paths: Vec<Path>,
    broken: Option<String>,
    answers: Vec<Recorded>,
}

#[derive(Deserialize)]
struct Path {
    path: String,
    app: String,
}

#[derive(Deserialize)]
struct Recorded {
    request: Request,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    #[serde(default)]
    no_hsts: bool,
    backend: Option<Backend>,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    scheme: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body_size: u64,
}

#[derive(Deserialize)]
struct Backend {
    app: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// The allow list, CORS and external authentication of the template, which stand before the snippet.
fn before(annotations: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    if let Some(range) = annotations.get("whitelist-source-range") {
        write!(text, "allow {range}; deny all;").unwrap();
    }
    if annotations.contains_key("enable-cors") {
        let headers = "more_set_headers 'Access-Control-Allow-Origin: $http_origin' 'Access-Control-Allow-Credentials: true' \
            'Access-Control-Allow-Methods: GET, PUT, POST, DELETE, PATCH, OPTIONS' \
            'Access-Control-Allow-Headers: DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization' \
            'Access-Control-Max-Age: 1728000';";
        write!(
            text,
            "set $http_origin *; set $cors 'true'; if ($request_method = 'OPTIONS') {{ set $cors ${{cors}}options; }} \
             if ($cors = 'true') {{ {headers} }} if ($cors = 'trueoptions') {{ {headers} return 204; }}"
        )
        .unwrap();
    }
    if annotations.contains_key("auth-url") {
        text.push_str("auth_request /auth; add_header Set-Cookie $auth_cookie;");
    }
    text
}

/// The redirect and the rewrite of the template, which stand behind the snippet.
fn after(path: &str, annotations: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    if let Some(url) = annotations.get("permanent-redirect") {
        write!(text, "return 301 {url};").unwrap();
    }
    if let Some(target) = annotations.get("rewrite-target") {
        write!(text, "rewrite \"(?i){path}\" {target} break;").unwrap();
    }
    text
}

fn program(entry: &Entry) -> Program {
    let server = parse(entry.server.as_deref().unwrap_or_default());
    let snippet = parse(entry.location.as_deref().unwrap_or_default());
    let mut builder = Program::builder().server(0, &server);
    let mut paths: Vec<&Path> = entry.paths.iter().collect();
    paths.sort_by_key(|path| std::cmp::Reverse(path.path.len()));
    for path in paths {
        let (before, after) = (
            parse(&before(&entry.annotations)),
            parse(&after(&path.path, &entry.annotations)),
        );
        let texts: [(u32, &Tree); 3] = [(1, &before), (2, &snippet), (3, &after)];
        for matcher in matchers(&path.path, entry.annotations.contains_key("use-regex")) {
            builder = builder.location(&path.app, matcher, &texts);
        }
    }
    builder.build()
}

fn matchers(path: &str, regex: bool) -> Vec<LocationMatch> {
    match path {
        _ if regex => vec![LocationMatch::regex(&format!("^{path}"), true)],
        "/" => vec![LocationMatch::prefix("/")],
        _ => vec![LocationMatch::prefix(&format!("{path}/")), LocationMatch::exact(path)],
    }
}

fn facts(entry: &Entry, request: &Request) -> RequestFacts {
    let mut facts = RequestFacts::new(&request.method, &request.scheme, &entry.host, &request.path)
        .address(
            request
                .headers
                .get("X-Forwarded-For")
                .map_or("127.0.0.1", String::as_str),
        )
        .body_size(request.body_size)
        .variable("auth_cookie", "session=auth");
    for (name, value) in &request.headers {
        facts = facts.header(name, value);
    }
    facts
}

/// What a client sees, from the outcome.
struct Seen {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Option<String>,
    backend: Option<(String, String)>,
}

fn seen(outcome: &Outcome) -> Result<Seen, String> {
    let (own_status, base, body, backend) = match &outcome.handled {
        Handled::Answer(answer) => {
            let text = answer
                .text
                .as_ref()
                .and_then(Value::known)
                .filter(|text| !text.is_empty())
                .map(str::to_owned);
            let location = answer
                .location
                .as_ref()
                .and_then(Value::known)
                .map(|url| ("Location", url));
            (answer.status, location, text, None)
        }
        Handled::Backend { location, target } if location == "status" => match target.rsplit_once("/status/") {
            Some((_, code)) => (
                code.parse().unwrap_or(200),
                None,
                Some(format!("upstream status {code}")),
                None,
            ),
            None => (200, None, Some("status backend OK".to_owned()), None),
        },
        Handled::Backend { location, target } => (200, None, None, Some((location.clone(), target.clone()))),
        Handled::ProxyPass { target, .. } => (200, None, None, Some(("echo-b".to_owned(), target.clone()))),
        other => return Err(format!("{other:?}")),
    };
    let status = outcome.status.unwrap_or(own_status);
    let base: Vec<(&str, &str)> = base.into_iter().collect();
    let headers = outcome.response_headers(status, &base);
    let text = |value: Value| value.known().unwrap_or("(unknown)").to_owned();
    Ok(Seen {
        status,
        headers: headers.into_iter().map(|(name, value)| (name, text(value))).collect(),
        body,
        backend,
    })
}

/// The first difference between the model and the recording.
fn difference(entry: &Entry, program: &Program, recorded: &Recorded) -> Option<String> {
    let outcome = evaluate(program, &facts(entry, &recorded.request));
    let seen = match seen(&outcome) {
        Ok(seen) => seen,
        Err(why) => return Some(why),
    };
    if seen.status != recorded.status {
        return Some(format!("status {} for {}", seen.status, recorded.status));
    }
    let mut expected = recorded.headers.clone();
    // moves with the clock
    if expected.contains_key("Expires") {
        expected.insert("Expires".to_owned(), "(unknown)".to_owned());
    }
    if seen.headers != expected {
        return Some(format!("headers {:?} for {expected:?}", seen.headers));
    }
    if recorded.body != seen.body && recorded.request.method != "HEAD" {
        return Some(format!("body {:?} for {:?}", seen.body, recorded.body));
    }
    let backend = recorded
        .backend
        .as_ref()
        .map(|backend| (backend.app.clone(), backend.path.clone()));
    if seen.backend != backend {
        return Some(format!("backend {:?} for {backend:?}", seen.backend));
    }
    if recorded.request.scheme == "https" && outcome.managed == recorded.no_hsts {
        return Some(format!("HSTS {} for {}", outcome.managed, !recorded.no_hsts));
    }
    upstream_difference(&outcome, recorded.backend.as_ref()?)
}

fn upstream_difference(outcome: &Outcome, backend: &Backend) -> Option<String> {
    let sent = outcome.upstream.iter().filter(|header| !header.duplicate);
    let known = |value: &Value| value.known().unwrap_or("(unknown)").to_owned();
    let sent: BTreeMap<String, String> = sent.map(|header| (header.name.clone(), known(&header.value))).collect();
    let mut expected = backend.headers.clone();
    // a proxy_pass of its own closes the connection, which is nginx's default and no header of the snippet
    expected.remove("Connection");
    (sent != expected).then(|| format!("upstream {sent:?} for {expected:?}"))
}

fn entries() -> Vec<Entry> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/snippets/recorded.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_recorded_answers_are_predicted() {
    let mut misses = String::new();
    let (mut all, mut right) = (0, 0);
    for entry in entries() {
        let program = program(&entry);
        for recorded in &entry.answers {
            all += 1;
            match difference(&entry, &program, recorded) {
                None => right += 1,
                Some(why) => {
                    let Request {
                        method,
                        scheme,
                        path,
                        headers,
                        ..
                    } = &recorded.request;
                    writeln!(misses, "{} {method} {scheme} {path} {headers:?}: {why}", entry.id).unwrap();
                }
            }
        }
    }
    println!(
        "snippets: {right} of {all} recorded answers predicted ({:.1} %)",
        100.0 * f64::from(right) / f64::from(all)
    );
    insta::assert_snapshot!(misses);
    assert!(right * 100 >= all * 98, "{right} of {all}");
}

#[test]
fn what_nginx_refused_is_refused_in_its_words() {
    let mut seen = String::new();
    for entry in entries() {
        let texts = [
            (entry.server.as_deref(), Context::Server),
            (entry.location.as_deref(), Context::Location),
        ];
        let said: Vec<String> = texts
            .into_iter()
            .filter_map(|(text, context)| Some(check(&parse(text?), context)))
            .flatten()
            .map(|problem| problem.message)
            .collect();
        match &entry.broken {
            None => assert_eq!(said, Vec::<String>::new(), "{}", entry.id),
            Some(broken) => {
                let message = broken.strip_prefix("[emerg] ").unwrap_or(broken);
                assert!(
                    said.iter().any(|one| one == message),
                    "{}: {said:?} for {broken}",
                    entry.id
                );
                writeln!(seen, "{}: {message}", entry.id).unwrap();
            }
        }
    }
    insta::assert_snapshot!(seen);
}

//! What each application answers.
use super::echo::{Call, canonical};
use base64::Engine;
use http_body_util::Full;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;
pub(super) type Response = http::Response<Body>;

/// A whole body.
pub(super) fn body(text: impl Into<Bytes>) -> Body {
    Body::new(Full::new(text.into()))
}

/// What the applications remember between requests.
#[derive(Debug, Default)]
pub struct State {
    flaky: Mutex<BTreeMap<String, u64>>,
    sink: Mutex<BTreeMap<String, (u64, Value)>>,
}

pub(super) async fn answer(call: &Call<'_>, state: &State) -> Response {
    match call.app {
        "auth" => auth(call),
        "errors" => {
            let mut body = call.echo();
            body["text"] = json!("custom error page");
            json_answer(200, &body)
        }
        "grpc" | "grpcs" => super::grpc::answer(call),
        "status" => status(call),
        "slow" => {
            tokio::time::sleep(wait(call)).await;
            json_answer(200, &call.echo())
        }
        "flaky" => flaky(call, state),
        "sink" => sink(call, state),
        _ => echo(call),
    }
}

fn echo(call: &Call<'_>) -> Response {
    let path = call.path();
    if path.ends_with("/redirect-to") {
        return text(302, "", &[("Location", call.query("url").unwrap_or("/"))]);
    }
    if path.ends_with("/set-cookie") {
        let mut cookie = format!("{}=1", call.query("name").unwrap_or("c"));
        for attribute in ["domain", "path"] {
            if let Some(value) = call.query(attribute) {
                cookie += &format!("; {}={value}", canonical(attribute));
            }
        }
        return finish(
            200,
            call.echo().to_string(),
            &[("Content-Type", "application/json"), ("Set-Cookie", &cookie)],
        );
    }
    if let Some(size) = last_number(path, "/bytes/") {
        return text(200, &"a".repeat(size as usize), &[]);
    }
    json_answer(200, &call.echo())
}

fn status(call: &Call<'_>) -> Response {
    match last_number(call.path(), "/status/") {
        Some(code) => text(code as u16, &format!("upstream status {code}"), &[]),
        None => text(200, "status backend OK", &[]),
    }
}

fn wait(call: &Call<'_>) -> Duration {
    let seconds = call
        .path()
        .rsplit_once("/sleep/")
        .map(|(_, s)| s)
        .or(call.query("wait"))
        .unwrap_or("0");
    Duration::from_secs_f64(seconds.trim_end_matches('s').parse().unwrap_or(0.0))
}

fn flaky(call: &Call<'_>, state: &State) -> Response {
    let key = call.query("key").unwrap_or_default().to_owned();
    let mut counts = state.flaky.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(key).or_default();
    if call.path().ends_with("/reset") {
        *count = 0;
        return text(200, "reset", &[]);
    }
    if call.path().ends_with("/count") {
        return text(200, &count.to_string(), &[]);
    }
    *count += 1;
    let failures = call.query("fail").and_then(|n| n.parse().ok()).unwrap_or(0);
    if *count <= failures {
        text(503, "flaky failure", &[])
    } else {
        json_answer(200, &call.echo())
    }
}

fn sink(call: &Call<'_>, state: &State) -> Response {
    let parts: Vec<&str> = call.path().split('/').filter(|p| !p.is_empty()).collect();
    let key = parts.last().copied().unwrap_or_default().to_owned();
    let mut hits = state.sink.lock().unwrap_or_else(PoisonError::into_inner);
    if parts.len() >= 2 && parts[parts.len() - 2] == "count" {
        let (count, last) = hits.get(&key).cloned().unwrap_or((0, Value::Null));
        return json_answer(200, &json!({"server": "sink", "hits": count, "last": last}));
    }
    let entry = hits.entry(key).or_insert((0, Value::Null));
    *entry = (entry.0 + 1, call.echo());
    json_answer(200, &json!({"server": "sink"}))
}

/// An auth server: what it says depends on the path that it is asked at.
fn auth(call: &Call<'_>) -> Response {
    let parts: Vec<&str> = call.path().split('/').skip(1).collect();
    let seen = seen(call);
    let length = call.body.len().to_string();
    let mut known: Vec<(&str, &str)> = vec![
        ("X-Auth-User", "authenticated-user"),
        ("X-Auth-Role", "admin"),
        ("X-Request-Method", call.head.method.as_str()),
        ("X-Auth-Body-Bytes", &length),
    ];
    let seen: Vec<(&str, &str)> = seen.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    match parts.as_slice() {
        ["deny", ..] => text(401, "denied by auth server", &seen),
        ["forbidden", ..] => text(403, "forbidden by auth server", &seen),
        ["redirect", ..] => text(302, "", &[("Location", "http://elsewhere.example.test/login")]),
        ["status", code, ..] => text(code.parse().unwrap_or(500), "auth status", &seen),
        ["basic", user, password, ..] => basic(call, user, password, &known, &seen),
        ["cookie", name, value, ..] => {
            let cookie = format!("{name}={value}");
            known.push(("Set-Cookie", &cookie));
            text(200, "ok", &[known, seen].concat())
        }
        ["set", name, value, ..] => {
            known.extend([("Set-Cookie", "session=auth"), (*name, *value)]);
            text(200, "ok", &[known, seen].concat())
        }
        _ => {
            known.push(("Set-Cookie", "session=auth"));
            text(200, "ok", &[known, seen].concat())
        }
    }
}

/// What it was asked comes back as X-Seen-*.
fn seen(call: &Call<'_>) -> Vec<(String, String)> {
    let named = |name: &str| format!("X-Seen-{}", canonical(name));
    let headers = call.head.headers.iter();
    headers
        .map(|(name, value)| {
            (
                named(name.as_str()),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

fn basic(call: &Call<'_>, user: &str, password: &str, known: &[(&str, &str)], seen: &[(&str, &str)]) -> Response {
    let wanted = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    if call.header("authorization") == Some(&format!("Basic {wanted}")) {
        return text(200, "ok", &[known, seen].concat());
    }
    text(
        401,
        "denied by auth server",
        &[("WWW-Authenticate", "Basic realm=\"auth\"")],
    )
}

fn last_number(path: &str, after: &str) -> Option<u64> {
    path.rsplit_once(after)?.1.parse().ok()
}

fn json_answer(status: u16, body: &Value) -> Response {
    finish(status, body.to_string(), &[("Content-Type", "application/json")])
}

fn text(status: u16, body: &str, headers: &[(&str, &str)]) -> Response {
    let mut all = vec![("Content-Type", "text/plain")];
    all.extend_from_slice(headers);
    finish(status, body.to_owned(), &all)
}

fn finish(status: u16, body: String, headers: &[(&str, &str)]) -> Response {
    let mut builder = http::Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(self::body(body)).unwrap_or_else(|_| broken())
}

/// A header that cannot be sent.
fn broken() -> Response {
    let mut response = http::Response::new(body("the stand cannot say this"));
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

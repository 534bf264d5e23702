//! The model's answer against a recorded one, as a client and a backend would see a difference.
use crate::ask::scalar;
use crate::world::Backends;
use nginx2traefik::effective::{Answer, BackendCall, Request};
use serde_json::Value;

/// Response headers whose exact value means nothing to a client of the recordings.
const LOOSE: &[&str] = &[
    "set-cookie",
    "server",
    "vary",
    "etag",
    "last-modified",
    "content-type",
    "accept-ranges",
    "date",
    "expires",
];
const PREFLIGHT_ONLY: &[&str] = &[
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
];
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// What differs; nothing where the answer is right.
pub(crate) fn differences(
    answer: &Answer,
    recorded: &Value,
    request: &Request,
    backends: &Backends<'_>,
) -> Vec<String> {
    let mut found = Vec::new();
    match answer {
        Answer::Unknown(why) => return vec![format!("Unknown: {why}")],
        Answer::Closed => return vec!["the connection is closed".into()],
        Answer::Own { status, headers } => {
            number(*status, recorded, &mut found);
            response(headers, recorded, request, &mut found);
            if recorded.get("backend").is_some() {
                found.push(format!(
                    "answered itself, not by {}",
                    scalar(&recorded["backend"]["app"])
                ));
            }
        }
        Answer::Backend {
            call, status, headers, ..
        } => {
            let Some(status) = *status else {
                return vec![format!(
                    "Unknown: depends on what {} answers",
                    backends.app(&call.service).unwrap_or_default()
                )];
            };
            number(status, recorded, &mut found);
            response(headers, recorded, request, &mut found);
            backend(call, recorded, request, backends, &mut found);
        }
    }
    found
}

fn number(status: u16, recorded: &Value, found: &mut Vec<String>) {
    if recorded["status"].as_u64() != Some(u64::from(status)) {
        found.push(format!("status {status}, not {}", recorded["status"]));
    }
}

/// Headers of the response: those recorded have to be there, and no others that a client acts on.
fn response(headers: &[(String, String)], recorded: &Value, request: &Request, found: &mut Vec<String>) {
    let preflight = request.method == "OPTIONS" && request.header("Access-Control-Request-Method").is_some();
    let matters = |name: &str| {
        let name = name.to_lowercase();
        !LOOSE.contains(&name.as_str()) && (preflight || !PREFLIGHT_ONLY.contains(&name.as_str()))
    };
    let values = |name: &str| -> Vec<&str> {
        let same = headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        same.map(|(_, v)| v.as_str()).collect()
    };
    for (name, value) in recorded["headers"].as_object().into_iter().flatten() {
        if !matters(name) {
            continue;
        }
        let wanted: Vec<String> = match value {
            Value::Array(all) => all.iter().map(scalar).collect(),
            one => vec![scalar(one)],
        };
        let have = values(name);
        let same = |have: &[&str]| {
            have.len() >= wanted.len()
                && have
                    .iter()
                    .zip(&wanted)
                    .all(|(h, w)| means(name, h, request) == means(name, w, request))
        };
        if !same(&have) {
            found.push(format!("{name}: {have:?}, not {wanted:?}"));
        }
    }
    for name in ["Access-Control-Allow-Origin", "Location", "WWW-Authenticate"] {
        let have = values(name).into_iter().filter(|v| !v.is_empty()).collect::<Vec<_>>();
        if !have.is_empty() && recorded["headers"].get(name).is_none() {
            found.push(format!("{name}: {have:?} too much"));
        }
    }
    hsts(&values("Strict-Transport-Security"), recorded, request, found);
}

/// The default HSTS is not written in the recordings; `no_hsts` says where https lacked it.
fn hsts(have: &[&str], recorded: &Value, request: &Request, found: &mut Vec<String>) {
    if request.scheme == nginx2traefik::effective::Scheme::Http
        || recorded["headers"].get("Strict-Transport-Security").is_some()
    {
        return;
    }
    let wanted: &[&str] = if recorded.get("no_hsts").is_some() {
        &[]
    } else {
        &[HSTS]
    };
    if have != wanted {
        found.push(format!("Strict-Transport-Security: {have:?}, not {wanted:?}"));
    }
}

/// What a header's value says to a client: lists without blanks, Location without a default port.
fn means(name: &str, value: &str, request: &Request) -> String {
    if name.to_lowercase().starts_with("access-control-") {
        return value.split(',').map(str::trim).collect::<Vec<_>>().join(",");
    }
    if !name.eq_ignore_ascii_case("location") {
        return value.to_owned();
    }
    let scheme = if request.scheme == nginx2traefik::effective::Scheme::Https {
        "https"
    } else {
        "http"
    };
    let absolute = if value.starts_with('/') && !value.starts_with("//") {
        format!("{scheme}://{}{value}", request.host)
    } else {
        value.to_owned()
    };
    let Some((scheme, rest)) = absolute.split_once("://") else {
        return absolute;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let default = if scheme == "https" { ":443" } else { ":80" };
    let path = if path.is_empty() { "/" } else { path };
    format!("{scheme}://{}{path}", host.strip_suffix(default).unwrap_or(host))
}

fn backend(call: &BackendCall, recorded: &Value, request: &Request, backends: &Backends<'_>, found: &mut Vec<String>) {
    let app = backends.app(&call.service).unwrap_or_default();
    let Some(seen) = recorded.get("backend") else {
        // an answer without a body, or without JSON, does not say what the backend received
        let speaks = app == "status" || call.target.contains("/bytes/");
        let silent = request.method == "HEAD" || recorded["status"].as_u64().is_some_and(|s| s != 200) || speaks;
        if !silent {
            found.push(format!("answered by {app}, not by nginx itself"));
        }
        return;
    };
    let mut compare = |what: &str, have: &str, wanted: &str| {
        if have != wanted {
            found.push(format!("backend {what} {have:?}, not {wanted:?}"));
        }
    };
    compare("app", &app, &scalar(&seen["app"]));
    // the recording does not show an empty query
    compare("path", call.target.trim_end_matches('?'), &scalar(&seen["path"]));
    let method = seen.get("method").map_or(request.method.clone(), scalar);
    compare("method", &call.method, &method);
    let host = seen.get("host").map_or(request.host.clone(), scalar);
    compare("host", &call.host, &host);
    received(call, seen, request, found);
}

fn received(call: &BackendCall, seen: &Value, request: &Request, found: &mut Vec<String>) {
    let withheld = |name: &str| call.without.iter().any(|n| n.eq_ignore_ascii_case(name));
    let value = |name: &str| {
        let set = call.headers.iter().rev().find(|(n, _)| n.eq_ignore_ascii_case(name));
        let set = set.map(|(_, v)| v.as_str());
        set.or_else(|| request.header(name).filter(|_| !withheld(name)))
    };
    for (name, wanted) in seen["headers"].as_object().into_iter().flatten() {
        // the model does not tell what any proxy says
        let usual = Some("127.0.0.1").filter(|_| name == "X-Real-Ip");
        let have = value(name).or(usual);
        if wanted.is_null() && have.is_none() {
            continue;
        }
        if have != Some(scalar(wanted).as_str()) {
            found.push(format!("backend gets {name} {have:?}, not {wanted}"));
        }
    }
    for name in seen["without"].as_array().into_iter().flatten().map(scalar) {
        if let Some(have) = value(&name) {
            found.push(format!("backend gets {name} {have:?}"));
        }
    }
}

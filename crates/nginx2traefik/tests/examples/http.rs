//! The `http` blocks: requests, and what ingress-nginx answers.
use nginx2traefik::effective::{Answer, AuthCall, BackendCall, Reply, Request, Scheme, World};
use regex::Regex;

/// One expectation, as it is written.
#[derive(Debug)]
pub(crate) enum Expected {
    Status(Vec<u16>),
    Header(String, String),
    NoHeader(String),
    Backend(String, String),
    NoBackend(String),
}

/// A request with what is expected of it.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) line: String,
    pub(crate) request: Request,
    pub(crate) expected: Vec<Expected>,
}

/// Whether an answer is the expected one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    Wrong(String),
    /// The model does not know.
    Unknown(String),
}

/// What stands behind the examples. The Service `status` answers with the status that its path names, the others with 200.
/// The auth server refuses at `/deny`; otherwise it lets in, as the user `authenticated-user`.
pub(crate) struct Behind;

impl World for Behind {
    fn auth(&self, call: &AuthCall) -> Option<Reply> {
        let user = ("X-Auth-User".to_owned(), "authenticated-user".to_owned());
        Some(match call.url.ends_with("/deny") {
            true => Reply {
                status: 401,
                headers: Vec::new(),
                seconds: 0,
            },
            false => Reply {
                status: 200,
                headers: vec![user],
                seconds: 0,
            },
        })
    }

    fn backend(&self, call: &BackendCall) -> Option<Reply> {
        let named = call
            .target
            .strip_prefix("/status/")
            .and_then(|status| status.parse().ok());
        Some(Reply {
            status: named.filter(|_| call.service.contains("/status:")).unwrap_or(200),
            headers: Vec::new(),
            seconds: 0,
        })
    }
}

/// Reads a block; `Err` names the line that cannot be read.
pub(crate) fn parse(block: &str) -> Result<Vec<Exchange>, String> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for line in block.lines().filter(|l| !l.trim().is_empty()) {
        let bad = || format!("cannot read `{line}`");
        if let Some(text) = line.strip_prefix("=> ") {
            let exchange = exchanges.last_mut().ok_or_else(bad)?;
            exchange.expected.push(expectation(text).ok_or_else(bad)?);
        } else {
            exchanges.push(Exchange {
                line: line.to_owned(),
                request: request(line).ok_or_else(bad)?,
                expected: Vec::new(),
            });
        }
    }
    match exchanges.iter().find(|e| e.expected.is_empty()) {
        Some(exchange) => Err(format!("nothing is expected of `{}`", exchange.line)),
        None => Ok(exchanges),
    }
}

fn request(line: &str) -> Option<Request> {
    let form = Regex::new(r"^([A-Z]+) (https?)://([^/ ]+)(/[^ ]*)((?: [A-Za-z0-9_-]+: .*)?)$").ok()?;
    let parts = form.captures(line)?;
    let mut request = Request {
        method: parts[1].to_owned(),
        scheme: if &parts[2] == "http" {
            Scheme::Http
        } else {
            Scheme::Https
        },
        host: parts[3].to_owned(),
        target: parts[4].to_owned(),
        headers: Vec::new(),
        body_size: 0,
        client_certificate: None,
        certificate_names: None,
        address: None,
    };
    let names = Regex::new(r" ([A-Za-z0-9_-]+): ").ok()?;
    let found: Vec<_> = names.captures_iter(&parts[5]).collect();
    for (at, name) in found.iter().enumerate() {
        let end = found
            .get(at + 1)
            .map_or(parts[5].len(), |next| next.get_match().start());
        let value = parts[5][name.get_match().end()..end].to_owned();
        add_header(&mut request, &name[1], value)?;
    }
    Some(request)
}

/// `Body-Bytes` is no header but the size of the body.
fn add_header(request: &mut Request, name: &str, value: String) -> Option<()> {
    if name == "Body-Bytes" {
        request.body_size = value.parse().ok()?;
    } else {
        request.headers.push((name.to_owned(), value));
    }
    Some(())
}

fn expectation(text: &str) -> Option<Expected> {
    if let Some(name) = text.strip_prefix("backend no ") {
        return Some(Expected::NoBackend(name.to_owned()));
    }
    if let Some(rest) = text.strip_prefix("backend ") {
        let (name, value) = rest.split_once(": ")?;
        return Some(Expected::Backend(name.to_owned(), value.to_owned()));
    }
    if let Some(name) = text.strip_prefix("no ") {
        return Some(Expected::NoHeader(name.to_owned()));
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        let statuses: Result<Vec<u16>, _> = text.split(" | ").map(str::parse).collect();
        return statuses.ok().map(Expected::Status);
    }
    let (name, value) = text.split_once(": ")?;
    Some(Expected::Header(name.to_owned(), value.to_owned()))
}

/// Compares the model's answer with what is expected.
pub(crate) fn judge(answer: &Answer, expected: &[Expected]) -> Verdict {
    if let Answer::Unknown(why) = answer {
        return Verdict::Unknown(why.clone());
    }
    match expected.iter().find(|e| !holds(answer, e)) {
        Some(failed) => Verdict::Wrong(format!("expected {failed:?}, the model answers {answer:?}")),
        None => Verdict::Right,
    }
}

fn holds(answer: &Answer, expected: &Expected) -> bool {
    match (answer, expected) {
        (Answer::Own { status, .. }, Expected::Status(any)) => any.contains(status),
        (Answer::Backend { status, .. }, Expected::Status(any)) => status.is_some_and(|status| any.contains(&status)),
        (Answer::Own { headers, .. } | Answer::Backend { headers, .. }, Expected::Header(name, value)) => {
            header(headers, name).is_some_and(|found| found == value)
        }
        (Answer::Own { headers, .. } | Answer::Backend { headers, .. }, Expected::NoHeader(name)) => {
            header(headers, name).is_none()
        }
        (Answer::Backend { call, .. }, Expected::Backend(name, value)) => {
            received(call, name).is_some_and(|v| v == value)
        }
        (Answer::Backend { call, .. }, Expected::NoBackend(name)) => {
            call.without.iter().any(|w| w.eq_ignore_ascii_case(name)) || header(&call.headers, name).is_none()
        }
        _ => false,
    }
}

/// What the backend receives: `path`, `host`, `server` (the Service's name) or a header.
fn received<'a>(call: &'a BackendCall, name: &str) -> Option<&'a str> {
    match name {
        "path" => Some(&call.target),
        "host" => Some(&call.host),
        "server" => call.service.split(['/', ':']).nth(1),
        _ => header(&call.headers, name),
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.as_str())
}

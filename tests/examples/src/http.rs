//! The `http` blocks: requests, and what ingress-nginx answers.
use nginx2traefik::effective::{ClientCertificate, Request, Scheme};
use regex::Regex;

/// One expectation, as it is written.
#[derive(Debug, Clone)]
pub enum Expected {
    /// One of these statuses; 0 stands for a connection that is refused.
    Status(Vec<u16>),
    /// So many requests at once: the statuses that come, each of them at least once and no other.
    Of(usize, Vec<u16>),
    /// A cookie that is set: its name, and attributes that it has (`Path=/`, `Secure`).
    Cookie(String, Vec<String>),
    /// A header of the answer, and its value.
    Header(String, String),
    /// A header that the answer must not have.
    NoHeader(String),
    /// What the backend receives: `path`, `host`, `server` (the Service's name) or a header.
    Backend(String, String),
    /// A header that the backend must not receive.
    NoBackend(String),
    /// What a run with these words (`gateway`, `3.6`, `plain`) answers instead, which the report tells.
    On(Vec<String>, Box<Expected>),
}

/// A request with what is expected of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request as it is written.
    pub line: String,
    /// What a client sends.
    pub request: Request,
    /// All of it has to hold.
    pub expected: Vec<Expected>,
}

/// What runs are called by: target, version of Traefik, mode.
const RUNS: &[&str] = &["ingress", "gateway", "3.6", "3.7", "plain", "exact"];

/// What is expected of a run that is called `run` (`gateway 3.6 plain`); of none: what ingress-nginx answers. Where several
/// expectations of one thing are bound to the run, the last one counts.
pub fn expected_of(run: Option<&str>, all: &[Expected]) -> Vec<Expected> {
    let of_run: Vec<&str> = run.into_iter().flat_map(|run| run.split(' ')).collect();
    let mut found: Vec<Expected> = all
        .iter()
        .filter(|fact| !matches!(fact, Expected::On(..)))
        .cloned()
        .collect();
    for fact in all {
        if let Expected::On(words, instead) = fact
            && words.iter().all(|word| of_run.contains(&word.as_str()))
        {
            found.retain(|other| other.subject() != instead.subject());
            found.push((**instead).clone());
        }
    }
    found
}

impl Expected {
    /// What it is about.
    fn subject(&self) -> (&'static str, String) {
        match self {
            Expected::Status(_) | Expected::Of(..) => ("status", String::new()),
            Expected::Cookie(name, _) => ("cookie", name.clone()),
            Expected::Header(name, _) | Expected::NoHeader(name) => ("header", name.to_ascii_lowercase()),
            Expected::Backend(name, _) | Expected::NoBackend(name) => ("backend", name.to_ascii_lowercase()),
            Expected::On(_, fact) => fact.subject(),
        }
    }
}

/// Reads a block.
///
/// # Errors
/// Names the line that cannot be read.
pub fn parse(block: &str) -> Result<Vec<Exchange>, String> {
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

/// Three names are no headers: the size of the body, what the client shows in the handshake, where it comes from.
fn add_header(request: &mut Request, name: &str, value: String) -> Option<()> {
    match name {
        "Body-Bytes" => request.body_size = value.parse().ok()?,
        "Client-Address" => request.address = Some(value.parse().ok()?),
        "Client-Certificate" => {
            request.client_certificate = Some(match value.as_str() {
                "trusted" => ClientCertificate::Trusted,
                "unknown" => ClientCertificate::Unknown,
                _ => return None,
            });
        }
        _ => request.headers.push((name.to_owned(), value)),
    }
    Some(())
}

fn expectation(text: &str) -> Option<Expected> {
    if let Some((words, rest)) = text.strip_prefix("on ").and_then(|rest| rest.split_once(": ")) {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let known = words.iter().all(|word| RUNS.contains(&word.as_str()));
        return known.then_some(Expected::On(words, Box::new(expectation(rest)?)));
    }
    if let Some((count, statuses)) = text.strip_prefix("of ").and_then(|rest| rest.split_once(": ")) {
        let statuses: Option<Vec<u16>> = statuses.split(' ').map(status).collect();
        return Some(Expected::Of(count.parse().ok()?, statuses?));
    }
    if let Some((name, attributes)) = text.strip_prefix("cookie ").and_then(|rest| rest.split_once(": ")) {
        let attributes = attributes.split("; ").map(str::to_owned).collect();
        return Some(Expected::Cookie(name.to_owned(), attributes));
    }
    if let Some(name) = text.strip_prefix("backend no ") {
        return named(name).map(Expected::NoBackend);
    }
    if let Some(rest) = text.strip_prefix("backend ") {
        let (name, value) = rest.split_once(": ")?;
        return Some(Expected::Backend(named(name)?, value.to_owned()));
    }
    if let Some(name) = text.strip_prefix("no ") {
        return named(name).map(Expected::NoHeader);
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) || text == "refused" {
        let statuses: Option<Vec<u16>> = text.split(" | ").map(status).collect();
        return statuses.map(Expected::Status);
    }
    let (name, value) = text.split_once(": ")?;
    Some(Expected::Header(named(name)?, value.to_owned()))
}

fn status(text: &str) -> Option<u16> {
    if text == "refused" {
        return Some(0);
    }
    text.parse().ok().filter(|status| (100..600).contains(status))
}

fn named(name: &str) -> Option<String> {
    let legal = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    legal.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line_with_its_headers() {
        let block = "POST https://a.example.test/x?y=1 Cookie: a=b; c=d Body-Bytes: 3 Client-Certificate: trusted\n=> 200 | 204\n=> backend path: /x\n";
        let exchange = parse(block).unwrap_or_default().remove(0);
        assert_eq!(exchange.request.target, "/x?y=1");
        assert_eq!(exchange.request.headers, [("Cookie".to_owned(), "a=b; c=d".to_owned())]);
        assert_eq!(exchange.request.body_size, 3);
        assert_eq!(exchange.request.client_certificate, Some(ClientCertificate::Trusted));
        assert_eq!(exchange.expected.len(), 2);
    }

    #[test]
    fn a_run_may_answer_otherwise() {
        let block = "GET http://a.example.test/x\n=> 302\n=> on gateway: 401\n=> on gateway 3.6: 403\n=> no X-A\n";
        let all = parse(block).unwrap_or_default().remove(0).expected;
        let status = |run: Option<&str>| {
            let facts = expected_of(run, &all);
            assert_eq!(facts.len(), 2, "{facts:?}");
            let status = facts.into_iter().find_map(|fact| match fact {
                Expected::Status(any) => any.first().copied(),
                _ => None,
            });
            status.unwrap_or_default()
        };
        assert_eq!(status(None), 302);
        assert_eq!(status(Some("ingress 3.6 plain")), 302);
        assert_eq!(status(Some("gateway 3.7 plain")), 401);
        assert_eq!(status(Some("gateway 3.6 plain")), 403);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let message = |block: &str| parse(block).err().unwrap_or_default();
        assert_eq!(message("GET /x\n=> 200"), "cannot read `GET /x`");
        assert_eq!(
            message("GET http://a.example.test/"),
            "nothing is expected of `GET http://a.example.test/`"
        );
        for fact in ["2000", "200 | x", "X A: b", "no X A", "on 3.5: 200", "of x: 200"] {
            let block = format!("GET http://a.example.test/\n=> {fact}\n");
            assert_eq!(message(&block), format!("cannot read `=> {fact}`"));
        }
    }
}

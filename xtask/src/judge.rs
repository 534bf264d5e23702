//! Whether a real answer is the expected one, as a client would see it.
use examples::Expected;
use nginx2traefik::effective::{Request, Scheme};
use serde_json::Value;
use stand::client::Answer;
use std::collections::BTreeSet;

/// The facts that differ; empty: the answer is right.
pub(crate) fn differences(request: &Request, answer: &Answer, expected: &[Expected]) -> Vec<String> {
    let facts = expected.iter().filter_map(|fact| difference(request, answer, fact));
    facts.collect()
}

/// Whether no answer at all is an answer.
pub(crate) fn may_be_refused(expected: &[Expected]) -> bool {
    expected
        .iter()
        .all(|fact| matches!(fact, Expected::Status(any) if any.contains(&0)))
}

fn difference(request: &Request, answer: &Answer, expected: &Expected) -> Option<String> {
    match expected {
        Expected::Status(any) if any.contains(&answer.status) => None,
        Expected::Status(any) => {
            let wanted: Vec<String> = any.iter().map(u16::to_string).collect();
            Some(format!("status {}, expected {}", answer.status, wanted.join(" or ")))
        }
        Expected::Header(name, value) => {
            let found = answer.header(name);
            let same = found.is_some_and(|found| means(request, name, found) == means(request, name, value));
            (!same).then(|| format!("{name}: {}, expected {value}", found.unwrap_or("absent")))
        }
        Expected::NoHeader(name) => answer
            .header(name)
            .map(|found| format!("{name}: {found}, expected none")),
        Expected::Backend(name, value) => match received(answer, name) {
            Some(found) if found == *value => None,
            Some(found) => Some(format!("the backend received {name}: {found}, expected {value}")),
            None => Some(format!("the backend received no {name}, expected {value}")),
        },
        Expected::Cookie(name, attributes) => cookie(answer, name, attributes),
        // of several answers: `among`
        Expected::On(..) | Expected::Of(..) => None,
        Expected::NoBackend(name) => match answer.received() {
            None => Some("no backend answered".to_owned()),
            Some(json) => {
                header(&json, name).map(|found| format!("the backend received {name}: {found}, expected none"))
            }
        },
    }
}

/// What differs of the statuses of several answers.
pub(crate) fn among(statuses: &BTreeSet<u16>, wanted: &[u16]) -> Option<String> {
    let wanted: BTreeSet<u16> = wanted.iter().copied().collect();
    (*statuses != wanted).then(|| format!("statuses {statuses:?}, expected {wanted:?}"))
}

fn cookie(answer: &Answer, name: &str, attributes: &[String]) -> Option<String> {
    let values = answer
        .headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case("set-cookie"));
    let mut cookies = values.map(|(_, value)| value.split(';').map(str::trim).collect::<Vec<_>>());
    let Some(found) = cookies.find(|parts| parts[0].split('=').next() == Some(name)) else {
        return Some(format!("no cookie {name} is set"));
    };
    let has = |wanted: &&String| found[1..].iter().any(|part| part.eq_ignore_ascii_case(wanted));
    let missing = attributes.iter().find(|wanted| !has(wanted))?;
    Some(format!("the cookie {name} lacks {missing}: {}", found[1..].join("; ")))
}

/// What a header says to a client: lists without blanks, Location resolved and without a default port.
fn means(request: &Request, name: &str, value: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name.starts_with("access-control-") {
        return value.split(',').map(str::trim).collect::<Vec<_>>().join(",");
    }
    if name != "location" {
        return value.to_owned();
    }
    let scheme = match request.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    let whole = if value.starts_with('/') {
        format!("{scheme}://{}{value}", request.host)
    } else {
        value.to_owned()
    };
    without_default_port(&whole)
}

fn without_default_port(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let port = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(port).unwrap_or(host);
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{host}{slash}{path}")
}

/// What the backend says that it received: `path`, `host`, `server` or a header.
fn received(answer: &Answer, name: &str) -> Option<String> {
    let json = answer.received()?;
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    match name {
        "path" => {
            let query = text("query").filter(|query| !query.is_empty());
            Some(text("raw_path")? + &query.map(|q| format!("?{q}")).unwrap_or_default())
        }
        "host" | "server" => text(name),
        _ => header(&json, name),
    }
}

fn header(json: &Value, name: &str) -> Option<String> {
    let headers = json["headers"].as_object()?;
    let found = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.and_then(|(_, value)| value.as_str()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        let exchange = examples::parse("GET http://a.example.test/x\n=> 200\n")
            .unwrap_or_default()
            .remove(0);
        exchange.request
    }

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Answer {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_location_means_where_the_client_goes() {
        let expected = [Expected::Header(
            "Location".to_owned(),
            "http://a.example.test/app".to_owned(),
        )];
        for same in ["/app", "http://a.example.test:80/app", "http://a.example.test/app"] {
            let answer = answer(302, &[("location", same)], "");
            assert!(differences(&request(), &answer, &expected).is_empty(), "{same}");
        }
        let other = answer(302, &[("location", "https://a.example.test/app")], "");
        assert_eq!(
            differences(&request(), &other, &expected),
            ["Location: https://a.example.test/app, expected http://a.example.test/app"]
        );
    }

    #[test]
    fn a_cookie_has_attributes() {
        let block = "GET http://a.example.test/\n=> cookie route: Path=/; HttpOnly\n";
        let expected = examples::parse(block).unwrap_or_default().remove(0).expected;
        let of = |value| differences(&request(), &answer(200, &[("Set-Cookie", value)], ""), &expected);
        assert!(of("route=1; path=/; Secure; HttpOnly").is_empty());
        assert_eq!(of("route=1; Path=/"), ["the cookie route lacks HttpOnly: Path=/"]);
        assert_eq!(of("other=1; Path=/"), ["no cookie route is set"]);
    }

    #[test]
    fn what_the_backend_received_is_in_its_answer() {
        let body = r#"{"server": "echo", "raw_path": "/x", "query": "y=1", "headers": {"X-User": "lena"}}"#;
        let expected = [
            Expected::Backend("path".to_owned(), "/x?y=1".to_owned()),
            Expected::Backend("x-user".to_owned(), "lena".to_owned()),
            Expected::NoBackend("X-User".to_owned()),
        ];
        assert_eq!(
            differences(&request(), &answer(200, &[], body), &expected),
            ["the backend received X-User: lena, expected none"]
        );
    }
}

//! A request as people write it in one line: `GET https://app.example.com/foo Header: value Other: value`.
use nginx2traefik::effective::{Request, Scheme};

/// Reads it. What is wrong is said in a sentence.
pub(super) fn parse(line: &str) -> Result<Request, String> {
    let mut words = line.split_whitespace();
    let first = words
        .next()
        .ok_or("the request is empty; write `GET https://host/path`")?;
    let (method, url) = if first.contains("://") {
        ("GET", first)
    } else {
        (first, words.next().unwrap_or_default())
    };
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
        _ => return Err(format!("`{url}` is no URL; write `GET https://host/path`")),
    };
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, target) = rest.split_at(at);
    if host.is_empty() {
        return Err(format!("`{url}` has no host"));
    }
    let target = if target.starts_with('/') {
        target.to_owned()
    } else {
        format!("/{target}")
    };
    Ok(Request {
        method: method.to_ascii_uppercase(),
        scheme,
        host: host.to_owned(),
        target: target.split('#').next().unwrap_or("/").to_owned(),
        headers: headers(words)?,
        body_size: 0,
        client_certificate: None,
        certificate_names: None,
        address: None,
    })
}

/// Words that end in a colon are names; what follows up to the next name is the value.
fn headers<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<(String, String)>, String> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for word in words {
        match (word.strip_suffix(':'), headers.last_mut()) {
            (Some(name), _) if !name.is_empty() => headers.push((name.to_owned(), String::new())),
            (_, Some((_, value))) => {
                if !value.is_empty() {
                    value.push(' ');
                }
                *value += word;
            }
            (_, None) => return Err(format!("`{word}` is no header; write `Name: value`")),
        }
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use nginx2traefik::effective::Scheme;

    #[test]
    fn a_whole_request() {
        let request =
            parse("post https://app.example.com/a/b?x=1 Accept: text/html, */* X-Empty: Origin: https://a").unwrap();
        assert_eq!((request.method.as_str(), request.scheme), ("POST", Scheme::Https));
        assert_eq!(
            (request.host.as_str(), request.target.as_str()),
            ("app.example.com", "/a/b?x=1")
        );
        assert_eq!(request.header("accept"), Some("text/html, */*"));
        assert_eq!(request.header("x-empty"), Some(""));
        assert_eq!(request.header("origin"), Some("https://a"));
    }

    #[test]
    fn a_url_alone_is_got() {
        let request = parse("http://app.example.com").unwrap();
        assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/"));
        assert_eq!(parse("http://app.example.com?a=b").unwrap().target, "/?a=b");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(
            parse("GET /foo").unwrap_err(),
            "`/foo` is no URL; write `GET https://host/path`"
        );
        assert_eq!(parse("GET https:///foo").unwrap_err(), "`https:///foo` has no host");
        assert_eq!(
            parse("GET https://a/ b").unwrap_err(),
            "`b` is no header; write `Name: value`"
        );
    }
}

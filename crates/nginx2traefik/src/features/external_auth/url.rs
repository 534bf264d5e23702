//! What ingress-nginx takes for a URL.

/// Nothing if ingress-nginx takes it, else why not. internal/ingress/annotations/parser/main.go (StringToURL) on top of Go's url.Parse.
pub fn parse_url(text: &str) -> Result<(), String> {
    let authority = authority(text)?;
    let (host, port) = authority.rsplit_once(':').map_or((authority, ""), |(h, p)| (h, p));
    if !port.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("`{port}` is no port"));
    }
    if authority.is_empty() {
        return Err("its host is empty".into());
    }
    if host.contains(' ') {
        return Err("a space in its host".into());
    }
    if host.contains("..") {
        return Err("`..` in its host".into());
    }
    Ok(())
}

/// What stands between `://` and the path.
fn authority(text: &str) -> Result<&str, String> {
    let scheme_end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
    let scheme = scheme_end.map_or("", |end| &text[..end]);
    let rest = text.get(scheme.len()..).and_then(|r| r.strip_prefix(':'));
    let Some(rest) = rest.filter(|_| scheme.starts_with(|c: char| c.is_ascii_alphabetic())) else {
        return Err("it has no scheme".into());
    };
    let Some(rest) = rest.strip_prefix("//") else {
        return Err("its host is empty".into());
    };
    Ok(rest.split(['/', '?', '#']).next().unwrap_or(rest))
}

/// The host without its port, as the auth server gets it.
pub fn host_of(url: &str) -> &str {
    let authority = authority(url).unwrap_or("");
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_url() {
        for url in [
            "http://auth.default.svc/x",
            "https://$host/oauth2/auth",
            "http://a:8080",
            "http://a/b c?d",
        ] {
            assert_eq!(parse_url(url), Ok(()), "{url}");
        }
        for url in [
            "auth/",
            "http:///x",
            "http://",
            "http://a..b/",
            "$scheme://$host/",
            "http://a:b/",
            "HTTP",
            "http:x",
        ] {
            assert!(parse_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_host() {
        assert_eq!(host_of("http://auth.default.svc:8080/x?y"), "auth.default.svc");
    }
}

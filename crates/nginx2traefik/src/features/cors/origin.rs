//! Which origins `cors-allow-origin` lets in.
use super::AllowedOrigin;

/// The entries of a value that ingress-nginx accepted as a whole; entries that it skips are left out. An empty list sends no
/// CORS header at all.
///
/// ingress-nginx, internal/ingress/annotations/cors/main.go:202-220.
pub fn parse_origins(value: &str) -> Vec<AllowedOrigin> {
    let mut origins = Vec::new();
    for entry in value.split(',').map(str::trim).filter(|e| !e.is_empty()) {
        match parse_origin(entry) {
            Some(AllowedOrigin::Any) => return vec![AllowedOrigin::Any],
            Some(origin) => origins.push(origin),
            None => {}
        }
    }
    origins
}

/// One entry: `*`, `null`, or `scheme://host[:port]` whose host may begin with `*.`.
pub fn parse_origin(entry: &str) -> Option<AllowedOrigin> {
    if entry == "*" {
        return Some(AllowedOrigin::Any);
    }
    if entry == "null" {
        return Some(AllowedOrigin::Exact(entry.into()));
    }
    let (scheme, rest) = entry.split_once("://")?;
    let host = rest.strip_prefix("*.").unwrap_or(rest);
    if scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_lowercase()) || !is_host_and_port(host) {
        return None;
    }
    Some(if host.len() == rest.len() {
        AllowedOrigin::Exact(entry.into())
    } else {
        AllowedOrigin::Wildcard(entry.into())
    })
}

fn is_host_and_port(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(h, p)| (h, Some(p)));
    host.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        && port.is_none_or(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

impl AllowedOrigin {
    /// Whether a request with this Origin is answered.
    ///
    /// nginx compares with an expression that is anchored at the end only and takes no notice of case
    /// (ingress-nginx, internal/ingress/controller/template/template.go:1697-1721; recording atlas/cors-suffix).
    pub fn admits(&self, origin: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        match self {
            AllowedOrigin::Any => true,
            AllowedOrigin::Exact(allowed) => origin.ends_with(&allowed.to_ascii_lowercase()),
            AllowedOrigin::Wildcard(allowed) => admits_label(&allowed.to_ascii_lowercase(), &origin),
        }
    }
}

/// `*` is one label, of letters, digits and `-`.
fn admits_label(allowed: &str, origin: &str) -> bool {
    let Some((before, after)) = allowed.split_once('*') else {
        return false;
    };
    let Some(head) = origin.strip_suffix(after) else {
        return false;
    };
    let stem = head.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
    stem.len() < head.len() && stem.ends_with(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(value: &str, origin: &str) -> bool {
        parse_origins(value).iter().any(|o| o.admits(origin))
    }

    #[test]
    fn a_star_anywhere_is_any_origin() {
        assert_eq!(parse_origins("https://b.example,*"), vec![AllowedOrigin::Any]);
    }

    #[test]
    fn entries_without_a_scheme_are_skipped() {
        assert_eq!(parse_origins("a.example"), vec![]);
        assert_eq!(
            parse_origins("a.example, https://a.example"),
            vec![AllowedOrigin::Exact("https://a.example".into())]
        );
    }

    #[test]
    fn a_wildcard_is_exactly_one_label() {
        assert!(admits("https://*.foo.example", "https://a.foo.example"));
        assert!(admits("https://*.foo.example:8443", "https://A-1.foo.example:8443"));
        assert!(!admits("https://*.foo.example", "https://a.b.foo.example"));
        assert!(!admits("https://*.foo.example", "https://foo.example"));
        assert!(!admits("https://*.foo.example", "http://a.foo.example"));
    }

    #[test]
    fn only_the_end_is_anchored_and_case_does_not_count() {
        assert!(admits("https://a.example", "HTTPS://A.example"));
        assert!(admits("https://a.example", "xhttps://a.example"));
        assert!(!admits("https://a.example", "https://a.example.evil"));
        assert!(!admits("https://a.example", "https://aXexample"));
        assert!(admits("null", "null"));
    }
}

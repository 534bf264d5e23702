//! Where a client without a session is sent.

/// The text of `return 302`, with nginx variables: the sign-in URL, and the request's own URL as parameter `param` unless the URL
/// has that one already.
///
/// ingress-nginx, internal/ingress/controller/template/template.go:1183-1202.
pub fn signin_target(url: &str, param: Option<&str>) -> String {
    let param = param.filter(|p| !p.is_empty()).unwrap_or("rd");
    let query = query_of(url);
    if query.iter().any(|(k, v)| k == param && !v.is_empty()) {
        return url.into();
    }
    let joint = if query.is_empty() { '?' } else { '&' };
    format!("{url}{joint}{param}=$pass_access_scheme://$http_host$escaped_request_uri")
}

/// Names and values as Go's url.Query sees them: without the fragment; a pair with `;` does not count.
fn query_of(url: &str) -> Vec<(String, String)> {
    let url = url.split('#').next().unwrap_or(url);
    let Some((_, query)) = url.split_once('?') else {
        return Vec::new();
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.contains(';'))
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELF: &str = "$pass_access_scheme://$http_host$escaped_request_uri";

    #[test]
    fn the_requested_url_is_added_once() {
        let cases = [
            ("https://l.example/", None, format!("https://l.example/?rd={SELF}")),
            (
                "https://l.example/?x=1",
                Some("back"),
                format!("https://l.example/?x=1&back={SELF}"),
            ),
            (
                "https://l.example/?rd=$escaped_request_uri",
                None,
                "https://l.example/?rd=$escaped_request_uri".into(),
            ),
            (
                "https://l.example/?rd=",
                None,
                format!("https://l.example/?rd=&rd={SELF}"),
            ),
        ];
        for (url, param, target) in cases {
            assert_eq!(signin_target(url, param), target);
        }
    }
}

//! What is changed in the headers of a backend's answer: proxy-redirect-*, proxy-cookie-*.
use super::exchange::Exchange;
use super::redirects::absolute;
use crate::effective::Setting;
use regex::RegexBuilder;

/// One header of the reply, as the client gets it.
pub(super) fn change(exchange: &Exchange<'_>, (name, value): (String, String)) -> (String, String) {
    let changed = match name.to_ascii_lowercase().as_str() {
        // what nginx wrote itself it also makes absolute
        "location" => location(exchange, &value).map(|target| absolute(exchange, &target)),
        "refresh" => refresh(exchange, &value),
        "set-cookie" => Some(cookie(exchange, &value)),
        _ => None,
    };
    (name, changed.unwrap_or(value))
}

fn location(exchange: &Exchange<'_>, value: &str) -> Option<String> {
    let settings = &exchange.settings.proxy_redirect;
    if let Some((from, to)) = settings.replacement() {
        return replace_front(value, from, to);
    }
    // `default`, with proxy_pass to this upstream
    let default = settings.is_default().then_some("http://upstream_balancer/")?;
    replace_front(value, default, "/")
}

fn refresh(exchange: &Exchange<'_>, value: &str) -> Option<String> {
    let (before, url) = value.split_at(value.to_ascii_lowercase().find("url=")? + 4);
    Some(format!("{before}{}", location(exchange, url)?))
}

/// The front of a text, or all of it where a `~` expression matches. (nginx, ngx_http_proxy_rewrite_complex_handler, _regex_handler)
fn replace_front(text: &str, from: &str, to: &str) -> Option<String> {
    if let Some(expression) = expression(from) {
        return expression.is_match(text).then(|| to.to_owned());
    }
    text.strip_prefix(from).map(|rest| format!("{to}{rest}"))
}

/// `~text` is an expression, `~*text` one without case.
fn expression(from: &str) -> Option<regex::Regex> {
    let text = from.strip_prefix('~')?;
    let (text, fold) = text.strip_prefix('*').map_or((text, false), |t| (t, true));
    RegexBuilder::new(text).case_insensitive(fold).build().ok()
}

/// Domain and Path of a cookie.
fn cookie(exchange: &Exchange<'_>, value: &str) -> String {
    let settings = &exchange.settings.proxy_redirect;
    let attributes = value.split(';').enumerate().map(|(at, attribute)| {
        let changed = if at == 0 {
            None
        } else {
            cookie_attribute(attribute, &settings.cookie_domain, &settings.cookie_path)
        };
        changed.unwrap_or_else(|| attribute.to_owned())
    });
    attributes.collect::<Vec<_>>().join(";")
}

fn cookie_attribute(
    attribute: &str,
    domain: &Option<Setting<String>>,
    path: &Option<Setting<String>>,
) -> Option<String> {
    let (name, value) = attribute.split_once('=')?;
    let pair = |setting: &Option<Setting<String>>| {
        let mut words = setting.as_ref()?.value.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    let changed = match name.trim().to_ascii_lowercase().as_str() {
        "path" => pair(path).and_then(|(from, to)| replace_front(value, &from, &to)),
        "domain" => pair(domain).and_then(|(from, to)| replace_domain(value, &from, &to)),
        _ => None,
    };
    Some(format!("{name}={}", changed?))
}

/// A whole domain, whatever its case and a dot before it. (ngx_http_proxy_rewrite_domain_handler)
fn replace_domain(value: &str, from: &str, to: &str) -> Option<String> {
    if let Some(expression) = expression(from) {
        return expression.is_match(value).then(|| to.to_owned());
    }
    let bare = value.strip_prefix('.').unwrap_or(value);
    let wanted = from.strip_prefix('.').unwrap_or(from);
    bare.eq_ignore_ascii_case(wanted).then(|| to.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str) -> Option<Setting<String>> {
        Some(Setting::built_in(value.into()))
    }

    #[test]
    fn the_front_of_a_location() {
        let change = |from, to| replace_front("http://inner/x", from, to);
        assert_eq!(change("http://inner/", "http://outer/"), Some("http://outer/x".into()));
        assert_eq!(change("http://other/", "http://outer/"), None);
        assert_eq!(change("~*INNER", "/there"), Some("/there".into()));
    }

    #[test]
    fn domain_and_path_of_a_cookie() {
        let change = |attribute| cookie_attribute(attribute, &written("a.example b.example"), &written("/ /sub"));
        assert_eq!(change(" Domain=.A.example"), Some(" Domain=b.example".into()));
        assert_eq!(change(" Path=/x"), Some(" Path=/subx".into()));
        assert_eq!(change(" HttpOnly"), None);
        assert_eq!(change(" Domain=x.example"), None);
    }
}

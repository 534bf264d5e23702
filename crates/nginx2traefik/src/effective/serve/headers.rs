//! Headers that a location adds to every answer: HSTS, custom-headers, the auth server's cookie.
use super::exchange::Exchange;
use super::uri::Uri;
use super::variables::expand;
use crate::effective::Effective;
use crate::effective::request::{Answer, Request, Scheme};

/// Strict-Transport-Security on https (`lua_ingress.lua` header).
pub(super) fn hsts(effective: &Effective, request: &Request, headers: &mut Vec<(String, String)>) {
    let controller = &effective.controller;
    if request.scheme != Scheme::Https || !controller.bool("hsts", true).value {
        return;
    }
    let mut value = format!("max-age={}", controller.text("hsts-max-age", "31536000").value);
    if controller.bool("hsts-include-subdomains", true).value {
        value.push_str("; includeSubDomains");
    }
    if controller.bool("hsts-preload", false).value {
        value.push_str("; preload");
    }
    headers.push(("Strict-Transport-Security".into(), value));
}

/// ConfigMap add-headers: in every answer of every server.
pub(super) fn of_everything(effective: &Effective, request: &Request, uri: &Uri, mut answer: Answer) -> Answer {
    if let Answer::Own { headers, .. } | Answer::Backend { headers, .. } = &mut answer {
        for (name, value) in &effective.add_headers {
            let value = expand(value, effective, request, uri, &[]);
            headers.extend(value.map(|v| (name.clone(), v)));
        }
    }
    answer
}

/// What this location adds, whatever the answer. A denied location has no custom headers.
pub(super) fn of_location(exchange: &mut Exchange<'_>) {
    hsts(exchange.effective, exchange.request, &mut exchange.added);
    if exchange.settings.denied.is_none() {
        let custom = exchange.settings.custom_headers.headers.iter().flatten();
        exchange.added.extend(custom.cloned());
    }
}

/// All headers of an answer that has these already, as snippets leave them.
pub(super) fn complete(
    exchange: &Exchange<'_>,
    status: Option<u16>,
    mut headers: Vec<(String, String)>,
) -> Vec<(String, String)> {
    headers.extend(of_answer(exchange, status));
    match &exchange.script {
        Some(script) => script.response(status, &headers),
        None => headers,
    }
}

/// The headers of an answer with this status: those of the location, a challenge, and the auth server's Set-Cookie, which nginx adds to
/// successes and redirects only, or always (auth-always-set-cookie).
fn of_answer(exchange: &Exchange<'_>, status: Option<u16>) -> Vec<(String, String)> {
    let auth = exchange.settings.external_auth.as_ref();
    let always = auth.is_some_and(|a| a.always_set_cookie.value);
    let usual = status.is_none_or(|s| WITH_COOKIE.contains(&s));
    let cookie = exchange.cookie.iter().filter(|_| always || usual);
    let mut headers = exchange.added.clone();
    headers.extend(cookie.map(|c| ("Set-Cookie".to_owned(), c.clone())));
    headers.extend(
        exchange
            .challenge
            .iter()
            .map(|c| ("WWW-Authenticate".to_owned(), c.clone())),
    );
    headers
}

/// nginx, ngx_http_headers_module: the statuses that `add_header` without `always` is for.
const WITH_COOKIE: [u16; 10] = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308];

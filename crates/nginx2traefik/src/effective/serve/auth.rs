//! Passwords, and the auth server.
use super::access::Opinion;
use super::client;
use super::exchange::{Exchange, scheme};
use super::redirects::is_listed;
use crate::effective::request::{AuthCall, Reply};
use crate::effective::{Origin, Snippet, SnippetKind};
use crate::features::basic_auth::users::Verdict;
use crate::features::external_auth::ExternalAuth;
use crate::features::external_auth::url::host_of;
use nginx_snippet::Directive;

/// The Ingress's path begins with one of the ConfigMap's no-auth-locations: nobody is asked (template.go, isLocationInLocationList).
pub(super) fn is_exempt(exchange: &Exchange<'_>) -> bool {
    let controller = &exchange.effective.controller;
    let list = controller
        .get("no-auth-locations")
        .map_or("/.well-known/acme-challenge", |s| s.value);
    is_listed(&exchange.location.path, list)
}

/// With auth-type the credentials are not passed on, whoever lets the request in (nginx.tmpl:1263).
pub(super) fn withhold_password(exchange: &mut Exchange<'_>) {
    if exchange.settings.basic_auth.is_some() && !is_exempt(exchange) {
        exchange.send("Authorization", "");
    }
}

/// auth-type.
pub(super) fn password(exchange: &mut Exchange<'_>) -> Opinion {
    let Some(auth) = exchange.settings.basic_auth.as_ref().filter(|_| !is_exempt(exchange)) else {
        return Opinion::None;
    };
    if auth.is_off() {
        return Opinion::None;
    }
    let authorization = exchange.request.header("Authorization");
    if auth.digest && authorization.is_some() {
        return Opinion::Unknown("digest authentication depends on a nonce of the moment".into());
    }
    let verdict = match &auth.users {
        _ if auth.digest => Verdict::Refused,
        Some(users) => users.admit(authorization),
        None if authorization.is_none() => Verdict::Refused,
        None => Verdict::Unknown,
    };
    match verdict {
        Verdict::Admitted => Opinion::Yes,
        Verdict::Unknown => Opinion::Unknown("depends on the passwords in the Secret".into()),
        Verdict::Refused => {
            if !auth.digest {
                exchange.challenge = Some(format!("Basic realm=\"{}\"", auth.realm.value));
            }
            Opinion::No(401)
        }
    }
}

/// auth-url: 2xx lets in, 401 and 403 do not, anything else is 500 (nginx, ngx_http_auth_request_module.c).
pub(super) fn server(exchange: &mut Exchange<'_>) -> Opinion {
    let Some(auth) = exchange
        .settings
        .external_auth
        .as_ref()
        .filter(|_| !is_exempt(exchange))
    else {
        return Opinion::None;
    };
    let Some(url) = exchange.expand(&auth.url.value) else {
        return Opinion::Unknown("auth-url has a variable whose value is not known".into());
    };
    // the request line that comes of it is none (recording atlas/ngx-url-space)
    if url.contains(' ') {
        return Opinion::Fatal(500);
    }
    let Some(snippet) = snippet_headers(exchange, auth) else {
        return Opinion::Unknown("auth-snippet changes what the auth server is asked".into());
    };
    let call = AuthCall {
        url,
        method: auth.method.as_ref().map_or("GET", |m| &m.value).into(),
        headers: headers(exchange, auth, snippet),
    };
    let Some(reply) = exchange.world.auth(&call) else {
        return Opinion::Unknown("depends on the auth server".into());
    };
    take(exchange, auth, &reply)
}

fn take(exchange: &mut Exchange<'_>, auth: &ExternalAuth, reply: &Reply) -> Opinion {
    let value = |name: &str| {
        let same = |n: &str| n.replace('-', "_").eq_ignore_ascii_case(&name.replace('-', "_"));
        let found = reply.headers.iter().filter(|(n, _)| same(n)).map(|(_, v)| v.as_str());
        found.collect::<Vec<_>>().join(", ")
    };
    exchange.cookie = Some(value("Set-Cookie")).filter(|c| !c.is_empty());
    for name in auth.response_headers.iter().flat_map(|h| &h.value) {
        exchange.send(name, value(name));
    }
    let keeps_alive = keeps_alive(exchange, auth);
    match reply.status {
        200 => Opinion::Yes,
        201..=299 if !keeps_alive => Opinion::Yes,
        403 => Opinion::No(403),
        401 => {
            let challenge = Some(value("WWW-Authenticate")).filter(|c| !c.is_empty() && !keeps_alive);
            exchange.challenge = challenge.or(exchange.challenge.take());
            Opinion::No(401)
        }
        _ => Opinion::Fatal(500),
    }
}

/// auth-keepalive is asked by Lua, and only without HTTP/2 (template.go, shouldApplyAuthUpstream): only 200 lets in.
fn keeps_alive(exchange: &Exchange<'_>, auth: &ExternalAuth) -> bool {
    let number = |key: &str| {
        let found = auth.keepalive.iter().find(|s| s.value.0 == key);
        found.and_then(|s| s.value.1.parse::<i64>().ok())
    };
    let on = number("auth-keepalive").is_some_and(|n| n > 0)
        && number("auth-keepalive-requests").is_none_or(|n| n > 0)
        && number("auth-keepalive-timeout").is_none_or(|n| n > 0);
    on && !host_of(&auth.url.value).contains('$') && !exchange.effective.controller.bool("use-http2", true).value
}

/// What the auth server gets: the client's headers, and those of nginx.tmpl:1046-1110 in their place.
fn headers(exchange: &Exchange<'_>, auth: &ExternalAuth, snippet: Vec<(String, String)>) -> Vec<(String, String)> {
    let request = exchange.request;
    let address = client::address(exchange.effective, request)
        .map(|a| a.to_string())
        .unwrap_or_default();
    let redirect = auth.request_redirect.as_ref().map_or("$request_uri", |r| &r.value);
    let full = format!("{}://{}{}", scheme(request), request.host, exchange.uri.raw);
    let mut set: Vec<(&str, String)> = vec![
        ("Content-Length", String::new()),
        ("X-Forwarded-Proto", String::new()),
        ("Host", host_of(&auth.url.value).into()),
        ("X-Original-URL", full),
        ("X-Original-Method", request.method.clone()),
        ("X-Sent-From", "nginx-ingress-controller".into()),
        ("X-Real-IP", address.clone()),
        ("X-Forwarded-For", address),
        ("X-Auth-Request-Redirect", exchange.expand(redirect).unwrap_or_default()),
    ];
    if auth.method.is_some() {
        let seen_scheme = super::exchange::access_scheme(exchange.effective, request);
        set.push(("X-Original-URI", exchange.uri.raw.clone()));
        set.push(("X-Scheme", seen_scheme.into()));
    }
    let mut headers: Vec<(String, String)> = request
        .headers
        .iter()
        .filter(|(n, _)| !n.contains('_'))
        .cloned()
        .collect();
    let own = auth.proxy_set_headers_values.iter().flatten();
    let own = own.map(|(n, v)| (n.as_str(), exchange.expand(v).unwrap_or_default()));
    let snippet = snippet.iter().map(|(n, v)| (n.as_str(), v.clone()));
    for (name, value) in set.into_iter().chain(own).chain(snippet) {
        headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            headers.push((name.into(), value));
        }
    }
    headers
}

/// An auth-snippet of nothing but `proxy_set_header`; None: it has something else.
fn snippet_headers(exchange: &Exchange<'_>, auth: &ExternalAuth) -> Option<Vec<(String, String)>> {
    let ids = &exchange.settings.snippets;
    let own = ids.iter().map(|id| exchange.effective.snippet(*id));
    let global = exchange.effective.snippets.iter();
    let global = global.filter(|s| auth.global && matches!(s.origin, Origin::ConfigMap { .. }));
    let is_active = |s: &&Snippet| s.kind == SnippetKind::Auth && s.is_written();
    let Some(snippet) = own.chain(global).find(is_active) else {
        return Some(Vec::new());
    };
    let header = |d: &Directive| match (d.name.text.as_str(), d.arg(0), d.arg(1)) {
        ("proxy_set_header", Some(name), Some(value)) => Some((name.to_owned(), exchange.expand(value)?)),
        _ => None,
    };
    snippet.tree.directives.iter().map(header).collect()
}

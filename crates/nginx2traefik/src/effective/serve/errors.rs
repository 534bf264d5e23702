//! Error pages: custom-http-errors with default-backend, the ConfigMap's, and the sign-in page in place of a 401.
use super::backend;
use super::balancer::has_endpoints;
use super::exchange::{Exchange, best_host};
use super::redirects::absolute;
use super::{auth, cors};
use crate::effective::request::{Answer, BackendCall};
use crate::effective::{Backend, Effective};
use crate::features::backend_protocol::Protocol;
use crate::features::errors::global_codes;
use crate::features::external_auth::signin::signin_target;

/// Where an error page comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    /// The location's default-backend, else the controller's default backend.
    Location,
    /// The controller's default backend.
    Controller,
}

/// An answer of nginx's own with an error status: an error page takes its place where one is set for the status.
pub(super) fn own(exchange: Exchange<'_>, status: u16) -> Answer {
    if status == 401
        && let Some(answer) = sign_in(&exchange)
    {
        return answer;
    }
    match page_for(&exchange, status) {
        Some(page) => answer(exchange, status, page),
        None => exchange.own(status, Vec::new()),
    }
}

/// A denied location has no error pages of its own (nginx.tmpl: only an allowed location has them), so the ConfigMap's hold.
pub(super) fn own_of_denied(exchange: Exchange<'_>, status: u16) -> Answer {
    if is_global(&exchange, status) {
        return answer(exchange, status, Page::Controller);
    }
    exchange.own(status, Vec::new())
}

/// What the controller's own default backend answers: 404, and 500 where the ConfigMap has an error page for 404, since that backend is a server
/// of the same nginx, and knows no such page (recording atlas/cg-err).
pub(super) fn default_status(effective: &Effective) -> u16 {
    let has_page = global_codes(&effective.controller).is_some_and(|c| c.value.contains(&404));
    if has_page { 500 } else { 404 }
}

/// An answer of the controller's own default backend.
pub(super) fn of_status(exchange: Exchange<'_>, status: u16) -> Answer {
    if intercepts(&exchange, status) {
        return page(exchange, status);
    }
    exchange.own(status, Vec::new())
}

/// A backend's answer with this status is replaced.
pub(super) fn intercepts(exchange: &Exchange<'_>, status: u16) -> bool {
    exchange.settings.errors.intercept && page_for(exchange, status).is_some()
}

/// The error page in place of a backend's answer.
pub(super) fn page(exchange: Exchange<'_>, status: u16) -> Answer {
    let page = page_for(&exchange, status).unwrap_or(Page::Controller);
    answer(exchange, status, page)
}

/// nginx takes the ConfigMap's error_page lines only where the location has none at all, and auth-signin is one.
fn page_for(exchange: &Exchange<'_>, status: u16) -> Option<Page> {
    let errors = &exchange.settings.errors;
    if errors.own_codes {
        let listed = errors.codes.as_ref().is_some_and(|c| c.value.contains(&status));
        return listed.then_some(Page::Location);
    }
    (signin_url(exchange).is_none() && is_global(exchange, status)).then_some(Page::Controller)
}

fn is_global(exchange: &Exchange<'_>, status: u16) -> bool {
    global_codes(&exchange.effective.controller).is_some_and(|c| c.value.contains(&status))
}

/// The error backend's answer: the path is `/`, the status the error backend's. (nginx.tmpl CUSTOM_ERRORS: a location of its own, which
/// has none of the headers that this one adds, and sets few towards the backend; a challenge stays.)
fn answer(exchange: Exchange<'_>, status: u16, page: Page) -> Answer {
    let challenge = exchange
        .challenge
        .iter()
        .map(|c| ("WWW-Authenticate".to_owned(), c.clone()));
    let headers: Vec<_> = challenge.collect();
    let own = exchange.settings.errors.default_backend.as_ref();
    // the implicit `/` has no upstream that a default-backend could belong to (controller.go, getBackendServers)
    let has_own = page == Page::Location && matches!(exchange.location.backend, Backend::Service(_));
    let own = own.filter(|s| has_own && has_endpoints(exchange.effective, &s.value));
    let service = own.map(|s| backend::service_name(&s.value));
    let Some(service) = service.or(exchange.effective.controller.default_backend.clone()) else {
        let status = default_status(exchange.effective);
        return Answer::Own { status, headers };
    };
    let world = exchange.world;
    let call = call(exchange, status, service);
    let reply = world.backend(&call);
    Answer::Backend {
        status: reply.as_ref().map(|r| r.status),
        headers: reply.into_iter().flat_map(|r| r.headers).chain(headers).collect(),
        call,
        removed: Vec::new(),
    }
}

/// What a named location sends: its own short list of headers, and none of the X-Forwarded-* and X-Real-IP of the location.
fn call(mut exchange: Exchange<'_>, status: u16, service: String) -> BackendCall {
    exchange.send("X-Code", status.to_string());
    let target = exchange.uri.raw.clone();
    exchange.send("X-Original-Uri", target);
    // 413 comes before the rewrite phase, which sets the variables
    let known = status != 413;
    if known {
        backend::about(&mut exchange);
    } else {
        let format = exchange.request.header("Accept").unwrap_or("").to_owned();
        exchange.send("X-Format", format);
    }
    exchange.send("Connection", "close");
    for name in UNSET {
        exchange.send(name, "");
    }
    let host = if known {
        best_host(exchange.effective, exchange.request)
    } else {
        ""
    };
    BackendCall {
        service,
        protocol: Protocol::Http,
        verified_as: None,
        method: exchange.request.method.clone(),
        target: format!("/{}", exchange.uri.query()),
        host: host.into(),
        headers: exchange.sent,
        without: exchange.withheld,
    }
}

const UNSET: [&str; 6] = [
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Forwarded-Scheme",
    "X-Real-Ip",
    "X-Scheme",
];

/// auth-signin of the auth-url in force.
fn signin_url<'a>(exchange: &Exchange<'a>) -> Option<(&'a str, Option<&'a str>)> {
    let auth = exchange
        .settings
        .external_auth
        .as_ref()
        .filter(|_| !auth::is_exempt(exchange))?;
    let param = auth.signin_redirect_param.as_ref().map(|p| p.value.as_str());
    Some((&auth.signin.as_ref()?.value, param))
}

/// 302 to the sign-in page: a location of its own, with CORS and the auth server's cookie, and without HSTS and custom headers.
fn sign_in(exchange: &Exchange<'_>) -> Option<Answer> {
    let (url, param) = signin_url(exchange)?;
    let Some(target) = exchange.expand(&signin_target(url, param)) else {
        return Some(Answer::Unknown(
            "auth-signin has a variable whose value is not known".into(),
        ));
    };
    let mut headers = cors::headers(exchange);
    let mut add = |name: &str, value: &Option<String>| {
        headers.extend(value.iter().map(|v| (name.to_owned(), v.clone())));
    };
    add("Location", &Some(absolute(exchange, &target)));
    add("Set-Cookie", &exchange.cookie);
    add("WWW-Authenticate", &exchange.challenge);
    Some(Answer::Own { status: 302, headers })
}

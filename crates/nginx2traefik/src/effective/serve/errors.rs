//! Error pages: custom-http-errors with default-backend.
use super::backend;
use super::balancer::has_endpoints;
use super::exchange::Exchange;
use crate::effective::request::{Answer, BackendCall};

/// An answer of nginx's own with an error status: the location's error page takes its place where it lists the status.
pub(super) fn own(exchange: Exchange<'_>, status: u16) -> Answer {
    if lists(&exchange, status) {
        return page(exchange, status);
    }
    exchange.own(status, Vec::new())
}

/// A denied location has no error pages of its own (nginx.tmpl: only an allowed location has them).
pub(super) fn own_of_denied(exchange: Exchange<'_>, status: u16) -> Answer {
    exchange.own(status, Vec::new())
}

/// An answer of the controller's own default backend.
pub(super) fn of_status(exchange: Exchange<'_>, status: u16) -> Answer {
    if intercepts(&exchange, status) {
        return page(exchange, status);
    }
    exchange.own(status, Vec::new())
}

fn lists(exchange: &Exchange<'_>, status: u16) -> bool {
    let codes = exchange.settings.errors.codes.as_ref();
    codes.is_some_and(|c| c.value.contains(&status))
}

/// A backend's answer with this status is replaced.
pub(super) fn intercepts(exchange: &Exchange<'_>, status: u16) -> bool {
    let disabled = exchange.settings.errors.disable_intercept.as_ref();
    lists(exchange, status) && !disabled.is_some_and(|d| d.value)
}

/// The error backend's answer: path `/`, the status is the error backend's. (nginx.tmpl CUSTOM_ERRORS; the named location has none of the
/// headers that the location adds.)
pub(super) fn page(mut exchange: Exchange<'_>, status: u16) -> Answer {
    let service = exchange.settings.errors.default_backend.as_ref();
    let service = service.filter(|s| has_endpoints(exchange.effective, &s.value));
    let Some(service) = service.map(|s| backend::service_name(&s.value)) else {
        return Answer::own(404);
    };
    exchange.send("X-Code", status.to_string());
    let target = exchange.uri.raw.clone();
    exchange.send("X-Original-Uri", target);
    backend::about(&mut exchange);
    let call = BackendCall {
        service,
        method: exchange.request.method.clone(),
        target: format!("/{}", exchange.uri.query()),
        host: super::exchange::best_host(exchange.effective, exchange.request).into(),
        headers: exchange.sent.clone(),
        without: exchange.withheld.clone(),
    };
    let status = exchange.world.backend(&call).map(|r| r.status);
    Answer::Backend {
        call,
        status,
        headers: Vec::new(),
        removed: Vec::new(),
    }
}

//! Headers that a location adds to every answer: HSTS, custom-headers.
use super::exchange::Exchange;
use crate::effective::Effective;
use crate::effective::request::{Request, Scheme};

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

/// What this location adds, whatever the answer.
pub(super) fn of_location(exchange: &mut Exchange<'_>) {
    hsts(exchange.effective, exchange.request, &mut exchange.added);
}

//! Which endpoint group answers: the location's own, its canary's, or the default backend's where there are no endpoints.
//!
//! ingress-nginx `balancer.lua`: this is decided in the rewrite phase, before addresses and passwords are looked at.
use super::exchange::Exchange;
use super::path_regex::Expression;
use super::variables::cookie_value;
use crate::effective::Effective;
use crate::effective::host::{Backend, Canary, CanaryRule, ServiceRef, ServiceState};
use crate::effective::request::Request;

/// Where a request goes.
pub(super) enum Target<'a> {
    /// A Service.
    Service(&'a ServiceRef),
    /// The `default-backend` of the location, since its own Service has no endpoints.
    Stand(&'a ServiceRef),
    /// The controller's default backend.
    Default,
}

/// What the balancer decides.
pub(super) enum Choice<'a> {
    /// This target.
    Target(Target<'a>),
    /// 503.
    NoEndpoints,
    /// Chance, or what is behind, decides.
    Unknown(String),
}

/// The Service has endpoints, as far as the inputs show.
pub(super) fn has_endpoints(effective: &Effective, service: &ServiceRef) -> bool {
    match service.state {
        ServiceState::Assumed => true,
        ServiceState::NotAmongInputs => !effective.controller.complete,
        ServiceState::NoSuchPort | ServiceState::Empty => false,
    }
}

/// Where this request goes.
pub(super) fn choose<'a>(exchange: &Exchange<'a>) -> Choice<'a> {
    let Backend::Service(service) = &exchange.location.backend else {
        return Choice::Target(Target::Default);
    };
    if !has_endpoints(exchange.effective, service) {
        let stand = exchange.settings.errors.default_backend.as_ref();
        let stand = stand.filter(|s| has_endpoints(exchange.effective, &s.value));
        return match stand {
            Some(stand) => Choice::Target(Target::Stand(&stand.value)),
            None => Choice::NoEndpoints,
        };
    }
    let canary = exchange.location.canaries.first();
    let canary = canary.filter(|c| has_endpoints(exchange.effective, &c.backend));
    let Some(canary) = canary else {
        return Choice::Target(Target::Service(service));
    };
    if is_sticky(exchange) {
        return Choice::Unknown("a session cookie decides between primary and canary".into());
    }
    match is_canarys(exchange.request, &canary.rule) {
        Some(true) => Choice::Target(Target::Service(&canary.backend)),
        Some(false) => Choice::Target(Target::Service(service)),
        None => Choice::Unknown(by_chance(canary)),
    }
}

fn by_chance(canary: &Canary) -> String {
    let weight = canary.rule.weight.as_ref().map_or(0, |w| w.value);
    format!("chance decides between primary and canary (canary-weight {weight})")
}

/// The request brings a session cookie of this location.
fn is_sticky(exchange: &Exchange<'_>) -> bool {
    let affinity = exchange.settings.affinity.as_ref();
    affinity.is_some_and(|a| cookie_value(exchange.request, &a.name.value).is_some())
}

/// header, then cookie, then weight (`route_to_alternative_balancer`). None: chance decides.
fn is_canarys(request: &Request, rule: &CanaryRule) -> Option<bool> {
    if let Some(decided) = by_header(request, rule) {
        return Some(decided);
    }
    let cookie = rule.cookie.as_ref().and_then(|c| cookie_value(request, &c.value));
    match cookie.as_deref() {
        Some("always") => return Some(true),
        Some("never") => return Some(false),
        _ => {}
    }
    let total = rule.weight_total.as_ref().map_or(100, |t| t.value.max(100));
    match rule.weight.as_ref().map_or(0, |w| w.value) {
        0 => Some(false),
        weight if weight >= total => Some(true),
        _ => None,
    }
}

fn by_header(request: &Request, rule: &CanaryRule) -> Option<bool> {
    // looked up as nginx's variable http_<name>: `_` stands for `-`
    let value = request.header(&rule.header.as_ref()?.value.replace('_', "-"))?;
    if let Some(wanted) = &rule.header_value {
        return (wanted.value == value).then_some(true);
    }
    if let Some(pattern) = &rule.header_pattern {
        // an expression that PCRE refuses sends the request to the primary, whatever else is asked for
        return match Expression::new(&pattern.value, false).map(|e| e.is_match(value.as_bytes())) {
            Some(Ok(true)) => Some(true),
            Some(Ok(false)) => None,
            Some(Err(_)) | None => Some(false),
        };
    }
    match value {
        "always" => Some(true),
        "never" => Some(false),
        _ => None,
    }
}

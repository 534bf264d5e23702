//! What this model does not know yet: nginx configuration of the user's own. Its answers are Unknown, never a guess.
use super::exchange::Exchange;
use crate::effective::{Effective, EffectiveIngress, Host, Request, Scheme};

/// A server-snippet or location-snippet of the ConfigMap: in every server and location, the catch-all's too.
pub(super) fn of_controller(effective: &Effective) -> Option<String> {
    let mut keys = ["server-snippet", "location-snippet", "http-snippet"].into_iter();
    let key = keys.find(|key| has_text(effective, key))?;
    Some(format!("depends on the {key} of the ConfigMap"))
}

/// A server-snippet: the first Ingress of the host that has one wins for the whole host.
pub(super) fn of_host(effective: &Effective, request: &Request, host: &Host) -> Option<String> {
    let through = host.passthrough.is_some() && effective.controller.ssl_passthrough;
    if through && request.scheme == Scheme::Https {
        return Some("TLS goes through to the backend (ssl-passthrough)".into());
    }
    let mut ingresses = host.ingresses.iter().map(|id| effective.ingress(*id));
    if has_text(effective, "server-snippet")
        || ingresses.any(|i| i.settings.canary.is_none() && uses(i, "server-snippet"))
    {
        return Some("depends on a server-snippet".into());
    }
    None
}

/// A snippet, a firewall or FastCGI in the location.
pub(super) fn of_location(exchange: &Exchange<'_>) -> Option<String> {
    let effective = exchange.effective;
    let ingress = effective.ingress(exchange.location.ingress);
    let keys = ["configuration-snippet", "modsecurity-snippet"];
    // a denied location has none of its snippets
    let keys = keys.into_iter().filter(|_| exchange.settings.denied.is_none());
    let mut used = keys.filter(|key| uses(ingress, key));
    used.next().map(|key| format!("depends on a {key}"))
}

fn has_text(effective: &Effective, key: &str) -> bool {
    effective
        .controller
        .get(key)
        .is_some_and(|s| !s.value.trim().is_empty())
}

/// The snippet is there, and the controller writes it.
fn uses(ingress: &EffectiveIngress, key: &str) -> bool {
    let mut unconverted = ingress.settings.unconverted.iter();
    unconverted.any(|u| u.key == key && u.active)
}

//! What this model does not know yet. Its answers are Unknown, never a guess.
use super::exchange::Exchange;
use crate::effective::snippets::{listens_elsewhere, only_prepares};
use crate::effective::{Effective, Host, Request, Scheme, Snippet, SnippetKind};
use crate::features::modsecurity::{self, Verdict};
use nginx_snippet::Directive;

/// An http-snippet whose settings reach into every server.
pub(super) fn of_controller(effective: &Effective) -> Option<String> {
    let mut snippets = effective.snippets.iter().filter(|s| s.kind == SnippetKind::Http);
    let harmless = |d: &Directive| only_prepares(d) || listens_elsewhere(d);
    let prepares = |s: &Snippet| s.tree.directives.iter().all(harmless);
    snippets
        .any(|s| !prepares(s))
        .then(|| "depends on the http-snippet of the ConfigMap".into())
}

/// The server for hosts that nobody has: with the snippets of the ConfigMap.
pub(super) fn of_catch_all(effective: &Effective) -> Option<String> {
    let mut keys = ["server-snippet", "location-snippet"].into_iter();
    let set = |key: &&str| {
        effective
            .controller
            .get(key)
            .is_some_and(|s| !s.value.trim().is_empty())
    };
    let key = keys.find(set)?;
    Some(format!("depends on the {key} of the ConfigMap"))
}

/// TLS that is not ended here.
pub(super) fn of_host(effective: &Effective, request: &Request, host: &Host) -> Option<String> {
    let through = host.passthrough.is_some() && effective.controller.ssl_passthrough;
    (through && request.scheme == Scheme::Https).then(|| "TLS goes through to the backend (ssl-passthrough)".into())
}

/// A firewall in the location, with rules of the user's own. (What the controller's container has only detects.)
pub(super) fn of_location(exchange: &Exchange<'_>) -> Option<String> {
    let (effective, settings) = (exchange.effective, exchange.settings);
    let mut own = settings.snippets.iter().map(|id| effective.snippet(*id));
    // a denied location has none of its snippets
    let has_rules = settings.denied.is_none() && own.any(|s| s.kind == SnippetKind::ModSecurity && s.is_written());
    let refuses = || match modsecurity::verdict(effective, effective.ingress(exchange.location.ingress)) {
        Verdict::Refuses(_) | Verdict::Unclear(_) => true,
        Verdict::Passes(_) | Verdict::Off => false,
    };
    (has_rules && refuses()).then(|| "depends on a modsecurity-snippet".into())
}

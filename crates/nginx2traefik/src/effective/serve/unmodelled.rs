//! What this model does not know yet. Its answers are Unknown, never a guess.
use super::exchange::Exchange;
use crate::effective::snippets::{is_opaque, is_setting, only_prepares};
use crate::effective::{Effective, Host, Origin, Request, Scheme, Snippet, SnippetKind};
use crate::features::modsecurity::{self, Verdict};

/// An http-snippet whose settings reach into every server.
pub(super) fn of_controller(effective: &Effective) -> Option<String> {
    let mut snippets = effective.snippets.iter().filter(|s| s.kind == SnippetKind::Http);
    snippets
        .any(|s| s.tree.directives.iter().any(is_opaque))
        .then(|| "depends on the http-snippet of the ConfigMap".into())
}

/// The server for hosts that nobody has: with the snippets of the ConfigMap.
pub(super) fn of_catch_all(effective: &Effective) -> Option<String> {
    let of_config = |s: &&Snippet| match s.kind {
        SnippetKind::Server | SnippetKind::Location => matches!(s.origin, Origin::ConfigMap { .. }),
        SnippetKind::Http => s.tree.directives.iter().any(|d| is_setting(d) && !only_prepares(d)),
        _ => false,
    };
    let snippet = effective.snippets.iter().find(of_config)?;
    Some(format!("depends on the {} of the ConfigMap", snippet.key()))
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

//! What this model does not know yet. Its answers are Unknown, never a guess.
use super::exchange::Exchange;
use crate::effective::{Effective, Host, Request, Scheme, Snippet, SnippetKind};

/// Directives of an http-snippet that only prepare something: by themselves they change no answer.
const PREPARING: [&str; 14] = [
    "geo",
    "init_by_lua_block",
    "init_worker_by_lua_block",
    "limit_conn_zone",
    "limit_req_zone",
    "log_format",
    "lua_shared_dict",
    "map",
    "map_hash_bucket_size",
    "map_hash_max_size",
    "proxy_cache_path",
    "resolver",
    "split_clients",
    "upstream",
];

/// An http-snippet whose settings reach into every server.
pub(super) fn of_controller(effective: &Effective) -> Option<String> {
    let mut snippets = effective.snippets.iter().filter(|s| s.kind == SnippetKind::Http);
    let prepares = |s: &Snippet| {
        let mut directives = s.tree.directives.iter();
        directives.all(|d| PREPARING.contains(&d.name.text.as_str()))
    };
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

/// A firewall in the location.
pub(super) fn of_location(exchange: &Exchange<'_>) -> Option<String> {
    let ids = &exchange.settings.snippets;
    let mut own = ids.iter().map(|id| exchange.effective.snippet(*id));
    // a denied location has none of its snippets
    let firewall = |s: &Snippet| s.kind == SnippetKind::ModSecurity && s.is_written();
    (exchange.settings.denied.is_none() && own.any(firewall)).then(|| "depends on a modsecurity-snippet".into())
}

//! What stands around all servers (ConfigMap http-snippet).
use nginx_snippet::{Directive, Meaning, meaning_of};

/// Directives that declare something for others to use.
const DECLARING: [&str; 9] = [
    "geo",
    "limit_conn_zone",
    "limit_req_zone",
    "log_format",
    "lua_shared_dict",
    "map",
    "proxy_cache_path",
    "split_clients",
    "upstream",
];

/// Directives that only prepare something for Lua.
const PREPARING: [&str; 2] = ["init_by_lua_block", "init_worker_by_lua_block"];

/// By itself it changes no answer: what uses it does.
pub fn only_declares(directive: &Directive) -> bool {
    DECLARING.contains(&directive.name.text.as_str())
}

/// The same, with what is no behaviour at all.
pub fn only_prepares(directive: &Directive) -> bool {
    let name = directive.name.text.as_str();
    only_declares(directive) || PREPARING.contains(&name) || matches!(meaning_of(name), Meaning::Nothing(_))
}

/// A server that takes no request of a host: it listens on ports of its own.
pub fn listens_elsewhere(directive: &Directive) -> bool {
    let port = |listen: &Directive| {
        let address = listen.arg(0)?;
        address.rsplit(':').next()?.parse::<u16>().ok()
    };
    let mut ports = directive
        .children()
        .iter()
        .filter(|d| d.name.text == "listen")
        .map(port);
    directive.name.text == "server" && ports.all(|port| port.is_some_and(|port| ![80, 443].contains(&port)))
}

/// It may keep somebody out, or nobody knows what it does.
pub fn may_protect(directive: &Directive) -> bool {
    let name = directive.name.text.as_str();
    let words = ["allow", "deny", "satisfy", "include", "ssl_verify_client"];
    let starts = ["auth_", "limit_", "modsecurity", "ssl_client", "client_max"];
    words.contains(&name) || starts.iter().any(|start| name.starts_with(start)) || name.contains("_by_lua")
}

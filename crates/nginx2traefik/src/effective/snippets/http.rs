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

/// It is handed down to the servers: neither a declaration nor a block of its own.
pub fn is_setting(directive: &Directive) -> bool {
    let name = directive.name.text.as_str();
    let plain = directive.block.is_none() || name.ends_with("_by_lua_block");
    plain && !only_declares(directive) && !name.starts_with("init_")
}

/// Nobody can say what it does to an answer.
pub fn is_opaque(directive: &Directive) -> bool {
    let name = directive.name.text.as_str();
    let known = only_prepares(directive) || listens_elsewhere(directive) || is_setting(directive);
    !known || name == "include" || name.contains("_by_lua") && is_setting(directive)
}

/// A server that takes no request of a host: it listens on ports of its own.
fn listens_elsewhere(directive: &Directive) -> bool {
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

//! What the template of ingress-nginx v1.15 writes into servers and locations itself
//! (`rootfs/etc/nginx/template/nginx.tmpl`), so that a snippet beside it repeats or hides it.

/// Directives of every location that nginx refuses a second time in the same block. Of `proxy_cookie_*`
/// it writes `off`, which forbids any other.
const LOCATION_ONCE: [&str; 17] = [
    "port_in_redirect",
    "client_max_body_size",
    "proxy_connect_timeout",
    "proxy_send_timeout",
    "proxy_read_timeout",
    "proxy_buffering",
    "proxy_buffer_size",
    "proxy_buffers",
    "proxy_max_temp_file_size",
    "proxy_request_buffering",
    "proxy_http_version",
    "proxy_cookie_domain",
    "proxy_cookie_path",
    "proxy_next_upstream_timeout",
    "proxy_next_upstream_tries",
    "proxy_redirect",
    "proxy_pass",
];

/// Written into every location under a name of their own that lua-nginx-module takes once.
const LOCATION_LUA: [&str; 3] = ["rewrite_by_lua", "header_filter_by_lua", "log_by_lua"];

/// Written into every server.
const SERVER_ONCE: [&str; 1] = ["http2"];

/// Request headers that the template sets for every backend.
const REQUEST_HEADERS: [&str; 14] = [
    "Host",
    "Upgrade",
    "Connection",
    "X-Request-ID",
    "X-Real-IP",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Forwarded-Scheme",
    "X-Scheme",
    "X-Original-Forwarded-For",
    "X-Original-Forwarded-Host",
    "Proxy",
];

/// True if ingress-nginx writes a `proxy_set_header` of this name into every location: a second one is sent beside it.
pub fn writes_request_header(name: &str) -> bool {
    REQUEST_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// The values that a request header has in ingress-nginx's own line, with the names of its variables and of theirs.
pub(crate) fn request_header_value(name: &str) -> &'static [&'static str] {
    match name.to_ascii_lowercase().as_str() {
        "host" | "x-forwarded-host" => &["${best_http_host}", "${http_host}", "${host}"],
        "upgrade" => &["${http_upgrade}"],
        "connection" => &["${connection_upgrade}", "upgrade", "Upgrade"],
        "x-request-id" => &["${req_id}", "${request_id}"],
        "x-real-ip" => &["${remote_addr}"],
        "x-forwarded-for" => &["${remote_addr}", "${proxy_add_x_forwarded_for}"],
        "x-forwarded-port" => &["${pass_port}", "${server_port}"],
        "x-forwarded-proto" | "x-forwarded-scheme" | "x-scheme" => &["${pass_access_scheme}", "${scheme}"],
        "proxy" => &[""],
        _ => &[],
    }
}

/// True if ingress-nginx writes this directive into every location and nginx refuses it a second time there.
pub(crate) fn writes_in_location(directive: &str) -> bool {
    let lua = directive
        .strip_suffix("_block")
        .or_else(|| directive.strip_suffix("_file"))
        .unwrap_or(directive);
    LOCATION_ONCE.contains(&directive) || LOCATION_LUA.contains(&lua)
}

/// True if ingress-nginx writes this directive into every server and nginx refuses it a second time there.
pub(crate) fn writes_in_server(directive: &str) -> bool {
    SERVER_ONCE.contains(&directive)
}

//! The names of variables that nginx knows.

use std::collections::BTreeSet;

use crate::{Condition, Directive, Pcre, Span, Template, Tree};

/// Families of variables: any name that begins so exists.
const PREFIXES: [&str; 9] = [
    "arg_",
    "http_",
    "cookie_",
    "sent_http_",
    "sent_trailer_",
    "upstream_http_",
    "upstream_trailer_",
    "upstream_cookie_",
    "geoip2_",
];

/// Variables of nginx 1.27's http modules that ingress-nginx builds in, and those that its template sets.
const NAMES: &str = "ancient_browser args balancer_ewma_score best_http_host binary_remote_addr body_bytes_sent bytes_sent \
    connection connection_requests connection_time connection_upgrade connections_active connections_reading \
    connections_waiting connections_writing content_length content_type date_gmt date_local document_root document_uri \
    fastcgi_path_info fastcgi_script_name gzip_ratio host hostname http2 http3 https ingress_name invalid_referer is_args \
    limit_conn_status limit_rate limit_req_status literal_dollar location_path loggable memcached_key modern_browser msec \
    msie namespace nginx_version pass_access_scheme pass_port pass_server_port pid pipe proxy_add_x_forwarded_for proxy_host \
    proxy_internal_body_length proxy_internal_chunked proxy_port proxy_protocol_addr proxy_protocol_port \
    proxy_protocol_server_addr proxy_protocol_server_port proxy_upstream_name proxy_alternative_upstream_name query_string \
    realip_remote_addr realip_remote_port realpath_root remote_addr remote_port remote_user req_id request request_body \
    request_body_file request_completion request_filename request_id request_length request_method request_time request_uri \
    scheme secure_link secure_link_expires server_addr server_name server_port server_protocol service_name service_port \
    slice_range ssl_alpn_protocol ssl_cipher ssl_ciphers ssl_client_cert ssl_client_escaped_cert ssl_client_fingerprint \
    ssl_client_i_dn ssl_client_i_dn_legacy ssl_client_raw_cert ssl_client_s_dn ssl_client_s_dn_legacy ssl_client_serial \
    ssl_client_v_end ssl_client_v_remain ssl_client_v_start ssl_client_verify ssl_curve ssl_curves ssl_early_data \
    ssl_protocol ssl_server_name ssl_session_id ssl_session_reused status tcpinfo_rcv_space tcpinfo_rtt tcpinfo_rttvar \
    tcpinfo_snd_cwnd time_iso8601 time_local uid_got uid_reset uid_set upstream_addr upstream_bytes_received \
    upstream_bytes_sent upstream_cache_last_modified upstream_cache_status upstream_connect_time upstream_first_byte_time \
    upstream_header_time upstream_last_server_name upstream_queue_time upstream_response_length upstream_response_time \
    upstream_session_time upstream_status uri full_x_forwarded_for auth_cookie escaped_request_uri cors http_origin \
    opentelemetry_trace_id opentelemetry_span_id opentelemetry_context_traceparent";

/// Directives whose arguments nginx expands; others take a `$` for itself.
const EXPANDING: [&str; 19] = [
    "set",
    "return",
    "rewrite",
    "add_header",
    "add_trailer",
    "proxy_set_header",
    "proxy_pass",
    "more_set_headers",
    "more_set_input_headers",
    "auth_request_set",
    "error_page",
    "expires",
    "sub_filter",
    "proxy_redirect",
    "proxy_cookie_path",
    "grpc_set_header",
    "proxy_cache_key",
    "auth_basic",
    "limit_rate",
];

/// Variables that are used and that neither nginx nor this text defines. Another snippet of the same controller may:
/// nginx's variables are global.
pub(crate) fn unknown(tree: &Tree) -> Vec<(Span, String)> {
    let mut defined: BTreeSet<String> = NAMES.split_whitespace().map(str::to_owned).collect();
    let mut used = Vec::new();
    for directive in &tree.directives {
        define(directive, &mut defined);
        mention(directive, &mut used);
    }
    let family = |name: &str| PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    used.retain(|(_, name)| !defined.contains(name) && !family(name));
    used
}

/// The variables that a text defines, in lower case: nginx then knows them in every text of its configuration.
pub fn defined_variables(tree: &Tree) -> BTreeSet<String> {
    let mut defined = BTreeSet::new();
    for directive in &tree.directives {
        define(directive, &mut defined);
    }
    defined
}

fn define(directive: &Directive, defined: &mut BTreeSet<String>) {
    let name = directive.name.text.as_str();
    let position = match name {
        "set" | "auth_request_set" => Some(0),
        "map" | "geo" | "split_clients" => Some(directive.args.len().saturating_sub(1)),
        _ if name.starts_with("set_") => Some(0),
        _ => None,
    };
    let variable = position
        .and_then(|index| directive.arg(index))
        .and_then(|arg| arg.strip_prefix('$'));
    defined.extend(variable.map(str::to_ascii_lowercase));
    if matches!(name, "if" | "rewrite" | "location") {
        for arg in &directive.args {
            let groups = Pcre::new(&arg.text).groups;
            defined.extend(
                groups
                    .into_iter()
                    .filter(|group| !group.is_empty())
                    .map(|group| group.to_ascii_lowercase()),
            );
        }
    }
    directive.children().iter().for_each(|child| define(child, defined));
}

fn mention(directive: &Directive, used: &mut Vec<(Span, String)>) {
    for template in templates(directive) {
        used.extend(template.variables().map(|name| (directive.head(), name.to_owned())));
    }
    directive.children().iter().for_each(|child| mention(child, used));
}

/// The texts of a directive in which nginx expands variables; in a regex a `$` is an anchor.
fn templates(directive: &Directive) -> Vec<Template> {
    let name = directive.name.text.as_str();
    if name == "if" {
        return match Condition::parse(directive) {
            Ok(Condition::Equals { variable, value, .. }) => vec![variable, value],
            Ok(Condition::Truthy(variable) | Condition::Matches { variable, .. }) => vec![variable],
            Ok(Condition::File { path, .. }) => vec![path],
            Err(_) => Vec::new(),
        };
    }
    let first = usize::from(matches!(name, "set" | "rewrite" | "auth_request_set"));
    let args = if EXPANDING.contains(&name) {
        directive.args.as_slice()
    } else {
        &[]
    };
    args.iter()
        .skip(first)
        .filter_map(|arg| Template::parse(&arg.text).ok())
        .collect()
}

//! The names of nginx's variables, as far as a value may use them.

/// The first `$name` that the nginx of ingress-nginx does not know: it refuses the whole configuration. A lone `$` counts, too.
pub fn first_unknown(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        let braced = rest.strip_prefix('{');
        let name: &str = match braced {
            Some(inner) => inner.split('}').next().unwrap_or(inner),
            None => {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
                &rest[..end.unwrap_or(rest.len())]
            }
        };
        if !is_known(name) {
            return Some(format!("${name}"));
        }
        rest = &rest[name.len()..];
    }
    None
}

/// Whether a variable of this name exists: nginx's own, those of its modules, those that the template sets, and captures.
pub fn is_known(name: &str) -> bool {
    let family = PREFIXES.iter().any(|p| name.len() > p.len() && name.starts_with(p));
    let capture = name.len() == 1 && name.bytes().all(|b| b.is_ascii_digit());
    let lower = name.to_ascii_lowercase();
    capture || family || NAMES.contains(&lower.as_str())
}

const PREFIXES: [&str; 9] = [
    "arg_",
    "cookie_",
    "http_",
    "sent_http_",
    "sent_trailer_",
    "upstream_cookie_",
    "upstream_http_",
    "upstream_trailer_",
    "jwt_claim_",
];

/// nginx, "Alphabetical index of variables" (modules built into ingress-nginx), and rootfs/etc/nginx/template/nginx.tmpl (`set`, `map`).
const NAMES: &[&str] = &[
    "ancient_browser",
    "args",
    "arg_name",
    "auth_cookie",
    "auth_path",
    "balancer_ewma_score",
    "best_http_host",
    "binary_remote_addr",
    "body_bytes_sent",
    "bytes_sent",
    "bytes_received",
    "cache_key",
    "connection",
    "connection_requests",
    "connection_time",
    "connection_upgrade",
    "connections_active",
    "connections_reading",
    "connections_waiting",
    "connections_writing",
    "content_length",
    "content_type",
    "cors",
    "date_gmt",
    "date_local",
    "document_root",
    "document_uri",
    "escaped_request_uri",
    "full_x_forwarded_for",
    "fastcgi_path_info",
    "fastcgi_script_name",
    "gzip_ratio",
    "host",
    "hostname",
    "http2",
    "http3",
    "https",
    "ingress_name",
    "invalid_referer",
    "is_args",
    "limit_conn_status",
    "limit_rate",
    "limit_req_status",
    "literal_dollar",
    "location_path",
    "modern_browser",
    "msec",
    "msie",
    "namespace",
    "nginx_version",
    "pass_access_scheme",
    "pass_port",
    "pass_server_port",
    "pid",
    "pipe",
    "proxy_add_x_forwarded_for",
    "proxy_alternative_upstream_name",
    "proxy_host",
    "proxy_port",
    "proxy_protocol_addr",
    "proxy_protocol_port",
    "proxy_protocol_server_addr",
    "proxy_protocol_server_port",
    "proxy_upstream_name",
    "query_string",
    "realip_remote_addr",
    "realip_remote_port",
    "realpath_root",
    "remote_addr",
    "remote_port",
    "remote_user",
    "req_id",
    "request",
    "request_body",
    "request_body_file",
    "request_completion",
    "request_filename",
    "request_id",
    "request_length",
    "request_method",
    "request_time",
    "request_uri",
    "scheme",
    "server_addr",
    "server_name",
    "server_port",
    "server_protocol",
    "service_name",
    "service_port",
    "ssl_alpn_protocol",
    "ssl_cipher",
    "ssl_ciphers",
    "ssl_client_cert",
    "ssl_client_escaped_cert",
    "ssl_client_fingerprint",
    "ssl_client_i_dn",
    "ssl_client_i_dn_legacy",
    "ssl_client_raw_cert",
    "ssl_client_s_dn",
    "ssl_client_s_dn_legacy",
    "ssl_client_serial",
    "ssl_client_v_end",
    "ssl_client_v_remain",
    "ssl_client_v_start",
    "ssl_client_verify",
    "ssl_curve",
    "ssl_curves",
    "ssl_early_data",
    "ssl_protocol",
    "ssl_server_name",
    "ssl_session_id",
    "ssl_session_reused",
    "status",
    "target",
    "tcpinfo_rcv_space",
    "tcpinfo_rtt",
    "tcpinfo_rttvar",
    "tcpinfo_snd_cwnd",
    "the_real_ip",
    "time_iso8601",
    "time_local",
    "tmp_cache_key",
    "uid_got",
    "uid_reset",
    "uid_set",
    "upstream_addr",
    "upstream_bytes_received",
    "upstream_bytes_sent",
    "upstream_cache_status",
    "upstream_connect_time",
    "upstream_header_time",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_status",
    "uri",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(
            first_unknown("https://$host/start?rd=${escaped_request_uri}&x=$http_x_y$arg_a$1"),
            None
        );
        assert_eq!(first_unknown("http://$nosuchvariable/"), Some("$nosuchvariable".into()));
        assert_eq!(first_unknown("a$"), Some("$".into()));
        assert_eq!(first_unknown("$scheme-$service_name.$namespace"), None);
    }
}

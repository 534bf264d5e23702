//! One folder for each feature: `nginx.rs` reads its settings as ingress-nginx does (stage `effective`), `traefik.rs` says
//! them in Traefik's words (stage `plan`).
pub mod access;
pub mod affinity;
pub mod app_root;
pub mod backend_protocol;
pub mod backend_tls;
pub mod basic_auth;
pub mod body_size;
pub mod buffering;
pub mod client_certificate;
pub mod cors;
pub mod custom_headers;
pub mod errors;
pub mod external_auth;
pub mod forwarded_headers;
pub mod hsts;
pub mod limits;
pub mod load_balancing;
pub mod mirror;
pub mod proxy_redirect;
pub mod redirect;
pub mod retry;
pub mod rewrite;
pub mod snippets;
pub mod ssl_redirect;
pub mod timeouts;
pub mod upstream_vhost;

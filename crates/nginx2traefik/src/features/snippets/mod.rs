//! nginx configuration of the user's own (configuration-snippet, server-snippet), said in Traefik's words: every branch of what it
//! means becomes branches of the location, with the settings that a directive shares with an annotation.
mod answer;
mod auth_variable;
mod by_redirect;
mod cache;
mod captured;
mod effects;
mod error_page;
mod forbidden;
pub(crate) mod http;
pub(crate) mod http_port;
mod limits;
mod location;
mod path;
mod query;
mod request;
mod response;
mod rewrite;
mod second_port;
mod server;
mod settings;
pub(crate) mod stream;
mod tell;
pub mod traefik;
mod upstream_tls;
mod value;
mod when;
mod written;

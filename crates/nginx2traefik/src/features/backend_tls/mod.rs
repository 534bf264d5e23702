//! proxy-ssl-*: TLS towards the backend.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

//! upstream-vhost and connection-proxy-header: what the backend is told.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

//! upstream-vhost and connection-proxy-header: what the backend is told.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

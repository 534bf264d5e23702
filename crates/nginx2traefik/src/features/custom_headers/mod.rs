//! custom-headers: response headers from a ConfigMap.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

//! custom-headers: response headers from a ConfigMap.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

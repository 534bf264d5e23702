//! load-balance, upstream-hash-by, service-upstream.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

//! load-balance, upstream-hash-by, service-upstream.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

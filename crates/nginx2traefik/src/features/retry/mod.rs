//! proxy-next-upstream*: a second try at another endpoint.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

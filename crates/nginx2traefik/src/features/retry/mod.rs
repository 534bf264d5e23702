//! proxy-next-upstream*: a second try at another endpoint.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

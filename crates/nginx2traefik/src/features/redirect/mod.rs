//! permanent-redirect, temporal-redirect.
pub mod answer;
pub mod nginx;
pub mod template;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

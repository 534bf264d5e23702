//! auth-url and its family.
pub mod cache;
pub mod nginx;
pub mod signin;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

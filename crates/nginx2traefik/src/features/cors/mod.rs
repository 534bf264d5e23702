//! enable-cors and cors-*.
pub mod nginx;
pub mod origin;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

//! custom-http-errors and default-backend.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

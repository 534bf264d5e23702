//! proxy-redirect-*, proxy-cookie-*: Location and Set-Cookie of the backend, rewritten.
pub mod nginx;
mod refused;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

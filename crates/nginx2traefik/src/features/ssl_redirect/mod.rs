//! ssl-redirect, force-ssl-redirect, preserve-trailing-slash; HSTS.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

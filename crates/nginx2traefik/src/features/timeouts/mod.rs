//! proxy-connect-timeout, proxy-read-timeout, proxy-send-timeout.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

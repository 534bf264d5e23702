//! proxy-connect-timeout, proxy-read-timeout, proxy-send-timeout.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

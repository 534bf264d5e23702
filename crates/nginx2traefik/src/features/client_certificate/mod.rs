//! auth-tls-*: client certificates. A property of the server.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

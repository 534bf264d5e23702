//! auth-type basic and digest.
pub mod nginx;
pub mod traefik;
pub mod users;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

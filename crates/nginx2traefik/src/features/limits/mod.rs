//! limit-rps, limit-rpm, limit-connections and their family.
pub mod nginx;
pub mod traefik;
pub mod zones;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

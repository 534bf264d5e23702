//! limit-rps, limit-rpm, limit-connections and their family.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

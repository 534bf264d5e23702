//! Session affinity by cookie.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

//! auth-type basic and digest.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

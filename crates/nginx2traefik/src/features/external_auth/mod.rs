//! auth-url and its family.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

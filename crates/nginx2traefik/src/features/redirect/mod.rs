//! permanent-redirect, temporal-redirect.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

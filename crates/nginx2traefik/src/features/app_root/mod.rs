//! app-root: where `/` of the host leads.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

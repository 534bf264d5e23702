//! custom-http-errors and default-backend.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

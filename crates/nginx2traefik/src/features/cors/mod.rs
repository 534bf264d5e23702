//! enable-cors and cors-*.
pub mod nginx;
pub mod origin;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

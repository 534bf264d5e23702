//! enable-cors and cors-*.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

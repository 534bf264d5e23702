//! backend-protocol: what is spoken to the backend.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

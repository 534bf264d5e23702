//! proxy-buffering, proxy-request-buffering and the sizes of buffers.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

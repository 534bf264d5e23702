//! proxy-buffering, proxy-request-buffering and the sizes of buffers.
mod misfit;
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

//! proxy-body-size: how large a request may be.
pub mod length;
pub mod nginx;
pub mod size;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

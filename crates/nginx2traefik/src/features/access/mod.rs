//! Allow and deny lists, and how they go together with authentication.
pub mod addresses;
pub mod client;
pub mod networks;
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

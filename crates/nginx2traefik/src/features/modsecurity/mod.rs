//! The firewall inside nginx: enable-modsecurity and its family.
pub mod nginx;
mod seclang;
pub mod traefik;
mod words;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

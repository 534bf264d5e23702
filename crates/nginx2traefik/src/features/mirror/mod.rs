//! mirror-target, mirror-host and mirror-request-body: a copy of each request for somebody else.
pub mod nginx;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

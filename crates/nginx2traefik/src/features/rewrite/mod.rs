//! rewrite-target, use-regex, x-forwarded-prefix.
pub mod nginx;
pub mod pattern;
pub mod traefik;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

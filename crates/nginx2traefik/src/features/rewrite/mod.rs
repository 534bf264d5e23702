//! rewrite-target, use-regex, x-forwarded-prefix.
pub mod nginx;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;

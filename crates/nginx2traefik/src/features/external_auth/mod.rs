//! auth-url and its family.
pub mod cache;
mod global;
pub mod nginx;
mod own;
pub mod signin;
mod signin_answer;
mod snippet;
pub mod traefik;
pub mod url;

#[allow(clippy::wildcard_imports)]
pub use nginx::*;
pub(crate) use signin_answer::redirect_instead;

//! The webhook on ports of its own, asked as kube-apiserver asks it, and as somebody who means no good.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod ask;
mod bad_input;
mod certificates;
mod limits;
mod logs;
mod pki;
mod reviews;
mod running;

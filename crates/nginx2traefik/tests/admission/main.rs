//! What the admission webhook answers, in the words of its users.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod ask;
mod ratchet;
mod texts;

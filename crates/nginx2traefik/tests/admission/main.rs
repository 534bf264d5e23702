//! What the admission webhook answers, in the words of its users.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod ask;
mod bad_input;
mod exemptions;
mod modes;
mod ratchet;
mod same_as_lint;
mod texts;
mod ways_round;

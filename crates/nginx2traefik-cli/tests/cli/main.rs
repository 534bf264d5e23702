//! The real binary, as users run it.
#![allow(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

mod admission;
mod bad_input;
mod explain;
mod gateway;
mod lint;
mod migrate;
mod policy;
mod program;

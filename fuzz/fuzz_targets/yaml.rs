//! Any text: no panic, spans in bounds, edits refused or right.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../exercise.rs"]
mod exercise;

fuzz_target!(|text: &str| exercise::exercise(text));

//! Any text as nginx configuration: no panic, spans in bounds, the printed tree reads back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../exercise_snippet.rs"]
mod exercise_snippet;

fuzz_target!(|text: &str| exercise_snippet::exercise(text));

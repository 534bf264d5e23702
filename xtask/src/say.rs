//! The only place that writes to the terminal.
use std::io::Write as _;

/// A line of the result.
pub(crate) fn line(text: &str) {
    // a reader that went away is no reason to fail
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// What went wrong.
pub(crate) fn problem(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

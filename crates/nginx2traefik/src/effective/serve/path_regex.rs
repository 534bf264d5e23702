//! Regular expressions of paths, as nginx uses them: on bytes, without case.
use regex::bytes::{Regex, RegexBuilder};

/// The expression of a location or of a rewrite. None: not an expression that can be run here.
pub(super) fn compile(expression: &str) -> Option<Regex> {
    build(expression).ok()
}

fn build(expression: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(expression)
        .case_insensitive(true)
        .unicode(false)
        .build()
}

/// Why nginx does not accept the path of a location in regex mode; None where it does, or where only PCRE can tell.
pub(in crate::effective) fn invalid(path: &str) -> Option<String> {
    let error = build(&format!("^{path}")).err()?.to_string();
    let only_here = [
        "look-around",
        "backreferences",
        "unrecognized flag",
        "possessive",
        "unrecognized escape",
    ];
    if only_here.iter().any(|known| error.contains(known)) {
        return None;
    }
    Some(
        error
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned(),
    )
}

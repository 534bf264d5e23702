//! The rule files, sorted. Written by the test `the_embedded_list_matches_the_folder`.

/// Name without `.md`, and text.
pub(super) const FILES: &[(&str, &str)] = &[];

//! The places of a collection's children in the text.

use crate::node::{CollectionStyle, Kind, Node};
use crate::scan::skip_to_content;
use std::ops::Range;

/// A child of a collection with all that is its own: `? ` or `- `, key, colon, value.
#[derive(Debug, Clone)]
pub(crate) struct Slot<'a, 's> {
    pub(crate) range: Range<usize>,
    pub(crate) key: Option<&'a Node<'s>>,
    pub(crate) value: &'a Node<'s>,
}

impl<'a, 's> Slot<'a, 's> {
    /// Behind the colon or dash: where a value that replaces a block collection begins.
    pub(crate) fn behind_sign(&self, text: &str) -> Option<usize> {
        let (from, sign) = match self.key {
            Some(key) => (skip_to_content(text, key.span.end, b""), b':'),
            None => (self.range.start, b'-'),
        };
        (text.as_bytes().get(from) == Some(&sign)).then_some(from + 1)
    }
}

/// The children of `node` in source order; none for scalars and aliases.
pub(crate) fn slots<'a, 's>(text: &str, node: &'a Node<'s>) -> Vec<Slot<'a, 's>> {
    let mut slots: Vec<Slot<'a, 's>> = Vec::new();
    let mut before = node.span.start;
    match &node.kind {
        Kind::Mapping { entries, .. } => {
            for (key, value) in entries {
                let start = explicit_key(text, before, key.full_span().start);
                let end = key.span.end.max(value.span.end);
                slots.push(Slot {
                    range: start..end,
                    key: Some(key),
                    value,
                });
                before = end;
            }
        }
        Kind::Sequence { items, style } => {
            for value in items {
                let mut range = value.full_span();
                if *style == CollectionStyle::Block {
                    range.start = skip_to_content(text, before, b"").min(range.start);
                    range.end = range.end.max(range.start + 1);
                }
                before = range.end;
                slots.push(Slot {
                    range,
                    key: None,
                    value,
                });
            }
        }
        Kind::Scalar { .. } | Kind::Alias(_) => {}
    }
    slots
}

/// The `?` before an explicit key, if there is one, else the key.
fn explicit_key(text: &str, from: usize, key: usize) -> usize {
    let Some(gap) = text.get(from..key) else { return key };
    match gap.trim_end().strip_suffix('?') {
        Some(lead) if lead.is_empty() || lead.ends_with([' ', '\t', '\n', '{', ',', '[']) => from + lead.len(),
        _ => key,
    }
}

/// Start of the line that holds `at`; a byte-order mark stays before it.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    at - lead(text, at).len()
}

/// What stands before `at` on its line.
pub(crate) fn lead(text: &str, at: usize) -> &str {
    text[crate::scan::line_start(text, at)..at].trim_start_matches('\u{FEFF}')
}

/// True when only blanks stand before `at` on its line.
pub(crate) fn owns_line(text: &str, at: usize) -> bool {
    lead(text, at).bytes().all(|byte| byte == b' ' || byte == b'\t')
}

/// Column of `at`, in characters, as indentation counts.
pub(crate) fn column(text: &str, at: usize) -> usize {
    lead(text, at).chars().count()
}

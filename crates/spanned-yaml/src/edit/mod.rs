//! Edits: replacements of byte ranges that leave every other byte alone.
//!
//! An [`Editor`] plans changes of one document and gives the [`Edit`]s for all of them at once, against the original
//! text and disjoint, so several rules can each bring theirs. [`crate::guard`] applies them only if the result means
//! what was planned.

mod block;
mod editor;
mod emit;
mod expect;
mod flow;
mod locate;
pub(crate) mod render;
mod slots;
mod whole;

pub use editor::Editor;
pub use whole::{insert_document_after, remove_document, replace_document};

use std::ops::Range;
use thiserror::Error;

/// A replacement of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that are replaced; empty for an insertion.
    pub range: Range<usize>,
    /// What takes their place.
    pub text: String,
}

/// Edits that cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApplyError {
    /// Two edits touch the same bytes.
    #[error("two edits overlap at byte {at}")]
    Overlap {
        /// Where the second one begins.
        at: usize,
    },
    /// An edit does not fit the text.
    #[error("an edit of bytes {}..{} does not fit the text", range.start, range.end)]
    Misplaced {
        /// Its bytes.
        range: Range<usize>,
    },
}

/// Applies `edits`, in any order, to `text`. Insertions at the same place keep the order in which they are given.
pub fn apply(text: &str, mut edits: Vec<Edit>) -> Result<String, ApplyError> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut result = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for Edit {
        range,
        text: replacement,
    } in edits
    {
        if range.start < done {
            return Err(ApplyError::Overlap { at: range.start });
        }
        let fits = range.end <= text.len() && text.is_char_boundary(range.start) && text.is_char_boundary(range.end);
        if !fits || range.start > range.end {
            return Err(ApplyError::Misplaced { range });
        }
        result.push_str(&text[done..range.start]);
        result.push_str(&replacement);
        done = range.end;
    }
    result.push_str(&text[done..]);
    Ok(result)
}

/// A change that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// Nothing is there.
    #[error("there is no `{path}`")]
    NotFound {
        /// The path, joined by dots.
        path: String,
    },
    /// The key is there already.
    #[error("`{path}` exists already")]
    Exists {
        /// The path, joined by dots.
        path: String,
    },
    /// The value has the wrong kind for the change.
    #[error("`{path}` is not {expected}")]
    WrongKind {
        /// The path, joined by dots.
        path: String,
        /// What it would have to be.
        expected: &'static str,
    },
    /// The value is used in several places, so the change would reach further than asked.
    #[error("`{path}` is shared through an anchor")]
    Shared {
        /// The path, joined by dots.
        path: String,
        /// The alias or anchor.
        span: Range<usize>,
    },
    /// An alias outside needs an anchor that would be removed.
    #[error("`{path}` holds an anchor that is used elsewhere")]
    AnchorInUse {
        /// The path, joined by dots.
        path: String,
        /// The anchor.
        span: Range<usize>,
    },
    /// Two changes contradict each other.
    #[error("changes of `{path}` contradict each other")]
    Conflict {
        /// The path, joined by dots.
        path: String,
    },
    /// The edited text would not mean what was planned; the way the file is written is beyond the editor.
    #[error("the edit would not give the planned result: {reason}")]
    Unsafe {
        /// What would be different.
        reason: String,
    },
}

//! The guard of every write: edited text is given out only if it means what was planned.

use crate::edit::{ApplyError, Edit, apply};
use crate::json::to_json;
use crate::parse::{ParseError, parse_document};
use crate::split::{Pieces, split};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use thiserror::Error;

/// What becomes of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The document, by its position in the file before the edits.
    pub index: usize,
    /// What becomes of it.
    pub change: Change,
}

/// What becomes of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It has this value.
    Value(Value),
    /// It is gone.
    Removed,
    /// It is followed by new documents with these values; it keeps its own bytes unless another expectation speaks of it.
    Followed(Vec<Value>),
}

/// Edits that would not do what was planned.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GuardError {
    /// They cannot be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The result has another number of documents than planned.
    #[error("the edited text has {found} documents instead of {expected}")]
    Documents {
        /// As planned.
        expected: usize,
        /// As found.
        found: usize,
    },
    /// The result has errors that were not there before.
    #[error("the edited text is not valid: {}", error.message)]
    Invalid {
        /// The first of them.
        error: ParseError,
    },
    /// A document would not have its planned value.
    #[error("document {index} would not have the planned value: {reason}")]
    Value {
        /// Position in the file before the edits.
        index: usize,
        /// What is wrong.
        reason: String,
    },
    /// A document that was not to be touched would change.
    #[error("document {index} would change")]
    Touched {
        /// Position in the file before the edits.
        index: usize,
    },
}

/// Applies `edits` to `text` and checks the result: the edits are disjoint, every document with an expectation has its
/// planned value, and every other document has the same bytes as before. Only the former are parsed.
pub fn guard(text: &str, edits: Vec<Edit>, expected: &[Expectation]) -> Result<String, GuardError> {
    let edited = apply(text, edits)?;
    let (before, after) = (split(text), split(&edited));
    if let Some(error) = after.errors.get(before.errors.len()) {
        return Err(GuardError::Invalid { error: error.clone() });
    }
    let wanted = wanted(text, &before, expected);
    if wanted.len() != after.documents.len() {
        return Err(GuardError::Documents {
            expected: wanted.len(),
            found: after.documents.len(),
        });
    }
    for ((index, wanted), span) in wanted.into_iter().zip(after.documents) {
        match wanted {
            Wanted::Value(value) => check_value(index, value, &edited, span)?,
            Wanted::Bytes(bytes) if bytes == content(&edited, &span) => {}
            Wanted::Bytes(_) => return Err(GuardError::Touched { index }),
        }
    }
    Ok(edited)
}

enum Wanted<'a> {
    Value(&'a Value),
    Bytes(&'a str),
}

/// The documents of the result in order, each with the index of the document that it comes from.
fn wanted<'a>(text: &'a str, before: &Pieces, expected: &'a [Expectation]) -> Vec<(usize, Wanted<'a>)> {
    let mut changes: BTreeMap<usize, Vec<&Change>> = BTreeMap::new();
    for Expectation { index, change } in expected {
        changes.entry(*index).or_default().push(change);
    }
    let mut wanted = Vec::new();
    for (index, span) in before.documents.iter().enumerate() {
        let changes = changes.get(&index).map(Vec::as_slice).unwrap_or_default();
        let own = changes
            .iter()
            .rev()
            .find(|change| !matches!(change, Change::Followed(_)));
        match own {
            Some(Change::Value(value)) => wanted.push((index, Wanted::Value(value))),
            Some(_) => {}
            None => wanted.push((index, Wanted::Bytes(content(text, span)))),
        }
        for change in changes {
            if let Change::Followed(values) = change {
                wanted.extend(values.iter().map(|value| (index, Wanted::Value(value))));
            }
        }
    }
    wanted
}

/// The document's bytes; a line break may have to be added when another document follows.
fn content<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    text[span.clone()].trim_end_matches(['\r', '\n'])
}

fn check_value(index: usize, wanted: &Value, text: &str, span: Range<usize>) -> Result<(), GuardError> {
    let (document, ignored) = parse_document(text, span, index).map_err(|error| GuardError::Invalid { error })?;
    if let Some(error) = ignored {
        return Err(GuardError::Invalid { error });
    }
    match to_json(&document) {
        Ok(value) if value == *wanted => Ok(()),
        Ok(_) => Err(GuardError::Value {
            index,
            reason: "it differs".to_owned(),
        }),
        Err(error) => Err(GuardError::Value {
            index,
            reason: error.message,
        }),
    }
}

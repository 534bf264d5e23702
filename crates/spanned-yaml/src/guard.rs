//! The guard of every write: edited text is given out only if it means what was planned.

use crate::edit::{ApplyError, Edit, apply};
use crate::json::to_json;
use crate::node::Document;
use crate::parse::{ParseError, Parsed, parse};
use serde_json::Value;
use std::collections::BTreeMap;
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
/// planned value, and every other document has the same bytes as before.
pub fn guard(text: &str, edits: Vec<Edit>, expected: &[Expectation]) -> Result<String, GuardError> {
    let before = parse(text);
    let edited = apply(text, edits)?;
    let after = parse(&edited);
    check_errors(&before, &after)?;
    let wanted = wanted(&before.documents, expected);
    if wanted.len() != after.documents.len() {
        return Err(GuardError::Documents {
            expected: wanted.len(),
            found: after.documents.len(),
        });
    }
    for ((index, wanted), document) in wanted.into_iter().zip(&after.documents) {
        match wanted {
            Wanted::Value(value) => check_value(index, value, document)?,
            Wanted::Bytes(bytes) if bytes == document_text(document) => {}
            Wanted::Bytes(_) => return Err(GuardError::Touched { index }),
        }
    }
    Ok(edited)
}

/// What was unreadable before may stay so, but nothing may become it.
fn check_errors(before: &Parsed<'_>, after: &Parsed<'_>) -> Result<(), GuardError> {
    let known = before.errors.len();
    match after.errors.get(known) {
        Some(error) => Err(GuardError::Invalid { error: error.clone() }),
        None => Ok(()),
    }
}

enum Wanted<'a> {
    Value(&'a Value),
    Bytes(&'a str),
}

/// The documents of the result in order, each with the index of the document that it comes from.
fn wanted<'a>(before: &'a [Document<'_>], expected: &'a [Expectation]) -> Vec<(usize, Wanted<'a>)> {
    let mut changes: BTreeMap<usize, Vec<&Change>> = BTreeMap::new();
    for Expectation { index, change } in expected {
        changes.entry(*index).or_default().push(change);
    }
    let mut wanted = Vec::new();
    for document in before {
        let changes = changes.get(&document.index).map(Vec::as_slice).unwrap_or_default();
        let own = changes
            .iter()
            .rev()
            .find(|change| !matches!(change, Change::Followed(_)));
        match own {
            Some(Change::Value(value)) => wanted.push((document.index, Wanted::Value(value))),
            Some(_) => {}
            None => wanted.push((document.index, Wanted::Bytes(document_text(document)))),
        }
        for change in changes {
            if let Change::Followed(values) = change {
                wanted.extend(values.iter().map(|value| (document.index, Wanted::Value(value))));
            }
        }
    }
    wanted
}

/// The last document may get a line break when another one follows it.
fn document_text<'a>(document: &'a Document<'_>) -> &'a str {
    document.source[document.span.clone()].trim_end_matches(['\r', '\n'])
}

fn check_value(index: usize, wanted: &Value, document: &Document<'_>) -> Result<(), GuardError> {
    match to_json(document) {
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

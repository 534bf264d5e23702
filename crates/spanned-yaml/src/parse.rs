//! Texts to documents.

use crate::builder::Builder;
use crate::node::Document;
use crate::scan::clamp;
use crate::split::split;
use std::ops::Range;

/// Collections may be nested this deep; more is an error, so that no reader of the tree can overflow its stack.
pub const MAX_DEPTH: usize = 320;

/// A file's documents and what could not be read.
#[derive(Debug, Default)]
pub struct Parsed<'s> {
    /// The documents that could be read, in source order.
    pub documents: Vec<Document<'s>>,
    /// What could not be read, in source order; the other documents are not affected.
    pub errors: Vec<ParseError>,
}

/// A place where the text is not YAML that kubectl would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes; may be empty. Always within the text and on character boundaries.
    pub span: Range<usize>,
}

/// Parses all documents of `text`. Never fails as a whole: a document that cannot be read is reported in
/// [`Parsed::errors`] and the others are still there.
pub fn parse(text: &str) -> Parsed<'_> {
    let pieces = split(text);
    let mut parsed = Parsed {
        documents: Vec::new(),
        errors: pieces.errors,
    };
    for (index, span) in pieces.documents.into_iter().enumerate() {
        match Builder::new(text, span.clone(), index).run() {
            Ok((document, ignored)) => {
                parsed.documents.push(document);
                parsed.errors.extend(ignored);
            }
            Err(error) => parsed.errors.push(ParseError {
                span: clamp(text, error.span),
                ..error
            }),
        }
    }
    parsed.errors.sort_by_key(|error| error.span.start);
    parsed
}

/// Parses the document at `span`, one of [`crate::split`]'s pieces. The error beside it tells of text that kubectl would
/// ignore; the document stands nevertheless.
pub fn parse_document(
    text: &str,
    span: Range<usize>,
    index: usize,
) -> Result<(Document<'_>, Option<ParseError>), ParseError> {
    let result = Builder::new(text, span, index).run();
    result.map_err(|error| ParseError {
        span: clamp(text, error.span),
        ..error
    })
}

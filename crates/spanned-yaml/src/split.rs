//! Where documents begin and end, by kubectl's rules.
//!
//! kubectl cuts the bytes before it parses them (k8s.io/apimachinery pkg/util/yaml/decoder.go, `YAMLReader`): a line
//! that begins with `---` ends a document, whatever surrounds it, and only blanks or a comment may follow on that line.
//! Input that begins with `{` is tried as a stream of JSON values first (`YAMLOrJSONDecoder`).

use crate::parse::ParseError;
use crate::scan::{line_end, next_line};
use std::ops::Range;

/// The pieces of a file, each to be parsed alone.
#[derive(Debug, Default)]
pub struct Pieces {
    /// The bytes of each document, in source order; their positions here are the documents' `index`.
    pub documents: Vec<Range<usize>>,
    /// Separators that kubectl refuses.
    pub errors: Vec<ParseError>,
}

/// Cuts `text` into documents without parsing them: for callers that want one document at a time, or several at once.
pub fn split(text: &str) -> Pieces {
    match json_stream(text) {
        Some(documents) => Pieces {
            documents,
            errors: Vec::new(),
        },
        None => split_yaml(text),
    }
}

fn split_yaml(text: &str) -> Pieces {
    let mut pieces = Pieces::default();
    let mut start = if text.starts_with('\u{FEFF}') {
        '\u{FEFF}'.len_utf8()
    } else {
        0
    };
    let mut refused = false;
    let mut at = start;
    while at < text.len() {
        let next = next_line(text, at);
        if text[at..next].starts_with("---") {
            push(&mut pieces, start..at, refused);
            refused = !is_separator(&text[at..next]);
            if refused {
                pieces.errors.push(ParseError {
                    message: "nothing but a comment may follow `---` on its line: kubectl refuses the file".to_owned(),
                    span: at..line_end(text, at),
                });
            }
            start = next;
        }
        at = next;
    }
    push(&mut pieces, start..text.len(), refused);
    pieces
}

fn push(pieces: &mut Pieces, span: Range<usize>, refused: bool) {
    if !span.is_empty() && !refused {
        pieces.documents.push(span);
    }
}

fn is_separator(line: &str) -> bool {
    let rest = line[3..].trim();
    rest.is_empty() || rest.starts_with('#')
}

/// The values of a file that holds two or more JSON values one after another (`{}{}`), else `None`.
fn json_stream(text: &str) -> Option<Vec<Range<usize>>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut values = Vec::new();
    let mut start = 0;
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    while let Some(value) = stream.next() {
        value.ok()?;
        let blanks = text[start..].len() - text[start..].trim_start().len();
        values.push(start + blanks..stream.byte_offset());
        start = stream.byte_offset();
    }
    (values.len() > 1).then_some(values)
}

//! Edits of whole documents.

use super::Edit;
use crate::node::Document;
use crate::scan::{line_start, next_line};

/// Removes the document and one `---` line, so that its neighbours stay separate.
pub fn remove_document(document: &Document<'_>) -> Edit {
    let (text, span) = (document.source, document.span.clone());
    let separator_behind = text[span.end..].starts_with("---");
    let before = line_start(text, span.start.saturating_sub(1));
    let separator_before = span.start > 0 && text[before..span.start].starts_with("---");
    let range = match (separator_before, separator_behind) {
        (true, _) => before..span.end,
        (false, true) => span.start..next_line(text, span.end),
        (false, false) => span,
    };
    Edit {
        range,
        text: String::new(),
    }
}

/// Puts `content` (without `---`) in the place of the document.
pub fn replace_document(document: &Document<'_>, content: &str) -> Edit {
    let (text, span) = (document.source, document.span.clone());
    let last = span.end == text.len();
    Edit {
        range: span,
        text: if last {
            content.to_owned()
        } else {
            ended(content, eol(text))
        },
    }
}

/// Adds `content` (without `---`) as a document behind this one.
pub fn insert_document_after(document: &Document<'_>, content: &str) -> Edit {
    let (text, end) = (document.source, document.span.end);
    let eol = eol(text);
    let gap = if text[..end].ends_with('\n') || end == 0 {
        ""
    } else {
        eol
    };
    let content = if end == text.len() {
        content.to_owned()
    } else {
        ended(content, eol)
    };
    Edit {
        range: end..end,
        text: format!("{gap}---{eol}{content}"),
    }
}

fn ended(content: &str, eol: &str) -> String {
    if content.ends_with('\n') {
        content.to_owned()
    } else {
        format!("{content}{eol}")
    }
}

fn eol(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

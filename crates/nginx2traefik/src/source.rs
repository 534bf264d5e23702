//! Texts, and places in them.
use std::ops::Range;
use std::sync::Arc;

/// Which text a [`Span`] is in: an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A text and the path that the user knows it by (`-` for standard input).
#[derive(Debug, Clone)]
pub struct Source {
    /// As the user would write it; forward slashes.
    pub path: String,
    /// The whole text, as it stands on disk.
    pub text: Arc<str>,
}

/// All texts of one run, in the order in which they were given.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and says under which id it is known.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.0.push(Source {
            path: path.into(),
            text: text.into(),
        });
        SourceId((self.0.len() - 1) as u32)
    }

    /// The text with this id.
    ///
    /// # Panics
    /// If the id is of another `Sources`: ids are only made by [`Sources::add`].
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// Every text with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(i, s)| (SourceId(i as u32), s))
    }

    /// The bytes of a place.
    pub fn text(&self, span: &Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or("")
    }

    /// Where a place begins and ends, as people count.
    pub fn position(&self, span: &Span) -> Position {
        let text = &self.get(span.source).text;
        let (line, column) = line_column(text, span.start);
        let (end_line, end_column) = line_column(text, span.end.max(span.start));
        Position {
            line,
            column,
            end_line,
            end_column,
        }
    }
}

/// A place: the bytes `start..end` of one text. Sorts by text, then by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The place `range` of the text `source`.
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        Span {
            source,
            start: range.start,
            end: range.end,
        }
    }

    /// The bytes, as a range.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Lines and columns as people count: from 1, columns in characters; the end is one past the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
}

fn line_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

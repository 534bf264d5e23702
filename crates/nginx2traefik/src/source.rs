//! Texts, and places in them.
use crate::hidden::Hidden;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

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
    /// First byte of each line; found when the first position is asked for.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// First byte of each line, in order; the first is 0.
    pub fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let feeds = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(feeds.map(|(at, _)| at + 1)).collect()
        })
    }

    /// Line and column of a byte, from 1; the column counts characters.
    fn line_column(&self, byte: usize) -> (usize, usize) {
        let line = self.line_starts().partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts()[line - 1];
        let before = self.text.get(start..byte.min(self.text.len()));
        (line, before.map_or(0, |text| text.chars().count()) + 1)
    }
}

/// All texts of one run, in the order in which they were given.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
    hidden: Hidden,
}

impl Sources {
    /// Adds a text and says under which id it is known.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.all.push(Source {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        SourceId((self.all.len() - 1) as u32)
    }

    /// What is not to be shown of them from now on.
    pub fn hide(&mut self, hidden: Hidden) {
        self.hidden = hidden;
    }

    /// What is not to be shown of them.
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// The text with this id.
    ///
    /// # Panics
    /// If the id is of another `Sources`: ids are only made by [`Sources::add`].
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// Every text with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.all.iter().enumerate().map(|(i, s)| (SourceId(i as u32), s))
    }

    /// The bytes of a place.
    pub fn text(&self, span: &Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or("")
    }

    /// Where a place begins and ends, as people count.
    pub fn position(&self, span: &Span) -> Position {
        let source = self.get(span.source);
        let (line, column) = source.line_column(span.start);
        let (end_line, end_column) = source.line_column(span.end.max(span.start));
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

#[cfg(test)]
mod tests {
    use super::{Sources, Span};

    #[test]
    fn columns_count_characters_and_lines_begin_at_one() {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", "a: 1\nä: ßx\n");
        let at = sources.position(&Span::new(id, 9..12));
        assert_eq!((at.line, at.column, at.end_line, at.end_column), (2, 4, 2, 6));
        let end = sources.position(&Span::new(id, 13..13));
        assert_eq!((end.line, end.column), (3, 1));
    }
}

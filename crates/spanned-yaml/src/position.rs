//! Places inside of scalars: from an offset in the decoded text to the byte of the file that it comes from.

use crate::node::{Document, Kind, Node, ScalarStyle};
use crate::scan::{clamp, line_end, next_line};

/// How the decoded text of a scalar lies in the source: runs of bytes that follow each other in both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// Sorted by place in the decoded text.
    runs: Vec<Run>,
    /// Length of the decoded text up to where the runs reach, and the source's byte behind the value.
    end: (usize, usize),
}

/// Decoded bytes from `decoded` on stand at `source` and behind it, or all at `source` where the source writes them otherwise
/// (an escape, a folded line break).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    decoded: usize,
    source: usize,
    literal: bool,
}

impl Layout {
    /// The byte of the source from which byte `decoded` of the decoded text comes; behind its end the end of the value.
    pub fn at(&self, decoded: usize) -> usize {
        if decoded >= self.end.0 {
            return self.end.1;
        }
        let behind = self.runs.partition_point(|run| run.decoded <= decoded);
        match behind.checked_sub(1).and_then(|at| self.runs.get(at)) {
            Some(run) if run.literal => (run.source + decoded - run.decoded).min(self.end.1),
            Some(run) => run.source.min(self.end.1),
            None => self.end.1,
        }
    }

    /// The byte of the source behind what byte `decoded` of the decoded text is written as: behind an escape, that is.
    pub fn behind(&self, decoded: usize) -> usize {
        let next = self.runs.partition_point(|run| run.decoded <= decoded);
        let own = next.checked_sub(1).and_then(|at| self.runs.get(at));
        match (own, self.runs.get(next)) {
            (Some(run), _) if run.literal => (self.at(decoded) + 1).min(self.end.1),
            (_, Some(next)) => next.source.min(self.end.1),
            (_, None) => self.end.1,
        }
    }
}

impl Node<'_> {
    /// How a scalar's decoded text lies in `source` (the text that was parsed); empty at the start of other nodes.
    pub fn layout(&self, source: &str) -> Layout {
        let Kind::Scalar { text, style } = &self.kind else {
            return Layout {
                runs: Vec::new(),
                end: (0, self.span.start),
            };
        };
        let block_style = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let end = if block_style {
            self.span.end
        } else {
            content(self, source).1
        };
        let mut walk = Walk {
            text,
            done: 0,
            runs: Vec::new(),
        };
        if block_style {
            block(self, source, &mut walk);
        } else {
            walk_lines(self, source, *style, &mut walk);
        }
        // what a block scalar's chomping leaves over stands nowhere
        let length = if block_style {
            walk.done
        } else {
            text.len().min(walk.done)
        };
        Layout {
            runs: walk.runs,
            end: (length, end),
        }
    }

    /// The byte of `source` (the text that was parsed) from which byte `decoded` of the scalar's decoded text comes. An
    /// offset at or behind the end gives the end of the value. Exact for all styles; a byte that stands for a folded
    /// line break gives the place of the break. For other nodes the start of the node.
    pub fn offset_in_source(&self, source: &str, decoded: usize) -> usize {
        let at = self.layout(source).at(decoded);
        clamp(source, at..at).start.min(self.span.end)
    }
}

impl<'s> Document<'s> {
    /// See [`Node::offset_in_source`].
    pub fn offset_in_source(&self, node: &Node<'_>, decoded: usize) -> usize {
        node.offset_in_source(self.source, decoded)
    }

    /// The scalar whose value begins at this byte.
    pub fn scalar_at(&self, start: usize) -> Option<&Node<'s>> {
        scalar_at(self.root.as_ref()?, start)
    }
}

fn scalar_at<'d, 's>(node: &'d Node<'s>, start: usize) -> Option<&'d Node<'s>> {
    match &node.kind {
        Kind::Scalar { .. } => (node.span.start == start).then_some(node),
        Kind::Alias(_) => None,
        Kind::Sequence { items, .. } => items.iter().find_map(|item| scalar_at(item, start)),
        Kind::Mapping { entries, .. } => entries
            .iter()
            .find_map(|(key, value)| scalar_at(value, start).or_else(|| scalar_at(key, start))),
    }
}

/// Walks the decoded text along the source.
struct Walk<'t> {
    text: &'t str,
    done: usize,
    runs: Vec<Run>,
}

impl Walk<'_> {
    /// The next `count` decoded bytes stand at `source`, as they are or written otherwise.
    fn take(&mut self, count: usize, source: usize, literal: bool) {
        let goes_on = |run: &Run| run.literal && literal && run.source + (self.done - run.decoded) == source;
        if count > 0 && !self.runs.last().is_some_and(goes_on) {
            self.runs.push(Run {
                decoded: self.done,
                source,
                literal,
            });
        }
        self.done += count;
    }

    /// What the decoded text has at this place.
    fn rest(&self) -> &str {
        self.text.get(self.done..).unwrap_or_default()
    }
}

/// The bytes between the quotes.
fn content(node: &Node<'_>, source: &str) -> (usize, usize) {
    match &node.kind {
        Kind::Scalar {
            style: ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted,
            ..
        } => {
            let end = node.span.end.min(source.len());
            (node.span.start + 1, end.saturating_sub(1).max(node.span.start + 1))
        }
        _ => (node.span.start, node.span.end),
    }
}

/// Plain and quoted scalars: each line without the blanks around it, escapes resolved, breaks folded.
fn walk_lines(node: &Node<'_>, source: &str, style: ScalarStyle, walk: &mut Walk<'_>) {
    let (mut at, end) = content(node, source);
    while at < end {
        let rest = &source[at..end];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let (taken, decoded) = match rest.as_bytes() {
            _ if rest[..blanks].contains(['\n', '\r']) => (blanks, breaks(&rest[..blanks])),
            [b'\\', ..] if style == ScalarStyle::DoubleQuoted => escape(rest),
            [b'\'', b'\'', ..] if style == ScalarStyle::SingleQuoted => (2, 1),
            _ => {
                let width = rest.chars().next().map_or(1, char::len_utf8);
                (width, width)
            }
        };
        walk.take(decoded, at, decoded == taken);
        at += taken;
    }
}

/// Decoded bytes of a run of blanks with line breaks: one break is a space, more are one break less.
fn breaks(blanks: &str) -> usize {
    let count = blanks.matches(['\n', '\r']).count() - blanks.matches("\r\n").count();
    match count {
        1 => 1,
        count => count - 1,
    }
}

/// Source bytes and decoded bytes of the escape at the start of `rest`.
fn escape(rest: &str) -> (usize, usize) {
    let Some(sign) = rest[1..].chars().next() else {
        return (1, 0);
    };
    let digits = match sign {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\r' | '\n' => {
            let tail = rest[1..].trim_start_matches([' ', '\t', '\r', '\n']);
            return (rest.len() - tail.len(), 0);
        }
        'N' | '_' => return (2, 2),
        'L' | 'P' => return (2, 3),
        sign => return (1 + sign.len_utf8(), 1),
    };
    let code = |from: usize| {
        rest.get(from..from + digits)
            .and_then(|code| u32::from_str_radix(code, 16).ok())
    };
    let first = code(2).unwrap_or(0);
    if (0xd800..0xdc00).contains(&first) && rest.get(6..8) == Some("\\u") {
        return (12, 4);
    }
    (2 + digits, char::from_u32(first).map_or(1, char::len_utf8))
}

/// Block scalars: each line behind its indentation; a folded one joins lines where the decoded text says so.
fn block(node: &Node<'_>, source: &str, walk: &mut Walk<'_>) {
    let indent = node.indent as usize;
    let mut at = next_line(source, node.span.start);
    while at < source.len() && at <= node.span.end {
        let end = line_end(source, at);
        let spaces = source[at..end]
            .bytes()
            .take(indent)
            .take_while(|byte| *byte == b' ')
            .count();
        let line = &source[at + spaces..end];
        walk.take(line.len(), at + spaces, true);
        // a line break of the source is a break or a space in the decoded text, or nothing where breaks are folded
        if walk.rest().starts_with(['\n', ' ']) && !(line.is_empty() && walk.rest().is_empty()) {
            walk.take(1, end, false);
        }
        let next = next_line(source, at);
        if next == at {
            break;
        }
        at = next;
    }
}

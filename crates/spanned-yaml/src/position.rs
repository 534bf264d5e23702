//! Places inside of scalars: from an offset in the decoded text to the byte of the file that it comes from.

use crate::node::{Document, Kind, Node, ScalarStyle};
use crate::scan::{clamp, line_end, next_line};

impl Node<'_> {
    /// The byte of `source` (the text that was parsed) from which byte `decoded` of the scalar's decoded text comes. An
    /// offset at or behind the end gives the end of the value. Exact for all styles; a byte that stands for a folded
    /// line break gives the place of the break. For other nodes the start of the node.
    pub fn offset_in_source(&self, source: &str, decoded: usize) -> usize {
        let Kind::Scalar { text, style } = &self.kind else {
            return self.span.start;
        };
        if decoded >= text.len() && !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return content(self, source).1;
        }
        let mut walk = Walk { text, decoded, done: 0 };
        let at = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => block(self, source, &mut walk),
            _ => walk_lines(self, source, *style, &mut walk),
        };
        clamp(source, at..at).start.min(self.span.end)
    }
}

impl Document<'_> {
    /// See [`Node::offset_in_source`].
    pub fn offset_in_source(&self, node: &Node<'_>, decoded: usize) -> usize {
        node.offset_in_source(self.source, decoded)
    }
}

/// Walks the decoded text along the source.
struct Walk<'t> {
    text: &'t str,
    decoded: usize,
    done: usize,
}

impl Walk<'_> {
    /// Takes `count` decoded bytes; true when the wanted one is among them.
    fn takes(&mut self, count: usize) -> bool {
        self.done += count;
        self.decoded < self.done
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
fn walk_lines(node: &Node<'_>, source: &str, style: ScalarStyle, walk: &mut Walk<'_>) -> usize {
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
        if decoded > 0 && walk.takes(decoded) {
            return at
                + if decoded == taken {
                    decoded - (walk.done - walk.decoded)
                } else {
                    0
                };
        }
        at += taken;
    }
    end
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
fn block(node: &Node<'_>, source: &str, walk: &mut Walk<'_>) -> usize {
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
        if walk.takes(line.len()) {
            return at + spaces + line.len() - (walk.done - walk.decoded);
        }
        // a line break of the source is a break or a space in the decoded text, or nothing where breaks are folded
        if walk.rest().starts_with(['\n', ' ']) && !(line.is_empty() && walk.rest().is_empty()) && walk.takes(1) {
            return end;
        }
        let next = next_line(source, at);
        if next == at {
            break;
        }
        at = next;
    }
    node.span.end
}

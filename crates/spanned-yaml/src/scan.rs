//! Small looks at the source text that the parser's events leave out.

use std::ops::Range;

/// Skips blanks, line breaks, comments, anchors, tags and the given indicators; gives the first byte behind them.
pub(crate) fn skip_to_content(text: &str, from: usize, indicators: &[u8]) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = line_end(text, at),
            b'&' | b'!' => at += bytes[at..].iter().take_while(|b| !b.is_ascii_whitespace()).count(),
            _ if indicators.contains(&byte) => at += 1,
            _ => break,
        }
    }
    at
}

/// Start of the line that holds `at`.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |newline| newline + 1)
}

/// End of the line that holds `at`, before its line break.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let end = next_line(text, at);
    let line = &text.as_bytes()[at..end];
    let breaks = line.iter().rev().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    end - breaks
}

/// Start of the next line, or the end of the text.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    text.as_bytes()[at..]
        .iter()
        .position(|b| *b == b'\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// The lines of a block scalar's content from `from` on: those that are blank or indented by at least `indent`.
/// Gives the end of the last line with content and the end of the last line at all, both before the line break.
fn block_end(text: &str, from: usize, limit: usize, indent: usize) -> (usize, usize) {
    let (mut content, mut all) = (from, from);
    let mut at = from;
    // the parser's span begins behind the indentation of the first line
    let mut known = true;
    while at < limit {
        let end = line_end(text, at).min(limit);
        let line = &text[at..end];
        let blank = line.bytes().all(|b| b == b' ');
        let spaces = line.bytes().take_while(|b| *b == b' ').count();
        if !(blank || known || spaces >= indent) {
            break;
        }
        let next = next_line(text, at);
        if !blank {
            content = end;
        }
        // a run of blanks without a line break is the next token's indentation
        if !blank || next <= limit && next > end {
            all = end;
        }
        known = false;
        at = next;
    }
    (content, all.max(content))
}

/// The bytes of the block scalar behind `cursor`, from `|` or `>` to the end of the last line that belongs to it. The
/// parser's own span begins behind the header and runs on to the column of the next token.
pub(crate) fn block_scalar(text: &str, cursor: usize, reported: &Range<usize>, indent: usize) -> Range<usize> {
    let start = skip_to_content(text, cursor, b":-?");
    let header = text[start..]
        .find([' ', '\t', '\r', '\n', '#'])
        .map_or(text.len(), |at| start + at);
    let keep = text[start..header].contains('+');
    let first = next_line(text, header).max(reported.start);
    if first >= reported.end {
        return start..header;
    }
    let (content, all) = block_end(text, first, reported.end, indent);
    let end = if keep { all } else { content };
    start..if end == first { header } else { end }
}

/// The place of a value that is not written: behind the colon or dash that promises it.
pub(crate) fn missing_scalar(text: &str, cursor: usize, reported: usize, sign: Option<u8>) -> usize {
    let found = skip_to_content(text, cursor, b"");
    match sign {
        Some(sign) if text.as_bytes().get(found) == Some(&sign) => found + 1,
        Some(b':') => cursor,
        _ => reported,
    }
}

/// Makes `range` lie within `text` and on character boundaries.
pub(crate) fn clamp(text: &str, range: Range<usize>) -> Range<usize> {
    let start = floor(text, range.start);
    start..floor(text, range.end).max(start)
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

//! Text as YAML scalars that kubectl's parser reads back as the same text.

use crate::node::ScalarStyle;
use crate::resolve::{Resolved, resolve};

/// `value` as a scalar for block style: plain when it would be read as the same text, else in single quotes, else, for
/// what only escapes can say, in double quotes.
pub fn quote(value: &str) -> String {
    quote_as(value, ScalarStyle::Plain, false)
}

/// `value` in the wanted style where that can say it. `flow`: within brackets.
pub(crate) fn quote_as(value: &str, style: ScalarStyle, flow: bool) -> String {
    let single = value.chars().all(is_plain_char);
    match style {
        ScalarStyle::DoubleQuoted => double(value),
        _ if !single => double(value),
        ScalarStyle::SingleQuoted => single_quoted(value),
        _ if is_plain(value, flow) => value.to_owned(),
        _ => single_quoted(value),
    }
}

fn single_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// In double quotes, with escapes that are valid in JSON too.
pub(crate) fn double(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // what is not printable has no code above U+FFFF, see below
            c if !is_plain_char(c) => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Characters that can stand in a scalar on one line without an escape: go-yaml's `is_printable`, without what it takes
/// for a line break or a byte-order mark.
fn is_plain_char(c: char) -> bool {
    !matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn is_plain(value: &str, flow: bool) -> bool {
    let Some(first) = value.chars().next() else {
        return false;
    };
    if matches!(
        first,
        '-' | '?' | ':' | ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"'
    ) {
        return false;
    }
    if matches!(first, '%' | '@' | '`' | '=') || value.starts_with("...") || value == "<<" {
        return false;
    }
    if value.trim() != value || value.contains(": ") || value.ends_with(':') || value.contains(" #") {
        return false;
    }
    if flow && value.contains([',', '[', ']', '{', '}', ':', '?']) {
        return false;
    }
    matches!(resolve(value), Resolved::Text(_))
}

/// `value` as a literal block scalar whose lines are indented by `indent`, when that is readable: several lines of
/// printable text (tabs allowed within).
pub(crate) fn literal(value: &str, indent: usize, eol: &str) -> Option<String> {
    let body = value.strip_suffix('\n').unwrap_or(value);
    let chomp = if body.len() == value.len() { "-" } else { "" };
    let mut lines = body.split('\n');
    let first = lines.clone().next()?;
    let printable = body.chars().all(|c| c == '\n' || c == '\t' || is_plain_char(c));
    let bare = |line: &str| line.trim_start() == line && !line.is_empty();
    // a line of blanks could be taken for indentation, and an empty last line needs the header `|+`
    let blank = |line: &str| !line.is_empty() && line.trim().is_empty();
    if !value.contains('\n') || !printable || !bare(first) || body.ends_with('\n') || lines.clone().any(blank) {
        return None;
    }
    let mut text = format!("|{chomp}");
    for line in lines.by_ref() {
        text.push_str(eol);
        if !line.is_empty() {
            text.push_str(&" ".repeat(indent));
            text.push_str(line);
        }
    }
    Some(text)
}

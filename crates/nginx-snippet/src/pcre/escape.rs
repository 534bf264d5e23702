use super::Go;
use super::scan::near;

pub(super) const BACK_REFERENCE: &str = "a back-reference";

/// `\b` of ASCII words, which is PCRE's and Go's; `fancy-regex` has only Unicode's.
const WORD_BOUNDARY: &str = "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))";
const NO_WORD_BOUNDARY: &str = "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))";

/// A construct that begins with a backslash or a bracket.
pub(super) struct Found {
    pub(super) length: usize,
    pub(super) go: Go,
    pub(super) portable: Option<String>,
}

impl Found {
    pub(super) fn same(length: usize) -> Self {
        Self {
            length,
            go: Go::Same,
            portable: None,
        }
    }

    fn rewrite(length: usize, text: impl Into<String>) -> Self {
        Self {
            length,
            go: Go::Rewrite(text.into()),
            portable: None,
        }
    }

    fn impossible(length: usize, why: &'static str) -> Self {
        Self {
            length,
            go: Go::Impossible(why),
            portable: None,
        }
    }
}

/// The escape at the start of `rest`, outside of a class; `None` where PCRE refuses it.
pub(super) fn escape(rest: &str) -> Option<Found> {
    let c = rest[1..].chars().next()?;
    let length = 1 + c.len_utf8();
    Some(match c {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' => class_escape(c),
        'b' => Found {
            portable: Some(WORD_BOUNDARY.to_owned()),
            ..Found::same(2)
        },
        'B' => Found {
            portable: Some(NO_WORD_BOUNDARY.to_owned()),
            ..Found::same(2)
        },
        'A' | 'z' => Found::same(2),
        'Z' => Found::rewrite(2, "\\n?\\z"),
        'h' | 'H' | 'v' | 'V' | 'N' | 'R' => Found::rewrite(2, line_or_blank(c)),
        'Q' => quotation(rest),
        'E' => Found::rewrite(2, ""),
        '1'..='9' => Found::impossible(1 + digits(&rest[1..]), BACK_REFERENCE),
        'g' | 'k' => Found::impossible(reference(rest), BACK_REFERENCE),
        'K' => Found::impossible(2, "\\K, a match that begins later"),
        'G' => Found::impossible(2, "\\G"),
        'X' => Found::impossible(2, "\\X, a grapheme"),
        'C' => Found::impossible(2, "\\C, a single byte"),
        'p' | 'P' => Found::same(property(rest)),
        _ if c.is_ascii_alphanumeric() => return character(rest),
        '<' | '>' | ' ' => Found {
            portable: Some(literal(c)),
            ..Found::same(2)
        },
        _ if c.is_ascii() => Found::same(length),
        _ => Found::rewrite(length, c),
    })
}

/// The ASCII classes, which `regex` would take for Unicode. PCRE's `\s` also has the vertical tab, no request line does.
fn class_escape(c: char) -> Found {
    let portable = match c {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => "[\\t\\n\\x0B\\f\\r ]",
        _ => "[^\\t\\n\\x0B\\f\\r ]",
    };
    Found {
        portable: Some(portable.to_owned()),
        ..Found::same(2)
    }
}

fn line_or_blank(c: char) -> &'static str {
    match c {
        'h' => "[\\t ]",
        'H' => "[^\\t ]",
        'v' => "[\\n\\x0B\\f\\r]",
        'V' => "[^\\n\\x0B\\f\\r]",
        'N' => "[^\\n]",
        _ => "(?:\\r\\n|[\\n\\x0B\\f\\r])",
    }
}

/// `\Q...\E`; without `\E` it runs to the end.
fn quotation(rest: &str) -> Found {
    let end = rest.find("\\E").unwrap_or(rest.len());
    let text: String = rest[2..end].chars().map(literal).collect();
    Found {
        length: (end + 2).min(rest.len()),
        go: Go::Rewrite(text),
        portable: None,
    }
}

/// A character that stands for itself, outside of a class.
pub(super) fn literal(c: char) -> String {
    if ".^$|()[]{}*+?\\".contains(c) {
        format!("\\{c}")
    } else {
        c.to_string()
    }
}

/// `\n`, `\x41`, `\x{263a}`, `\012`, `\cA`, `\e`
pub(super) fn character(rest: &str) -> Option<Found> {
    let c = rest[1..].chars().next()?;
    match c {
        'n' | 'r' | 't' | 'f' | 'a' => Some(Found::same(2)),
        'e' => Some(Found::rewrite(2, "\\x1B")),
        '0' => {
            let count = rest[1..]
                .bytes()
                .take(3)
                .take_while(|b| matches!(b, b'0'..=b'7'))
                .count();
            let value = u32::from_str_radix(&rest[1..1 + count], 8).ok()?;
            Some(Found::rewrite(1 + count, format!("\\x{value:02X}")))
        }
        'x' if rest[2..].starts_with('{') => Some(Found::same(near(rest, '}')? + 1)),
        'x' => {
            let count = rest[2..].bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
            let value = u32::from_str_radix(&rest[2..2 + count], 16).unwrap_or(0);
            let fits = count == 2;
            Some(if fits {
                Found::same(4)
            } else {
                Found::rewrite(2 + count, format!("\\x{value:02X}"))
            })
        }
        'c' => {
            let control = rest[2..].chars().next().filter(char::is_ascii)?;
            let value = (control.to_ascii_uppercase() as u32) ^ 0x40;
            Some(Found::rewrite(3, format!("\\x{value:02X}")))
        }
        _ => None,
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The length of `\g{1}`, `\g1`, `\k<name>`.
fn reference(rest: &str) -> usize {
    let close = match rest.as_bytes().get(2) {
        Some(b'{') => '}',
        Some(b'<') => '>',
        Some(b'\'') => '\'',
        _ => {
            return 2 + rest[2..]
                .bytes()
                .take_while(|b| b.is_ascii_digit() || *b == b'-')
                .count();
        }
    };
    near(&rest[3..], close).map_or(3, |end| 3 + end + 1)
}

/// The length of `\pL`, `\p{Greek}`.
pub(super) fn property(rest: &str) -> usize {
    match rest[2..].chars().next() {
        Some('{') => near(rest, '}').map_or(2, |end| end + 1),
        Some(c) => 2 + c.len_utf8(),
        None => 2,
    }
}

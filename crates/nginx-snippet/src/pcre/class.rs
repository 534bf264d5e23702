use super::Go;
use super::escape::{Found, character, property};
use super::scan::near;

/// The class at the start of `rest`; `None` when it has no end.
pub(super) fn class(rest: &str) -> Option<Found> {
    let mut reader = Reader {
        rest,
        at: 1,
        portable: String::from("["),
        go: String::from("["),
        impossible: None,
    };
    if rest[1..].starts_with('^') {
        reader.push("^", "^", 1);
    }
    // a bracket that comes first stands for itself
    if rest[reader.at..].starts_with(']') {
        reader.push("]", "\\]", 1);
    }
    while !rest.get(reader.at..)?.starts_with(']') {
        reader.item()?;
    }
    reader.push("]", "]", 1);
    let Reader {
        at,
        portable,
        go,
        impossible,
        ..
    } = reader;
    let go = match impossible {
        Some(why) => Go::Impossible(why),
        None if go == rest[..at] => Go::Same,
        None => Go::Rewrite(go),
    };
    Some(Found {
        length: at,
        go,
        portable: Some(portable),
    })
}

struct Reader<'a> {
    rest: &'a str,
    at: usize,
    portable: String,
    go: String,
    impossible: Option<&'static str>,
}

impl Reader<'_> {
    fn push(&mut self, go: &str, portable: &str, length: usize) {
        self.go.push_str(go);
        self.portable.push_str(portable);
        self.at += length;
    }

    fn item(&mut self) -> Option<()> {
        let rest = &self.rest[self.at..];
        let c = rest.chars().next()?;
        match c {
            '\\' => self.escape(rest),
            '[' => self.bracket(rest),
            '-' => self.hyphen(rest),
            // regex gives && and ~~ a meaning of their own
            '&' | '~' => self.push(c.encode_utf8(&mut [0; 4]), &format!("\\{c}"), 1),
            _ => {
                let text = &rest[..c.len_utf8()];
                self.push(text, text, text.len());
            }
        }
        Some(())
    }

    /// A hyphen between two characters makes a range, else it stands for itself.
    fn hyphen(&mut self, rest: &str) {
        let before_is_set = ["\\d", "\\w", "\\s", "\\h", "\\v", "\\D", "\\W", "\\S"];
        let before = &self.rest[..self.at];
        let first = self.at == 1 || before == "[^";
        let last = rest[1..].starts_with(']');
        let next_is_set = before_is_set.iter().any(|set| rest[1..].starts_with(set));
        let after_set = before_is_set.iter().any(|set| before.ends_with(set)) || before.ends_with(":]");
        if first || last {
            self.push("-", "\\-", 1);
        } else if after_set || next_is_set {
            self.push("\\-", "\\-", 1);
        } else {
            self.push("-", "-", 1);
        }
    }

    /// `[:alpha:]`, or a bracket that stands for itself.
    fn bracket(&mut self, rest: &str) {
        let named = rest.strip_prefix("[:").and_then(|inside| near(inside, ']'));
        match named.map(|end| &rest[..end + 3]) {
            Some(text) if posix(text) => self.push(text, text, text.len()),
            _ => self.push("[", "\\[", 1),
        }
    }

    fn escape(&mut self, rest: &str) {
        let Some(c) = rest[1..].chars().next() else {
            return self.push("\\\\", "\\\\", 1);
        };
        match c {
            'd' => self.push("\\d", "0-9", 2),
            'w' => self.push("\\w", "0-9A-Za-z_", 2),
            's' => self.push("\\s", "\\t\\n\\x0B\\f\\r ", 2),
            'D' => self.push("\\D", "[^0-9]", 2),
            'W' => self.push("\\W", "[^0-9A-Za-z_]", 2),
            'S' => self.push("\\S", "[^\\t\\n\\x0B\\f\\r ]", 2),
            'h' => self.push("\\t ", "\\t ", 2),
            'v' => self.push("\\n\\x0B\\f\\r", "\\n\\x0B\\f\\r", 2),
            'b' => self.push("\\x08", "\\x08", 2),
            'Q' => self.quotation(rest),
            'E' => self.push("", "", 2),
            'p' | 'P' => {
                let length = property(rest).min(rest.len());
                self.push(&rest[..length], &rest[..length], length);
            }
            _ if c.is_ascii_alphanumeric() => self.character(rest),
            _ if c.is_ascii() => self.push(&rest[..2], &plain(c), 2),
            _ => self.push(&rest[1..1 + c.len_utf8()], &rest[1..1 + c.len_utf8()], 1 + c.len_utf8()),
        }
    }

    fn quotation(&mut self, rest: &str) {
        let end = rest.find("\\E").unwrap_or(rest.len());
        let text: String = rest[2..end].chars().map(plain).collect();
        self.push(&text, &text, (end + 2).min(rest.len()));
    }

    fn character(&mut self, rest: &str) {
        match character(rest) {
            Some(found) => {
                let text = match &found.go {
                    Go::Rewrite(text) => text.clone(),
                    _ => rest[..found.length].to_owned(),
                };
                self.push(&text, &text, found.length);
            }
            None => {
                self.impossible = Some("an escape that PCRE does not know in a class");
                self.push(&rest[1..2], &rest[1..2], 2);
            }
        }
    }
}

/// A character that stands for itself in a class, for Go and for `regex`.
fn plain(c: char) -> String {
    if c.is_ascii_punctuation() && c != '<' && c != '>' {
        format!("\\{c}")
    } else {
        c.to_string()
    }
}

/// `[:alpha:]`, `[:^alpha:]`
fn posix(text: &str) -> bool {
    let name = text.strip_prefix("[:").and_then(|rest| rest.strip_suffix(":]"));
    name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'^'))
}

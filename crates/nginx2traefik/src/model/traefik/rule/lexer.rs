//! A rule as words.
use super::RuleError;

/// A word of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
}

/// The words of a rule, each with the byte at which it begins.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, RuleError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        let rest = &text[at + c.len_utf8()..];
        let (token, length) = match c {
            ' ' | '\t' | '\n' | '\r' => {
                at += 1;
                continue;
            }
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '!' => (Token::Not, 1),
            '&' if rest.starts_with('&') => (Token::And, 2),
            '|' if rest.starts_with('|') => (Token::Or, 2),
            '`' => raw(rest).ok_or_else(|| RuleError::new(start, "a string does not end"))?,
            '"' => interpreted(rest).map_err(|message| RuleError::new(start, message))?,
            c if c.is_alphabetic() || c == '_' => name(&text[at..]),
            c => {
                return Err(RuleError::new(
                    start,
                    &format!("`{}` has no meaning here", c.escape_debug()),
                ));
            }
        };
        at += length;
        found.push((start, token));
    }
    Ok(found)
}

fn name(text: &str) -> (Token, usize) {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    (Token::Name(text[..end].to_owned()), end)
}

/// Everything up to the next backtick, without carriage returns (go:ref/spec, raw string literals).
fn raw(rest: &str) -> Option<(Token, usize)> {
    let end = rest.find('`')?;
    Some((Token::Text(rest[..end].replace('\r', "")), end + 2))
}

/// A string with Go's escapes (go:ref/spec, interpreted string literals).
fn interpreted(rest: &str) -> Result<(Token, usize), &'static str> {
    let mut text = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Token::Text(text), at + 2)),
            '\n' => break,
            '\\' => {
                let (value, more) = escape(&rest[at + 1..]).ok_or("an escape that Go does not know")?;
                text.push(value);
                for _ in 0..more {
                    chars.next();
                }
            }
            other => text.push(other),
        }
    }
    Err("a string does not end")
}

/// The character that an escape stands for, and how many characters it takes behind the backslash. Bytes above 0x7f are left out:
/// they are half a character.
fn escape(rest: &str) -> Option<(char, usize)> {
    let digits = |from: usize, count: usize, radix: u32| {
        let digits = rest.get(from..from + count)?;
        let all = digits.chars().all(|c| c.is_digit(radix));
        let value = all.then(|| u32::from_str_radix(digits, radix).ok())??;
        Some((value, from + count))
    };
    let ascii = |(value, length): (u32, usize)| Some((char::from_u32(value).filter(char::is_ascii)?, length));
    let any = |(value, length): (u32, usize)| Some((char::from_u32(value)?, length));
    match rest.chars().next()? {
        'a' => Some(('\x07', 1)),
        'b' => Some(('\x08', 1)),
        'f' => Some(('\x0c', 1)),
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        'v' => Some(('\x0b', 1)),
        '\\' => Some(('\\', 1)),
        '"' => Some(('"', 1)),
        'x' => digits(1, 2, 16).and_then(ascii),
        'u' => digits(1, 4, 16).and_then(any),
        'U' => digits(1, 8, 16).and_then(any),
        '0'..='7' => digits(0, 3, 8).and_then(ascii),
        _ => None,
    }
}

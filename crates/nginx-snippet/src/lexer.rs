//! nginx's own token rules, after `ngx_conf_read_token` (nginx 1.27.1, `src/core/ngx_conf_file.c`).

use crate::{Span, SyntaxError, SyntaxErrorKind};

/// How a word was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quote {
    /// Without quotes.
    None,
    /// In `'single'` quotes; nginx expands variables in both kinds.
    Single,
    /// In `"double"` quotes.
    Double,
}

/// nginx reads a configuration through a buffer of this size, which a word must fit into (`NGX_CONF_BUFFER`).
const LONGEST_WORD: usize = 4096;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word { text: String, quote: Quote },
    Semicolon,
    Open,
    Close,
}

/// Reads tokens one after the other. It never fails: an error is kept and reading goes on.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// After a closing quote nginx wants a space, `;`, `{` or `)`.
    need_space: bool,
    pub(crate) errors: Vec<SyntaxError>,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            need_space: false,
            errors: Vec::new(),
        }
    }

    pub(crate) fn end(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn error(&mut self, kind: SyntaxErrorKind, span: Span) {
        self.errors.push(SyntaxError { kind, span });
    }

    /// The next token, or `None` at the end of the text.
    pub(crate) fn next(&mut self) -> Option<(Token, Span)> {
        self.skip_blank();
        let start = self.at;
        let first = *self.text.as_bytes().get(start)?;
        if self.need_space && !matches!(first, b';' | b'{' | b')') {
            let char = self.text[start..].chars().next().unwrap_or('?');
            self.error(
                SyntaxErrorKind::Unexpected(char),
                Span::new(start, start + char.len_utf8()),
            );
        }
        self.need_space = false;
        let token = match first {
            b';' => self.sign(Token::Semicolon),
            b'{' => self.sign(Token::Open),
            b'}' => self.sign(Token::Close),
            b'"' => self.quoted(b'"', Quote::Double),
            b'\'' => self.quoted(b'\'', Quote::Single),
            _ => self.word(),
        };
        let span = Span::new(start, self.at);
        if self.at - start > LONGEST_WORD {
            self.error(SyntaxErrorKind::TooLong, span);
        }
        Some((token, span))
    }

    /// Blanks and comments; `#` opens one only where a word could begin.
    fn skip_blank(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.need_space = false,
                b'#' if !self.need_space => {
                    let rest = &bytes[self.at..];
                    self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                    continue;
                }
                _ => return,
            }
            self.at += 1;
        }
    }

    fn sign(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    /// A word without quotes: up to a blank, `;` or `{`, except `{` right after `$`. Quotes and `}` inside are plain.
    fn word(&mut self) -> Token {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut variable = false;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'{' if variable => {}
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' => break,
                b'\\' => {
                    variable = false;
                    self.skip_char();
                }
                byte => variable = *byte == b'$',
            }
            self.at += 1;
        }
        self.at = self.at.min(bytes.len());
        Token::Word {
            text: decode(&self.text[start..self.at]),
            quote: Quote::None,
        }
    }

    fn quoted(&mut self, close: u8, quote: Quote) -> Token {
        let bytes = self.text.as_bytes();
        let open = self.at;
        self.at += 1;
        let start = self.at;
        while let Some(byte) = bytes.get(self.at) {
            if *byte == close {
                let text = decode(&self.text[start..self.at]);
                self.at += 1;
                self.need_space = true;
                return Token::Word { text, quote };
            }
            if *byte == b'\\' {
                self.skip_char();
            }
            self.at += 1;
        }
        self.at = bytes.len();
        let kind = SyntaxErrorKind::UnterminatedQuote(close as char);
        self.error(kind, Span::new(open, self.at));
        Token::Word {
            text: decode(&self.text[start..]),
            quote,
        }
    }

    /// Step onto the last byte of the character behind a backslash, which means nothing to the lexer.
    fn skip_char(&mut self) {
        let next = self.text[self.at + 1..].chars().next();
        self.at += next.map_or(0, char::len_utf8);
    }

    /// The raw body of a Lua block whose `{` was just read, up to the brace that closes it.
    pub(crate) fn lua_body(&mut self) -> (String, Span) {
        let start = self.at;
        match crate::lua::closing_brace(&self.text[start..]) {
            Some(length) => {
                self.at = start + length + 1;
                (
                    self.text[start..start + length].to_owned(),
                    Span::new(start, start + length),
                )
            }
            None => {
                self.at = self.end();
                let span = Span::new(start, self.at);
                self.error(SyntaxErrorKind::UnterminatedLua, span);
                (self.text[start..].to_owned(), span)
            }
        }
    }
}

/// Undo the escapes that nginx undoes: of quotes and backslash, and `\t`, `\r`, `\n`. Others stay as written.
fn decode(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = rest[at + 1..].chars().next();
        let (plain, length) = match escape {
            Some(c @ ('"' | '\'' | '\\')) => (c, 2),
            Some('t') => ('\t', 2),
            Some('r') => ('\r', 2),
            Some('n') => ('\n', 2),
            _ => ('\\', 1),
        };
        text.push(plain);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    text
}

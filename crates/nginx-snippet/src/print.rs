use std::fmt::{self, Display, Formatter};

use crate::{Block, Body, Directive, Quote, Tree, Word};

/// The directives, one a line; reading the result gives the same tree, but for positions.
impl Display for Tree {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        directives(f, &self.directives, 0)
    }
}

impl Display for Directive {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        directive(f, self, 0)
    }
}

/// The word as it can be written: bare where that is safe, else in the quotes that it had.
impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&written(&self.text, self.quote))
    }
}

fn directives(f: &mut Formatter<'_>, list: &[Directive], depth: usize) -> fmt::Result {
    for one in list {
        write!(f, "{:1$}", "", depth * 2)?;
        directive(f, one, depth)?;
        f.write_str("\n")?;
    }
    Ok(())
}

fn directive(f: &mut Formatter<'_>, one: &Directive, depth: usize) -> fmt::Result {
    f.write_str(&head(std::iter::once(&one.name).chain(&one.args).map(Word::to_string)))?;
    match &one.block {
        None => f.write_str(";"),
        Some(Block {
            body: Body::Lua(code), ..
        }) => write!(f, " {{{code}}}"),
        Some(Block {
            body: Body::Directives(inside),
            ..
        }) if inside.is_empty() => f.write_str(" {}"),
        Some(Block {
            body: Body::Directives(inside),
            ..
        }) => {
            f.write_str(" {\n")?;
            directives(f, inside, depth + 1)?;
            write!(f, "{:1$}}}", "", depth * 2)
        }
    }
}

/// Written words in a line. A parenthesis may cling to a closing quote, and everybody writes it so.
pub(crate) fn head(words: impl Iterator<Item = String>) -> String {
    let mut line = String::new();
    let mut quoted = false;
    for word in words {
        let clings = word == ")" && quoted;
        quoted = word.starts_with(['"', '\'']);
        if !line.is_empty() && !clings {
            line.push(' ');
        }
        line.push_str(&word);
    }
    line
}

/// How `text` is written so that nginx reads it back.
pub(crate) fn written(text: &str, quote: Quote) -> String {
    if quote == Quote::None && bare(text) {
        return text.to_owned();
    }
    let sign = if quote == Quote::Single { '\'' } else { '"' };
    let mut out = String::from(sign);
    for c in text.chars() {
        if c == '\\' || c == sign {
            out.push('\\');
        }
        out.push(c);
    }
    out.push(sign);
    out
}

/// True if nginx reads `text` without quotes as the same one word.
fn bare(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    if matches!(chars.peek(), None | Some('#' | '}' | '"' | '\'')) {
        return false;
    }
    while let Some(c) = chars.next() {
        let fits = match c {
            ' ' | '\t' | '\r' | '\n' | ';' | '{' => false,
            '$' if chars.peek() == Some(&'{') => chars.next().is_some() && chars.peek() != Some(&'{'),
            '\\' => {
                matches!(chars.next(), Some(c) if !matches!(c, 't' | 'r' | 'n' | '"' | '\'' | '\\' | ';' | '{' | ' ' | '\t' | '\n' | '\r'))
            }
            _ => true,
        };
        if !fits {
            return false;
        }
    }
    true
}

//! Traefik's rule language (`match` of an IngressRoute, v3 syntax): read, printed, and taken apart.
//!
//! A rule is a Go expression of matcher calls (traefik:pkg/rules/parser.go, vulcand/predicate): `!` binds before `&&`, that before
//! `||`; strings are Go's, between backticks or double quotes.
mod cases;
mod lexer;
mod parser;

pub use cases::{Case, TooManyCases, cases};
pub use parser::{RuleError, parse};

use std::fmt;

/// One call: ``Host(`a`)``.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matcher {
    /// As Traefik's documentation writes it where it is one of Traefik's (`Host`), else as written.
    pub name: String,
    /// Its strings.
    pub arguments: Vec<String>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// One call.
    Matcher(Matcher),
    /// `!...`
    Not(Box<Rule>),
    /// `... && ...`
    And(Vec<Rule>),
    /// `... || ...`
    Or(Vec<Rule>),
}

/// Traefik's matchers of HTTP and TCP (traefik:pkg/muxer/http/matcher.go, pkg/muxer/tcp/matcher.go).
const KNOWN: &[&str] = &[
    "ALPN",
    "ClientIP",
    "Header",
    "HeaderRegexp",
    "Host",
    "HostRegexp",
    "HostSNI",
    "HostSNIRegexp",
    "Method",
    "Path",
    "PathPrefix",
    "PathRegexp",
    "Query",
    "QueryRegexp",
];

/// The name as the documentation writes it. Traefik also takes it in lower, upper and title case (traefik:pkg/rules/parser.go).
fn known_name(written: &str) -> String {
    let known = KNOWN.iter().find(|known| {
        let mut title = known.to_lowercase();
        title[..1].make_ascii_uppercase();
        written == **known || written == known.to_lowercase() || written == known.to_uppercase() || written == title
    });
    known.map_or(written, |known| known).to_owned()
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments: Vec<_> = self.arguments.iter().map(|text| quote(text)).collect();
        write!(f, "{}({})", self.name, arguments.join(", "))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Matcher(matcher) => matcher.fmt(f),
            Rule::Not(inner) => match **inner {
                Rule::And(_) | Rule::Or(_) => write!(f, "!({inner})"),
                _ => write!(f, "!{inner}"),
            },
            Rule::And(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let between = if at == 0 { "" } else { " && " };
                    match part {
                        Rule::Or(_) => write!(f, "{between}({part})")?,
                        _ => write!(f, "{between}{part}")?,
                    }
                }
                Ok(())
            }
            Rule::Or(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let between = if at == 0 { "" } else { " || " };
                    write!(f, "{between}{part}")?;
                }
                Ok(())
            }
        }
    }
}

/// A Go string: between backticks where it can stand so, else with escapes.
fn quote(text: &str) -> String {
    // Go drops carriage returns from raw strings, and a text cannot hold U+FEFF but at its beginning
    if !text.contains(['`', '\r', '\u{feff}', '\0']) {
        return format!("`{text}`");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\0' => quoted.push_str("\\x00"),
            '\u{feff}' => quoted.push_str("\\ufeff"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

//! Regular expressions as nginx uses them: PCRE, on bytes; those of paths without case.
use nginx_snippet::{Pattern, Pcre};
use regex::bytes::{Regex, RegexBuilder};

/// An expression that can be run here.
pub(super) enum Expression {
    /// On bytes.
    Bytes(Regex),
    /// With look-around or back-references; on text.
    Text(Box<Pattern>),
}

impl Expression {
    /// Takes the expression apart; None: PCRE refuses it.
    pub(super) fn new(expression: &str, caseless: bool) -> Option<Self> {
        let pcre = Pcre::new(expression);
        if pcre.invalid.is_some() {
            return None;
        }
        let on_bytes = RegexBuilder::new(&pcre.to_rust())
            .case_insensitive(caseless)
            .unicode(false)
            .build();
        Some(match on_bytes {
            Ok(regex) => Expression::Bytes(regex),
            Err(_) => Expression::Text(Box::new(Pattern::new(expression, caseless))),
        })
    }

    /// Whether it matches; an Err is why nobody knows.
    pub(super) fn is_match(&self, subject: &[u8]) -> Result<bool, String> {
        match self {
            Expression::Bytes(regex) => Ok(regex.is_match(subject)),
            Expression::Text(pattern) => pattern.matches(&String::from_utf8_lossy(subject)),
        }
    }

    /// What its groups capture, `$1` first; None: it does not match. An Err is why nobody knows.
    pub(super) fn captures(&self, subject: &[u8]) -> Result<Option<Vec<String>>, String> {
        let Expression::Bytes(regex) = self else {
            return Err("an expression with look-around or back-references".into());
        };
        let text = |m: Option<regex::bytes::Match<'_>>| {
            m.map_or(String::new(), |m| String::from_utf8_lossy(m.as_bytes()).into_owned())
        };
        let found = regex.captures(subject);
        Ok(found.map(|f| f.iter().skip(1).map(text).collect()))
    }
}

/// Why nginx does not accept the path of a location in regex mode.
pub(in crate::effective) fn invalid(path: &str) -> Option<String> {
    Pcre::new(&format!("^{path}")).invalid
}

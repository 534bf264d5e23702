//! What is known of a request's path, and conditions about it.
use super::tell::Unsaid;
use crate::effective::{Location, Matcher};
use crate::plan::{Condition, regex};
use nginx_snippet::{Guard, Pattern, RequestFacts, Test};

/// The paths that come to a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paths<'a> {
    /// This one.
    One(&'a str),
    /// This one and what is below it.
    Below(&'a str),
    /// Any, or nobody knows.
    Any,
}

impl<'a> Paths<'a> {
    pub(super) fn of(location: &'a Location) -> Self {
        match location.matcher {
            Matcher::Exact => Paths::One(&location.path),
            Matcher::Prefix if location.path != "/" => Paths::Below(location.path.trim_end_matches('/')),
            Matcher::Prefix | Matcher::Regex => Paths::Any,
        }
    }

    /// Whether a guard about the path holds for all of them or for none.
    pub(super) fn decide(self, guard: &Guard) -> Option<bool> {
        match (self, &guard.test) {
            (Paths::One(path), _) => guard.holds(&RequestFacts::new("GET", "http", "localhost", path)),
            (Paths::Below(path), Test::Equals(text)) => {
                let below = text
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                (!below).then_some(guard.negated)
            }
            (Paths::Below(path), Test::Matches(pattern)) => {
                let never = begins(pattern).is_some_and(|start| !compatible(&start, path, pattern.caseless));
                never.then_some(guard.negated)
            }
            (_, Test::Truthy) => Some(!guard.negated),
            (Paths::Any, _) => None,
        }
    }
}

fn compatible(start: &str, path: &str, caseless: bool) -> bool {
    let (start, path) = match caseless {
        true => (start.to_ascii_lowercase(), path.to_ascii_lowercase()),
        false => (start.to_owned(), path.to_owned()),
    };
    start.starts_with(&path) || path.starts_with(&start)
}

/// The text that whatever matches begins with, where the pattern is anchored.
pub(super) fn begins(pattern: &Pattern) -> Option<String> {
    if !pattern.pcre.anchored() {
        return None;
    }
    let pieces: Vec<&str> = pattern.pcre.pieces.iter().map(|piece| piece.text.as_str()).collect();
    let (mut text, mut at) = (String::new(), 1);
    while let Some(piece) = pieces.get(at) {
        let (more, next) = match *piece {
            // a group that is there once and holds plain text only
            "(" | "(?:" => match plain_run(&pieces, at + 1) {
                (inner, end) if pieces.get(end) == Some(&")") => (inner, end + 1),
                _ => break,
            },
            _ => match plain(piece) {
                Some(c) => (c.to_string(), at + 1),
                None => break,
            },
        };
        if is_repeated(&pieces, next) {
            break;
        }
        text.push_str(&more);
        at = next;
    }
    Some(text)
}

/// Plain text from a piece on, and the piece behind it.
fn plain_run(pieces: &[&str], start: usize) -> (String, usize) {
    let (mut text, mut at) = (String::new(), start);
    while let Some(c) = pieces.get(at).and_then(|piece| plain(piece)) {
        if is_repeated(pieces, at + 1) {
            break;
        }
        text.push(c);
        at += 1;
    }
    (text, at)
}

fn is_repeated(pieces: &[&str], next: usize) -> bool {
    pieces
        .get(next)
        .is_some_and(|piece| piece.starts_with(['*', '+', '?', '{']))
}

/// The character that a piece stands for.
fn plain(piece: &str) -> Option<char> {
    let mut letters = piece.chars();
    match (letters.next()?, letters.next(), letters.next()) {
        (one, None, None) => (!".|()[*+?{^$\\".contains(one)).then_some(one),
        ('\\', Some(escaped), None) => (!escaped.is_ascii_alphanumeric()).then_some(escaped),
        _ => None,
    }
}

/// The plain text behind `^`, and how many pieces that are.
fn literal(pattern: &Pattern) -> (String, usize) {
    let pieces: Vec<&str> = pattern.pcre.pieces.iter().map(|piece| piece.text.as_str()).collect();
    plain_run(&pieces, 1)
}

/// `$uri`
pub(super) fn of_path(test: &Test) -> Result<Condition, Unsaid> {
    match test {
        Test::Equals(path) => Ok(Condition::Path(path.clone())),
        Test::Matches(pattern) => match (pattern.to_go(), pattern.pcre.all_but()) {
            (Err(_), Some((all, but))) => Ok(without(flagged(pattern, &all), flagged(pattern, &but))),
            _ => go(pattern).map(Condition::PathRegexp),
        },
        Test::Truthy => Ok(Condition::PathPrefix("/".into())),
    }
}

/// `$request_uri`: Traefik has no matcher for path and query together. The second value says what is lost.
pub(super) fn of_request_uri(test: &Test) -> Result<(Condition, Option<String>), Unsaid> {
    let without = |what: &str| Some(format!("only the path is looked at, {what}"));
    match test {
        Test::Equals(uri) if !uri.contains('?') => Ok((
            Condition::Path(uri.clone()),
            without("so the condition also holds with a query"),
        )),
        Test::Equals(_) => Err(Unsaid::new(
            "it compares the whole of path and query",
            "ask for the path ($uri) and for the parameter ($arg_name) instead",
        )),
        Test::Matches(pattern) => {
            let (text, pieces) = literal(pattern);
            let rest: String = pattern
                .pcre
                .pieces
                .iter()
                .skip(pieces)
                .map(|p| p.text.as_str())
                .collect();
            if pattern.pcre.anchored() && ["", "(.*)", ".*", "(.*)$", ".*$"].contains(&rest.as_str()) {
                let flag = if pattern.caseless { "(?i)" } else { "" };
                return Ok((Condition::PathRegexp(format!("{flag}^{}", regex::escape(&text))), None));
            }
            let condition = Condition::PathRegexp(go(pattern)?);
            match pattern.pcre.anchored() && !reaches_query(pattern) {
                true => Ok((condition, None)),
                false => Ok((condition, without("not the query"))),
            }
        }
        Test::Truthy => Ok((Condition::PathPrefix("/".into()), None)),
    }
}

/// Something in it could match the `?` before a query, or asks for the end.
fn reaches_query(pattern: &Pattern) -> bool {
    let takes = |text: &str| {
        text == "."
            || text == "$"
            || text.starts_with("[^")
            || [r"\S", r"\W", r"\D", r"\?"].iter().any(|t| text.contains(t))
    };
    pattern.pcre.pieces.iter().any(|piece| takes(&piece.text))
}

/// One expression, and not the other: `^/(?!api)` is `^/` without `^/api`.
fn without(all: String, but: String) -> Condition {
    let all = Condition::Not(Box::new(Condition::PathRegexp(all)));
    Condition::Not(Box::new(Condition::Any(vec![all, Condition::PathRegexp(but)])))
}

fn flagged(pattern: &Pattern, text: &str) -> String {
    let flag = if pattern.caseless { "(?i)" } else { "" };
    format!("{flag}{text}")
}

/// The expression for Go of what has matched already: a look-ahead has been asked in the condition, and captures nothing.
pub(super) fn go_matched(pattern: &Pattern) -> Result<String, Unsaid> {
    match (pattern.to_go(), pattern.pcre.all_but()) {
        (Err(_), Some((all, _))) => Ok(flagged(pattern, &all)),
        _ => go(pattern),
    }
}

/// The expression for Go.
pub(super) fn go(pattern: &Pattern) -> Result<String, Unsaid> {
    pattern.to_go().map_err(|reasons| {
        Unsaid::new(
            format!(
                "the expression uses {}, which Traefik's do not have",
                reasons.join(", ")
            ),
            "write the expression without it",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_match_begins_with() {
        let of = |source: &str| begins(&Pattern::new(source, false));
        assert_eq!(of("^/(v2)/token"), Some("/v2/token".into()));
        assert_eq!(of(r"^/(v2)/([^\/]*)/(.*)"), Some("/v2/".into()));
        assert_eq!(of(r"^/a\.b(?:c)?d"), Some("/a.b".into()));
        assert_eq!(of("^/ab?c"), Some("/a".into()));
        assert_eq!(of("^/(a|b)/c"), Some("/".into()));
        assert_eq!(of("^/(ab*)c"), Some("/".into()));
        assert_eq!(of("/a"), None);
        assert_eq!(of("^/a|/b"), None);
    }
}

//! The forms that a path has in an HTTPRoute.
use crate::plan::regex::escape;
use crate::plan::rule::PathMatch;
use serde_json::{Value, json};

/// The longest value that the API takes.
pub(crate) const LONGEST: usize = 1024;

/// `path` of a match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Exact(String),
    Prefix(String),
    Regex(String),
}

impl Form {
    /// As people write it by hand; none where the API has no such value.
    pub(crate) fn natural(path: &PathMatch) -> Option<Self> {
        match path {
            PathMatch::All => Some(Form::Prefix("/".into())),
            PathMatch::Exact(path) => is_value(path).then(|| Form::Exact(path.clone())),
            // `/x/` as a PathPrefix is `/x` and what is below it (traefik:pkg/provider/kubernetes/gateway/httproute.go buildPathRule)
            PathMatch::Prefix(path) if path.ends_with('/') => None,
            PathMatch::Prefix(path) => is_value(path).then(|| Form::Prefix(path.clone())),
            PathMatch::Regex(pattern) => Some(Form::Regex(pattern.clone())),
        }
    }

    /// The same paths as an expression. Each `^` more is the same expression with a higher priority (recipes/gateway: routing).
    pub(crate) fn regex(path: &PathMatch, more: usize) -> Self {
        let more = "^".repeat(more);
        Form::Regex(match path {
            PathMatch::All => format!("{more}^/"),
            PathMatch::Exact(path) => format!("{more}^{}$", escape(path)),
            PathMatch::Prefix(path) if path.ends_with('/') => format!("{more}^{}", escape(path)),
            PathMatch::Prefix(path) => format!("{more}^{}(/|$)", escape(path)),
            PathMatch::Regex(pattern) => match pattern.strip_prefix("(?i)") {
                Some(rest) => format!("(?i){more}{rest}"),
                None => format!("{more}{pattern}"),
            },
        })
    }

    /// What it gives a router (traefik:pkg/provider/kubernetes/gateway/httproute.go buildPathRule).
    pub(crate) fn priority(&self) -> usize {
        match self {
            Form::Exact(_) => 100_000,
            Form::Prefix(path) if path == "/" => 1,
            Form::Prefix(text) | Form::Regex(text) => 10_000 + 100 * text.len(),
        }
    }

    /// The API takes it.
    pub(crate) fn fits(&self) -> bool {
        let (Form::Exact(text) | Form::Prefix(text) | Form::Regex(text)) = self;
        text.len() <= LONGEST
    }

    pub(crate) fn value(&self) -> Value {
        let (kind, text) = match self {
            Form::Exact(text) => ("Exact", text),
            Form::Prefix(text) => ("PathPrefix", text),
            Form::Regex(text) => ("RegularExpression", text),
        };
        json!({"type": kind, "value": text})
    }
}

/// gateway-api:apis/v1/httproute_types.go HTTPPathMatch, the rules for Exact and PathPrefix.
fn is_value(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let forbidden = ["//", "/./", "/../", "%2f", "#"];
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@".contains(&b);
    path.starts_with('/')
        && forbidden.iter().all(|text| !lower.contains(text))
        && !path.ends_with("/..")
        && !path.ends_with("/.")
        && path.bytes().all(allowed)
}

/// The paths that both match: none, or which; an error where no form says them.
pub(crate) fn both(a: &PathMatch, b: &PathMatch) -> Result<Option<PathMatch>, ()> {
    if a == b || covers(b, a) {
        return Ok(Some(a.clone()));
    }
    if covers(a, b) {
        return Ok(Some(b.clone()));
    }
    if !overlap(a, b) { Ok(None) } else { Err(()) }
}

/// Every path that `narrow` matches is matched by `wide`.
pub(crate) fn covers(wide: &PathMatch, narrow: &PathMatch) -> bool {
    match (wide, narrow) {
        (PathMatch::All, _) => true,
        (PathMatch::Regex(pattern), PathMatch::Exact(path)) => {
            regex::Regex::new(pattern).is_ok_and(|r| r.is_match(path))
        }
        (PathMatch::Prefix(wide), PathMatch::Exact(path) | PathMatch::Prefix(path)) => below(wide, path),
        _ => wide == narrow,
    }
}

/// Some path may be matched by both.
pub(crate) fn overlap(a: &PathMatch, b: &PathMatch) -> bool {
    match (a, b) {
        (PathMatch::Regex(pattern), PathMatch::Exact(path)) | (PathMatch::Exact(path), PathMatch::Regex(pattern)) => {
            let lower = path.to_ascii_lowercase();
            lower.starts_with(&literal(pattern)) && regex::Regex::new(pattern).is_ok_and(|r| r.is_match(path))
        }
        (PathMatch::Regex(a), PathMatch::Regex(b)) => start_alike(&literal(a), &literal(b)),
        (PathMatch::Regex(pattern), PathMatch::Prefix(path)) | (PathMatch::Prefix(path), PathMatch::Regex(pattern)) => {
            start_alike(&literal(pattern), &path.to_ascii_lowercase())
        }
        (PathMatch::Prefix(a), PathMatch::Prefix(b)) => below(a, b) || below(b, a),
        _ => covers(a, b) || covers(b, a),
    }
}

/// By whole elements.
fn below(prefix: &str, path: &str) -> bool {
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || prefix.ends_with('/') || rest.starts_with('/'))
}

fn start_alike(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

/// What every path that the expression matches begins with, in lower case; nothing where it is not anchored or not simple.
fn literal(pattern: &str) -> String {
    let rest = pattern.strip_prefix("(?i)").unwrap_or(pattern);
    let anchored = rest.trim_start_matches('^');
    if anchored.len() == rest.len() || has_alternatives(anchored) {
        return String::new();
    }
    let plain = |c: &char| c.is_ascii_alphanumeric() || "/-_".contains(*c);
    let mut text: String = anchored.chars().take_while(plain).collect();
    // such a quantifier may take the last one away
    if anchored[text.len()..].starts_with(['*', '?', '{']) {
        text.pop();
    }
    text.to_ascii_lowercase()
}

/// A `|` outside of all parentheses; one that is not sure counts.
fn has_alternatives(pattern: &str) -> bool {
    let mut depth = 0_i32;
    pattern.chars().any(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == '|' && depth <= 0 || c == '[' && pattern.contains('|') && pattern.contains("[(")
    })
}

//! A rule's cases as hosts, paths and conditions.
use crate::effective::HostName;
use crate::model::traefik::rule::{Case, Matcher, Rule, cases};
use crate::plan::Condition;
use crate::plan::regex::escape;
use crate::plan::rule::PathMatch;
use std::net::IpAddr;

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) host: HostName,
    pub(super) path: PathMatch,
    pub(super) conditions: Vec<Condition>,
}

/// The cases of a rule; an error where one of them has no other words.
pub(super) fn rows(rule: &Rule) -> Result<Vec<Row>, String> {
    let mut rows: Vec<Row> = Vec::new();
    for case in cases(rule).map_err(|error| error.to_string())? {
        if let Some(row) = row(&case)? {
            add(&mut rows, row);
        }
    }
    Ok(rows)
}

/// The hosts that a rule names; the catch-all where a case names none, or where the rule has too many cases.
pub(super) fn hosts(rule: &Rule) -> Vec<HostName> {
    let Ok(cases) = cases(rule) else {
        return vec![HostName::CatchAll];
    };
    let mut hosts: Vec<HostName> = cases
        .iter()
        .filter_map(|case| host(case).unwrap_or(Some(HostName::CatchAll)))
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// ``Path(`/x`)`` and ``PathPrefix(`/x/`)`` of one rule are the whole elements.
fn add(rows: &mut Vec<Row>, row: Row) {
    let beside = |a: &PathMatch, b: &PathMatch| match (a, b) {
        (PathMatch::Exact(exact), PathMatch::Prefix(below)) | (PathMatch::Prefix(below), PathMatch::Exact(exact)) => {
            (below.strip_suffix('/') == Some(exact)).then(|| PathMatch::Prefix(exact.clone()))
        }
        _ => None,
    };
    for known in rows.iter_mut() {
        if known.host == row.host && known.conditions == row.conditions {
            if known.path == row.path {
                return;
            }
            if let Some(path) = beside(&known.path, &row.path) {
                known.path = path;
                return;
            }
        }
    }
    rows.push(row);
}

/// None where the case never holds.
fn row(case: &Case) -> Result<Option<Row>, String> {
    let Some(host) = host(case)? else { return Ok(None) };
    let mut row = Row {
        host,
        path: PathMatch::All,
        conditions: Vec::new(),
    };
    for matcher in case.holds.iter().filter(|m| !is_host(m)) {
        if is_everything(matcher) {
            continue;
        }
        match path(matcher)? {
            Some(path) if row.path == PathMatch::All => row.path = path,
            _ => row.conditions.push(condition(matcher)?),
        }
    }
    for matcher in &case.holds_not {
        if is_everything(matcher) {
            return Ok(None);
        }
        row.conditions.push(Condition::Not(Box::new(condition(matcher)?)));
    }
    Ok(Some(row))
}

fn is_host(matcher: &Matcher) -> bool {
    matches!(matcher.name.as_str(), "Host" | "HostRegexp")
}

/// Every path begins with `/`.
fn is_everything(matcher: &Matcher) -> bool {
    matcher.name == "PathPrefix" && matcher.arguments == ["/"]
}

/// The host of a case; none where no host is all of those.
fn host(case: &Case) -> Result<Option<HostName>, String> {
    if case.holds_not.iter().any(is_host) {
        return Err("it excludes a host by `!`".into());
    }
    let mut host: Option<HostName> = None;
    for matcher in case.holds.iter().filter(|m| is_host(m)) {
        let text = one(matcher)?;
        let next = match matcher.name.as_str() {
            "Host" => named(text),
            _ => expression(text),
        };
        host = match host {
            None => Some(next),
            Some(known) => match both(known, next)? {
                Some(one) => Some(one),
                None => return Ok(None),
            },
        };
    }
    Ok(Some(host.unwrap_or(HostName::CatchAll)))
}

/// A name as in Host, and in an Ingress's rule.
pub(super) fn named(text: &str) -> HostName {
    let text = text.trim_end_matches('.').to_ascii_lowercase();
    match text.strip_prefix("*.") {
        Some(rest) => HostName::Wildcard(rest.to_owned()),
        None => HostName::Exact(text),
    }
}

/// One label and then literal text is a wildcard.
fn expression(pattern: &str) -> HostName {
    const LABELS: [&str; 5] = [r"[a-zA-Z0-9_-]+", r"[a-z0-9-]+", r"[a-zA-Z0-9-]+", r"[^.]+", r"[\w-]+"];
    let inner = pattern.strip_prefix('^').and_then(|p| p.strip_suffix('$'));
    let rest = inner.and_then(|inner| {
        let rest = LABELS.iter().find_map(|label| inner.strip_prefix(label))?;
        rest.strip_prefix(r"\.")
    });
    let plain = rest.map(|rest| rest.replace(r"\.", ".").replace(r"\-", "-"));
    match plain {
        Some(plain) if Some(escape(&plain).as_str()) == rest && !plain.is_empty() => HostName::Wildcard(plain),
        _ => HostName::Regex(pattern.to_owned()),
    }
}

fn both(a: HostName, b: HostName) -> Result<Option<HostName>, String> {
    match (a, b) {
        (a, b) if a == b => Ok(Some(a)),
        (HostName::Exact(_), HostName::Exact(_)) => Ok(None),
        (HostName::Exact(name), HostName::Wildcard(rest)) | (HostName::Wildcard(rest), HostName::Exact(name)) => {
            let below = name.split_once('.').is_some_and(|(_, parent)| parent == rest);
            Ok(below.then_some(HostName::Exact(name)))
        }
        _ => Err("it asks for two hosts at once".into()),
    }
}

fn path(matcher: &Matcher) -> Result<Option<PathMatch>, String> {
    let path = match matcher.name.as_str() {
        "Path" => PathMatch::Exact(one(matcher)?.to_owned()),
        "PathPrefix" => prefix(one(matcher)?),
        "PathRegexp" => PathMatch::Regex(regex(one(matcher)?)?),
        _ => return Ok(None),
    };
    Ok(Some(path))
}

/// What begins with this text, also in the middle of an element.
pub(super) fn prefix(text: &str) -> PathMatch {
    match text {
        "/" | "" => PathMatch::All,
        text if text.ends_with('/') => PathMatch::Prefix(text.to_owned()),
        text => PathMatch::Regex(format!("^{}", escape(text))),
    }
}

/// An expression that Go can read; a router with another one is dropped.
pub(super) fn regex(text: &str) -> Result<String, String> {
    match regex_syntax::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("`{text}` is no regular expression that can be read here")),
    }
}

fn condition(matcher: &Matcher) -> Result<Condition, String> {
    Ok(match matcher.name.as_str() {
        "Method" => Condition::Method(one(matcher)?.to_uppercase()),
        "Header" => two(matcher).map(|(name, value)| Condition::Header(name, value))?,
        "HeaderRegexp" => {
            let (name, pattern) = two(matcher)?;
            Condition::HeaderRegexp(name, regex(&pattern)?)
        }
        "Query" => two(matcher).map(|(name, value)| Condition::QueryRegexp(name, format!("^{}$", escape(&value))))?,
        "QueryRegexp" => {
            let (name, pattern) = two(matcher)?;
            Condition::QueryRegexp(name, regex(&pattern)?)
        }
        "ClientIP" => Condition::ClientIp(vec![network(one(matcher)?)]),
        "Path" => Condition::Path(one(matcher)?.to_owned()),
        "PathPrefix" => match prefix(one(matcher)?) {
            PathMatch::Regex(pattern) => Condition::PathRegexp(pattern),
            _ => Condition::PathPrefix(one(matcher)?.to_owned()),
        },
        "PathRegexp" => Condition::PathRegexp(regex(one(matcher)?)?),
        other => return Err(format!("no HTTPRoute says the matcher {other}")),
    })
}

/// An address alone is a network of one.
fn network(text: &str) -> String {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => format!("{text}/32"),
        Ok(IpAddr::V6(_)) => format!("{text}/128"),
        Err(_) => text.to_owned(),
    }
}

fn one(matcher: &Matcher) -> Result<&str, String> {
    match matcher.arguments.as_slice() {
        [one] => Ok(one),
        _ => Err(format!("Traefik takes one value in {matcher}")),
    }
}

fn two(matcher: &Matcher) -> Result<(String, String), String> {
    match matcher.arguments.as_slice() {
        [name, value] => Ok((name.clone(), value.clone())),
        _ => Err(format!("only a name and a value can be converted in {matcher}")),
    }
}

//! Conditions of a router as matches of an HTTPRoute's rule.
use super::path;
use crate::features::access::networks;
use crate::plan::Condition;
use crate::plan::regex::escape;
use crate::plan::rule::PathMatch;
use ipnet::IpNet;
use serde_json::{Value, json};

/// Set by Traefik from the peer's address before routing, and a client's own is dropped unless the peer is trusted
/// (recipes/gateway: access).
const PEER: &str = "X-Real-Ip";

/// Set by Traefik to the host that was asked for, before routing (recipes/gateway: routing).
pub(crate) const HOST: &str = "X-Forwarded-Host";

/// The value of [`HOST`] for a host; a client may name the port.
fn host(name: &str) -> String {
    format!("(?i)^{}(:[0-9]+)?$", escape(name))
}

/// The longest value of a header in a match.
const VALUE: usize = 4096;

/// What no HTTPRoute can say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsaid {
    #[error("two conditions on the header {0}, where a match takes one")]
    Header(String),
    #[error("a value of the header {0} that is empty or has more than 4096 characters")]
    Value(String),
    #[error("two conditions on the query parameter {0}, where a match takes one")]
    Query(String),
    #[error("a condition on the path beside the path itself")]
    Path,
    #[error("a condition on the client's address that only ClientIP says")]
    Address,
    #[error("a regular expression for the host, beside the route's own hosts")]
    Host,
    #[error("the method {0}")]
    Method(String),
    #[error("a condition that does not hold, within another one")]
    Not,
    #[error("more rules than are of use")]
    TooMany,
    #[error("an order of rules for which a path has too few characters")]
    Order,
    #[error(
        "a Service that is spoken to in more ways than it has names; one with a selector gets another name if it is among the inputs"
    )]
    Service,
}

/// How a header's value is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Text {
    Exact(String),
    Regex(String),
}

/// One of a rule's `matches`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    pub(crate) path: PathMatch,
    pub(crate) method: Option<String>,
    pub(crate) headers: Vec<(String, Text)>,
    pub(crate) query: Vec<(String, String)>,
}

/// What the installation lets a match say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Means {
    /// Nobody's X-Real-Ip is believed.
    pub(crate) peer_header: bool,
}

impl Match {
    pub(crate) fn of(path: PathMatch) -> Self {
        Match {
            path,
            method: None,
            headers: Vec::new(),
            query: Vec::new(),
        }
    }

    /// Every request that `other` matches is matched, too.
    pub(crate) fn covers(&self, other: &Match) -> bool {
        path::covers(&self.path, &other.path)
            && (self.method.is_none() || self.method == other.method)
            && self.headers.iter().all(|header| other.headers.contains(header))
            && self.query.iter().all(|query| other.query.contains(query))
    }

    /// Some request may be matched by both.
    pub(crate) fn overlaps(&self, other: &Match) -> bool {
        let methods = match (&self.method, &other.method) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        methods && path::overlap(&self.path, &other.path) && !self.contradicts(other)
    }

    /// One header cannot have two values, nor a value that the other's expression does not match.
    fn contradicts(&self, other: &Match) -> bool {
        self.headers.iter().any(|(name, text)| {
            let same = other.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
            same.is_some_and(|(_, other)| matches!(together(text, other), Some(None)))
        })
    }

    /// Beside the path's.
    pub(crate) fn priority(&self) -> usize {
        usize::from(self.method.is_some()) * 1000 + 100 * self.headers.len() + 10 * self.query.len()
    }

    /// Adds a condition: all the matches of which each one is enough.
    pub(crate) fn with(&self, condition: &Condition, means: Means) -> Result<Vec<Match>, Unsaid> {
        let path = |path: PathMatch| self.below(&path).map(|found| found.into_iter().collect());
        match condition {
            Condition::Method(method) => self.with_method(method),
            Condition::Header(name, value) => self.with_header(name, Text::Exact(value.clone())),
            Condition::HeaderRegexp(name, regex) => self.with_header(name, Text::Regex(regex.clone())),
            Condition::Host(name) => self.with_header(HOST, Text::Regex(host(name))),
            Condition::HostRegexp(_) => Err(Unsaid::Host),
            Condition::QueryRegexp(name, regex) => self.with_query(name, regex),
            Condition::ClientIp(of) if of.is_empty() => Ok(Vec::new()),
            Condition::ClientIp(of) => self.with_header(PEER, Text::Regex(addresses(of, means)?)),
            Condition::Path(exact) => path(PathMatch::Exact(exact.clone())),
            Condition::PathPrefix(prefix) if prefix == "/" => Ok(vec![self.clone()]),
            Condition::PathPrefix(prefix) if prefix.ends_with('/') => path(PathMatch::Prefix(prefix.clone())),
            Condition::PathPrefix(_) => Err(Unsaid::Path),
            Condition::PathRegexp(regex) => path(PathMatch::Regex(regex.clone())),
            Condition::Any(all) => {
                let each = all.iter().map(|one| self.with(one, means));
                Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
            }
            Condition::Not(_) => Err(Unsaid::Not),
        }
    }

    /// The same, of this path alone.
    pub(crate) fn below(&self, path: &PathMatch) -> Result<Option<Match>, Unsaid> {
        let both = path::both(&self.path, path).map_err(|()| Unsaid::Path)?;
        Ok(both.map(|path| Match { path, ..self.clone() }))
    }

    /// Both matches hold.
    pub(crate) fn and(&self, other: &Match) -> Result<Option<Match>, Unsaid> {
        let Some(mut both) = self.below(&other.path)? else {
            return Ok(None);
        };
        let conditions = other.method.iter().map(|m| Condition::Method(m.clone()));
        let headers = other.headers.iter().map(|(name, text)| match text {
            Text::Exact(value) => Condition::Header(name.clone(), value.clone()),
            Text::Regex(regex) => Condition::HeaderRegexp(name.clone(), regex.clone()),
        });
        let query = other
            .query
            .iter()
            .map(|(name, regex)| Condition::QueryRegexp(name.clone(), regex.clone()));
        for condition in conditions.chain(headers).chain(query) {
            match both.with(&condition, Means { peer_header: false })?.pop() {
                Some(one) => both = one,
                None => return Ok(None),
            }
        }
        Ok(Some(both))
    }

    fn with_method(&self, method: &str) -> Result<Vec<Match>, Unsaid> {
        const KNOWN: [&str; 9] = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
        ];
        if !KNOWN.contains(&method) {
            return Err(Unsaid::Method(method.into()));
        }
        Ok(match &self.method {
            Some(other) if other != method => Vec::new(),
            _ => vec![Match {
                method: Some(method.into()),
                ..self.clone()
            }],
        })
    }

    /// A header's name stands once in a match.
    fn with_header(&self, name: &str, text: Text) -> Result<Vec<Match>, Unsaid> {
        if !is_token(name) {
            return Ok(Vec::new());
        }
        let (Text::Exact(value) | Text::Regex(value)) = &text;
        if value.is_empty() || value.len() > VALUE {
            return Err(Unsaid::Value(name.into()));
        }
        let mut more = self.clone();
        let Some(at) = self.headers.iter().position(|(n, _)| n.eq_ignore_ascii_case(name)) else {
            more.headers.push((name.into(), text));
            more.headers.sort();
            return Ok(vec![more]);
        };
        match together(&self.headers[at].1, &text) {
            Some(Some(text)) => {
                more.headers[at].1 = text;
                Ok(vec![more])
            }
            Some(None) => Ok(Vec::new()),
            None => Err(Unsaid::Header(name.into())),
        }
    }

    fn with_query(&self, name: &str, regex: &str) -> Result<Vec<Match>, Unsaid> {
        let mut more = self.clone();
        match self.query.iter().find(|(n, _)| n == name) {
            Some((_, same)) if same == regex => {}
            Some(_) => return Err(Unsaid::Query(name.into())),
            None => more.query.push((name.into(), regex.into())),
        }
        Ok(vec![more])
    }

    /// As it stands in a rule, with this path.
    pub(crate) fn value(&self, path: Value) -> Value {
        let mut value = json!({"path": path});
        if let Some(method) = &self.method {
            value["method"] = json!(method);
        }
        let headers = self.headers.iter().map(|(name, text)| match text {
            Text::Exact(value) => json!({"name": name, "value": value}),
            Text::Regex(regex) => json!({"type": "RegularExpression", "name": name, "value": regex}),
        });
        if !self.headers.is_empty() {
            value["headers"] = headers.collect();
        }
        let query = self
            .query
            .iter()
            .map(|(name, regex)| json!({"type": "RegularExpression", "name": name, "value": regex}));
        if !self.query.is_empty() {
            value["queryParams"] = query.collect();
        }
        value
    }
}

/// No request has a header of any other name (RFC 9110, 5.6.2).
fn is_token(name: &str) -> bool {
    let in_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(in_token)
}

/// Both as one: none where no one says it, nothing within where no value is both.
fn together(a: &Text, b: &Text) -> Option<Option<Text>> {
    let matches = |regex: &str, value: &str| regex::Regex::new(regex).is_ok_and(|r| r.is_match(value));
    match (a, b) {
        (a, b) if a == b => Some(Some(a.clone())),
        (Text::Exact(_), Text::Exact(_)) => Some(None),
        (Text::Exact(value), Text::Regex(regex)) | (Text::Regex(regex), Text::Exact(value)) => {
            Some(matches(regex, value).then(|| Text::Exact(value.clone())))
        }
        (Text::Regex(any), Text::Regex(other)) | (Text::Regex(other), Text::Regex(any))
            if any == "." && !matches(other, "") =>
        {
            Some(Some(Text::Regex(other.clone())))
        }
        _ => None,
    }
}

/// The peer's address as text.
fn addresses(networks: &[String], means: Means) -> Result<String, Unsaid> {
    let parsed: Option<Vec<IpNet>> = networks.iter().map(|network| network.parse().ok()).collect();
    let pattern = parsed.map(|networks| networks::pattern(&networks));
    match pattern {
        Some((Some(pattern), true)) if means.peer_header => Ok(format!("^{pattern}$")),
        _ => Err(Unsaid::Address),
    }
}

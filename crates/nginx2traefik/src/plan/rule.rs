//! Traefik's rules as text.
use super::Condition;
use super::regex::escape;
use crate::effective::HostName;

/// Which paths.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PathMatch {
    /// The path itself.
    Exact(String),
    /// The path and what is below it by whole elements.
    Prefix(String),
    /// An expression that Traefik can read, anchored and without regard to case.
    Regex(String),
    /// Every path.
    All,
}

/// ``Host(`a`) && (Path(`/x`) || PathPrefix(`/x/`)) && Method(`GET`)``
pub(crate) fn rule(hosts: &[HostName], path: &PathMatch, conditions: &[Condition]) -> String {
    let mut parts = Vec::new();
    parts.extend(any(hosts.iter().filter_map(host).collect()));
    parts.extend(path_matcher(path));
    parts.extend(conditions.iter().map(condition));
    match parts.is_empty() {
        true => "PathPrefix(`/`)".into(),
        false => parts.join(" && "),
    }
}

/// A host's matcher; none for the catch-all server.
fn host(name: &HostName) -> Option<String> {
    match name {
        HostName::Exact(name) => Some(call("Host", name)),
        // one label (nginx: template.go:1686-1695); Host(`*.x`) in an IngressRoute is of 3.7 only (recipes/routing)
        HostName::Wildcard(rest) => Some(call("HostRegexp", &format!(r"^[a-zA-Z0-9_-]+\.{}$", escape(rest)))),
        HostName::Regex(pattern) => Some(call("HostRegexp", pattern)),
        HostName::CatchAll => None,
    }
}

fn path_matcher(path: &PathMatch) -> Option<String> {
    match path {
        PathMatch::Exact(path) => Some(call("Path", path)),
        PathMatch::Prefix(path) if path.ends_with('/') => Some(call("PathPrefix", path)),
        PathMatch::Prefix(path) => Some(format!(
            "({} || {})",
            call("Path", path),
            call("PathPrefix", &format!("{path}/"))
        )),
        PathMatch::Regex(pattern) => Some(call("PathRegexp", pattern)),
        PathMatch::All => None,
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Method(method) => call("Method", method),
        Condition::Header(name, value) => call2("Header", name, value),
        Condition::HeaderRegexp(name, regex) => call2("HeaderRegexp", name, regex),
        Condition::Host(name) => call("Host", name),
        Condition::HostRegexp(regex) => call("HostRegexp", regex),
        Condition::QueryRegexp(name, regex) => call2("QueryRegexp", name, regex),
        Condition::ClientIp(networks) => {
            let calls = networks.iter().map(|network| call("ClientIP", network)).collect();
            any(calls).unwrap_or_else(|| "!PathPrefix(`/`)".into())
        }
        Condition::Path(path) => call("Path", path),
        Condition::PathPrefix(path) => call("PathPrefix", path),
        Condition::PathRegexp(regex) => call("PathRegexp", regex),
        Condition::Not(inner) => format!("!{}", self::condition(inner)),
        Condition::Any(all) => {
            any(all.iter().map(self::condition).collect()).unwrap_or_else(|| "!PathPrefix(`/`)".into())
        }
    }
}

fn any(mut calls: Vec<String>) -> Option<String> {
    match calls.len() {
        0 => None,
        1 => calls.pop(),
        _ => Some(format!("({})", calls.join(" || "))),
    }
}

fn call(matcher: &str, argument: &str) -> String {
    format!("{matcher}({})", quote(argument))
}

fn call2(matcher: &str, first: &str, second: &str) -> String {
    format!("{matcher}({}, {})", quote(first), quote(second))
}

/// A Go string: between backticks, or with escapes where the text holds one.
fn quote(text: &str) -> String {
    match text.contains('`') {
        false => format!("`{text}`"),
        true => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(name: &str) -> HostName {
        HostName::Exact(name.into())
    }

    #[test]
    fn hosts_and_paths() {
        let hosts = [exact("a.test"), HostName::Wildcard("b.test".into())];
        assert_eq!(
            rule(&hosts, &PathMatch::Prefix("/x".into()), &[]),
            r"(Host(`a.test`) || HostRegexp(`^[a-zA-Z0-9_-]+\.b\.test$`)) && (Path(`/x`) || PathPrefix(`/x/`))"
        );
        assert_eq!(rule(&[exact("a.test")], &PathMatch::All, &[]), "Host(`a.test`)");
        assert_eq!(rule(&[HostName::CatchAll], &PathMatch::All, &[]), "PathPrefix(`/`)");
    }

    #[test]
    fn conditions() {
        let conditions = [
            Condition::Not(Box::new(Condition::Header("X-A".into(), "b".into()))),
            Condition::ClientIp(vec!["10.0.0.0/8".into(), "::1/128".into()]),
        ];
        assert_eq!(
            rule(&[exact("a.test")], &PathMatch::Exact("/x".into()), &conditions),
            "Host(`a.test`) && Path(`/x`) && !Header(`X-A`, `b`) && (ClientIP(`10.0.0.0/8`) || ClientIP(`::1/128`))"
        );
    }
}

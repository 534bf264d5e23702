//! Which server a host name belongs to.
//!
//! nginx `server_name`: exact names, then `*.` names (any number of labels, the longest first), then regular expressions in the order of the
//! configuration, then the default server. ingress-nginx writes a wildcard host as a regular expression of one label
//! (`template.go` buildServerName), a wildcard alias as nginx's own wildcard.
use super::exchange::host_name;
use super::path_regex::Expression;
use crate::effective::host::{HostName, WwwRedirect};
use crate::effective::request::Request;
use crate::effective::{Effective, Host};

/// A server.
pub(super) enum Server<'a> {
    /// Of a host.
    Host(&'a Host),
    /// The redirect between a host and its `www.` sibling.
    Www(&'a Host, &'a WwwRedirect),
}

/// The server of a request; None: the catch-all server, which no Ingress owns.
pub(super) fn server<'a>(effective: &'a Effective, request: &Request) -> Option<Server<'a>> {
    let name = host_name(request);
    exact(effective, &name)
        .or_else(|| wildcard(effective, &name).map(Server::Host))
        .or_else(|| regex(effective, &name).map(Server::Host))
        .or_else(|| {
            let mut hosts = effective.hosts.iter();
            hosts.find(|h| h.name == HostName::CatchAll).map(Server::Host)
        })
}

fn exact<'a>(effective: &'a Effective, name: &str) -> Option<Server<'a>> {
    let is = |n: &HostName| matches!(n, HostName::Exact(n) if n.eq_ignore_ascii_case(name));
    // the redirect servers come first in the configuration: they win over an alias, and are not made for a host
    let redirect = |h: &'a Host| Some((h, h.www.as_ref().filter(|w| w.from.eq_ignore_ascii_case(name))?));
    if let Some((host, www)) = effective.hosts.iter().find_map(redirect) {
        return Some(Server::Www(host, www));
    }
    let hosts = &effective.hosts;
    let host = hosts.iter().find(|h| is(&h.name));
    host.or_else(|| hosts.iter().find(|h| h.aliases.iter().any(|a| is(&a.value))))
        .map(Server::Host)
}

/// `server-alias: *.example.com`.
fn wildcard<'a>(effective: &'a Effective, name: &str) -> Option<&'a Host> {
    let below = |rest: &str| name.strip_suffix(rest).is_some_and(|label| label.ends_with('.'));
    let mut best: Option<(usize, &Host)> = None;
    for host in &effective.hosts {
        for alias in &host.aliases {
            if let HostName::Wildcard(rest) = &alias.value
                && below(rest)
                && best.is_none_or(|(length, _)| rest.len() > length)
            {
                best = Some((rest.len(), host));
            }
        }
    }
    best.map(|(_, host)| host)
}

/// Servers are sorted by host in the configuration, and `*` sorts before letters.
fn regex<'a>(effective: &'a Effective, name: &str) -> Option<&'a Host> {
    let one_label = |rest: &str| {
        let label = name.strip_suffix(rest).and_then(|l| l.strip_suffix('.'));
        label.is_some_and(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
    };
    let own = |h: &&Host| matches!(&h.name, HostName::Wildcard(rest) if one_label(rest));
    let alias = |h: &&Host| {
        h.aliases.iter().any(|a| match &a.value {
            HostName::Regex(r) => Expression::new(r, true).is_some_and(|r| r.is_match(name.as_bytes()) == Ok(true)),
            _ => false,
        })
    };
    let mut hosts = effective.hosts.iter();
    hosts.find(own).or_else(|| effective.hosts.iter().find(alias))
}

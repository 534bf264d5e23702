//! What nginx refuses in a snippet because of what ingress-nginx writes around it.
use super::{SnippetId, build::matchers};
use crate::effective::{Effective, Host, Origin, Standing};
use nginx_snippet::{Directive, LocationMatch, Problem};

/// Notes what nginx refuses, and that the controller loads nothing any more.
pub(super) fn refuse(effective: &mut Effective) {
    for (id, problem) in found(effective) {
        let snippet = &mut effective.snippets[id.0 as usize];
        if !snippet.refused.contains(&problem) {
            snippet.refused.push(problem);
        }
        if let Origin::Annotation { ingress, .. } = snippet.origin {
            effective.ingresses[ingress.0].standing = Standing::Breaks;
        }
    }
}

fn found(effective: &Effective) -> Vec<(SnippetId, Problem)> {
    let mut found = Vec::new();
    for host in &effective.hosts {
        // in regex mode the controller's locations are expressions, which have no twin
        if host.regex_mode.is_none() {
            twins(effective, host, &mut found);
        }
        nested(effective, host, &mut found);
    }
    found
}

/// A location of a server-snippet that a host has already: nginx takes no second one of a name (`ngx_http_join_exact_locations`).
fn twins(effective: &Effective, host: &Host, found: &mut Vec<(SnippetId, Problem)>) {
    let locations = host.locations.iter();
    let own: Vec<(String, bool)> = locations.flat_map(|l| matchers(host, l)).filter_map(name).collect();
    for id in host.snippets.iter().flat_map(|s| &s.server) {
        for directive in &effective.snippet(*id).tree.directives {
            let twin = LocationMatch::of(directive)
                .and_then(name)
                .filter(|name| own.contains(name));
            let message = |path: &str| format!("duplicate location \"{path}\"");
            found.extend(twin.map(|(path, _)| (*id, problem(directive, message(&path)))));
        }
    }
}

/// A location inside of one that ingress-nginx writes: the path `/app` has an exact one, too, in which nginx takes none.
fn nested(effective: &Effective, host: &Host, found: &mut Vec<(SnippetId, Problem)>) {
    let Some(snippets) = host.snippets.as_deref() else {
        return;
    };
    for (location, ids) in host.locations.iter().zip(&snippets.locations) {
        let outer = matchers(host, location);
        for id in ids {
            for directive in &effective.snippet(*id).tree.directives {
                let inner = LocationMatch::of(directive);
                let message = inner.and_then(|inner| outer.iter().find_map(|outer| outer.refusal(&inner)));
                found.extend(message.map(|message| (*id, problem(directive, message))));
            }
        }
    }
}

fn problem(directive: &Directive, message: String) -> Problem {
    Problem {
        span: directive.head(),
        message,
        unless: None,
        variable: None,
    }
}

/// The path, and whether it is the only one.
fn name(matcher: LocationMatch) -> Option<(String, bool)> {
    match matcher {
        LocationMatch::Exact(path) => Some((path, true)),
        LocationMatch::Prefix { path, .. } => Some((path, false)),
        LocationMatch::Regex(_) | LocationMatch::Named(_) => None,
    }
}

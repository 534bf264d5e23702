//! Zones of shared memory that a snippet names and nothing declares.
use super::{Snippet, SnippetId, SnippetKind};
use crate::effective::{Effective, Origin, Standing};
use nginx_snippet::{Directive, Problem};

/// nginx refuses them when it has read everything (ngx_cycle.c, ngx_init_cycle). Without the controller's ConfigMap nobody knows.
pub(super) fn refuse_unknown(effective: &mut Effective) {
    if !effective.controller.given {
        return;
    }
    let known: Vec<(String, String)> = of_kind(effective, SnippetKind::Http)
        .flat_map(|s| &s.tree.directives)
        .filter_map(declared)
        .collect();
    let mut found: Vec<(SnippetId, Problem)> = Vec::new();
    for snippet in effective.snippets.iter().filter(|s| s.is_written()) {
        unknown(&snippet.tree.directives, &known, &mut |problem| {
            found.push((snippet.id, problem))
        });
    }
    for (id, problem) in found {
        let snippet = &mut effective.snippets[id.0 as usize];
        if let Origin::Annotation { ingress, .. } = snippet.origin {
            effective.ingresses[ingress.0].standing = Standing::Breaks;
        }
        snippet.refused.push(problem);
    }
}

fn of_kind(effective: &Effective, kind: SnippetKind) -> impl Iterator<Item = &Snippet> {
    effective.snippets.iter().filter(move |s| s.kind == kind)
}

/// The directive that uses it, and the name.
fn declared(directive: &Directive) -> Option<(String, String)> {
    let (user, word) = match directive.name.text.as_str() {
        "limit_req_zone" => ("limit_req", "zone="),
        "limit_conn_zone" => ("limit_conn", "zone="),
        "proxy_cache_path" => ("proxy_cache", "keys_zone="),
        _ => return None,
    };
    let zone = directive.args.iter().find_map(|arg| arg.text.strip_prefix(word))?;
    Some((user.to_owned(), zone.split(':').next()?.to_owned()))
}

/// Zones that the template declares itself: for limit-rps and its family, and for the answers of auth servers.
fn is_own(name: &str) -> bool {
    name == "auth_cache" || ["_rps", "_rpm", "_conn"].iter().any(|end| name.ends_with(end))
}

fn unknown(list: &[Directive], known: &[(String, String)], tell: &mut impl FnMut(Problem)) {
    for directive in list {
        if let Some(name) = used(directive) {
            let user = (directive.name.text.clone(), name.to_owned());
            if !is_own(name) && !known.contains(&user) {
                let message = match user.0.as_str() {
                    "proxy_cache" => format!("\"proxy_cache\" zone \"{name}\" is unknown"),
                    _ => format!("zero size shared memory zone \"{name}\""),
                };
                tell(Problem {
                    span: directive.head(),
                    message,
                    unless: None,
                    variable: None,
                });
            }
        }
        unknown(directive.children(), known, tell);
    }
}

fn used(directive: &Directive) -> Option<&str> {
    match directive.name.text.as_str() {
        "limit_req" => directive.args.iter().find_map(|arg| arg.text.strip_prefix("zone=")),
        "limit_conn" => directive.arg(0),
        "proxy_cache" => directive.arg(0).filter(|zone| *zone != "off" && !zone.contains('$')),
        _ => None,
    }
}

//! What stands outside of all servers: the http-snippet of the ConfigMap, its stream-snippet and its main-snippet. Settings of the
//! first are handed down to every host, and told there; everything else is told here.
use super::{http_port, second_port, stream};
use crate::effective::snippets::{is_setting, only_prepares};
use crate::effective::{Origin, Snippet, SnippetKind, Standing};
use crate::finding::{Fidelity, Finding};
use crate::plan::Collected;
use crate::plan::host::Given;
use crate::rules::{Target, registry};
use nginx_snippet::Directive;

/// Tells what no host has.
pub(crate) fn tell(given: Given<'_>, collected: &mut Collected) {
    let served = given
        .effective
        .ingresses
        .iter()
        .filter(|i| i.standing == Standing::Served);
    let from: Vec<_> = served.map(|ingress| ingress.id).collect();
    if from.is_empty() {
        return;
    }
    let outside = |s: &&Snippet| match s.kind {
        SnippetKind::Http | SnippetKind::Main => true,
        SnippetKind::Stream => matches!(s.origin, Origin::ConfigMap { .. }),
        _ => false,
    };
    let outside = given.effective.snippets.iter().filter(outside);
    for snippet in outside.filter(|s| s.refused.is_empty()) {
        if snippet.kind == SnippetKind::Stream && http_port::plan(given, snippet, &from, collected) {
            continue;
        }
        let handed_down = |d: &Directive| snippet.kind == SnippetKind::Http && is_setting(d);
        let own = |d: &&Directive| !only_prepares(d) && !handed_down(d);
        for directive in snippet.tree.directives.iter().filter(own) {
            let http = snippet.kind == SnippetKind::Http;
            if http && second_port::plan(snippet, directive, &from, collected) {
                continue;
            }
            if let Some(finding) = lost(snippet, directive) {
                collected.tell(None, finding);
            }
        }
    }
}

/// None where nobody misses it.
fn lost(snippet: &Snippet, directive: &Directive) -> Option<Finding> {
    let (name, key) = (&directive.name.text, snippet.key());
    let known = registry().directive(name);
    if known.is_some_and(|known| known.fidelity(Target::Ingress) == Fidelity::Default) {
        return None;
    }
    let instead = known.map_or("", |known| known.directive.instead.as_str());
    let message = format!("`{name}` stands beside the hosts of all Ingresses, and is not converted");
    let finding = Finding::warning(key, snippet.span(directive.head()), message).traefik(instead);
    let stream = if snippet.kind == SnippetKind::Stream {
        stream::advice(directive)
    } else {
        None
    };
    let finding = match stream {
        Some(advice) => finding.help(advice),
        None => finding,
    };
    Some(finding.difference(format!("what `{name}` does is lost")))
}

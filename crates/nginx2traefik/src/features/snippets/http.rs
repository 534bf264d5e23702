//! What stands around all servers: the http-snippet of the ConfigMap. Its settings are handed down to every host, and told there; what
//! else it holds is told here.
use super::second_port;
use crate::effective::snippets::{is_setting, only_prepares};
use crate::effective::{Snippet, SnippetKind, Standing};
use crate::finding::Finding;
use crate::plan::Collected;
use crate::plan::host::Given;
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
    let http = given.effective.snippets.iter().filter(|s| s.kind == SnippetKind::Http);
    for snippet in http.filter(|s| s.refused.is_empty()) {
        let own = |d: &&Directive| !only_prepares(d) && !is_setting(d);
        for directive in snippet.tree.directives.iter().filter(own) {
            if !second_port::plan(snippet, directive, &from, collected) {
                collected.tell(None, lost(snippet, directive));
            }
        }
    }
}

fn lost(snippet: &Snippet, directive: &Directive) -> Finding {
    let name = &directive.name.text;
    let message = format!("`{name}` stands beside the hosts of all Ingresses, and is not converted");
    Finding::warning("http-snippet", snippet.span(directive.head()), message)
        .help("write an Ingress for what it serves, or do it by hand")
        .difference(format!("what `{name}` serves is not served any more"))
}

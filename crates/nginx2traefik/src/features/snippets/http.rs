//! What stands around all servers: the http-snippet of the ConfigMap holds for every host, and belongs to none.
use super::second_port;
use crate::effective::snippets::{may_protect, only_prepares};
use crate::effective::{Snippet, SnippetKind, Standing};
use crate::finding::Finding;
use crate::plan::Collected;
use crate::plan::host::Given;
use crate::rules::registry;
use nginx_snippet::Directive;

/// Tells what is in it. What may keep somebody out keeps every Ingress as it is.
pub(crate) fn tell(given: Given<'_>, collected: &mut Collected) {
    let served = || {
        given
            .effective
            .ingresses
            .iter()
            .filter(|i| i.standing == Standing::Served)
    };
    if served().next().is_none() {
        return;
    }
    let http = given.effective.snippets.iter().filter(|s| s.kind == SnippetKind::Http);
    for snippet in http.filter(|s| s.refused.is_empty()) {
        let from: Vec<_> = served().map(|ingress| ingress.id).collect();
        for directive in snippet.tree.directives.iter().filter(|d| !only_prepares(d)) {
            if second_port::plan(snippet, directive, &from, collected) {
                continue;
            }
            if !may_protect(directive) {
                collected.tell(None, lost(snippet, directive));
                continue;
            }
            for ingress in served() {
                let object = given.manifests.ingress(ingress.id).object();
                collected.tell(Some(ingress.id), blocking(snippet, directive).object(object));
            }
        }
    }
}

fn lost(snippet: &Snippet, directive: &Directive) -> Finding {
    let name = &directive.name.text;
    let message = format!("`{name}` holds for all hosts, and is not converted");
    let known = registry().directive(name);
    let does = known.map_or("", |known| known.directive.summary.as_str());
    Finding::warning("http-snippet", snippet.span(directive.head()), message)
        .nginx(does)
        .help("write it into the configuration-snippet or server-snippet of the Ingresses that need it, where it is converted, or do it by hand")
        .difference(format!("what `{name}` does is lost"))
}

fn blocking(snippet: &Snippet, directive: &Directive) -> Finding {
    let name = &directive.name.text;
    let message = format!("`{name}` holds for all hosts, and may keep somebody out");
    Finding::error("http-snippet", snippet.span(directive.head()), message)
        .blocking()
        .help("write it into the configuration-snippet of the Ingresses that need it, where it is converted, and take it out of the http-snippet")
}

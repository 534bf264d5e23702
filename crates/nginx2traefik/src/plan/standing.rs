//! What this version does not convert keeps its Ingress as it is.
use super::Collected;
use super::host::Given;
use crate::effective::settings::Unconverted;
use crate::effective::{Snippet, SnippetKind, Standing};
use crate::features::{modsecurity, snippets};
use crate::finding::Finding;
use crate::model::Ingress;

pub(crate) fn tell(given: Given<'_>, collected: &mut Collected) {
    snippets::http::tell(given, collected);
    let served = given
        .effective
        .ingresses
        .iter()
        .filter(|i| i.standing == Standing::Served);
    for ingress in served {
        modsecurity::traefik::tell(given, ingress, collected);
        let written = given.manifests.ingress(ingress.id);
        let of_a_plan = |u: &&Unconverted| !["configuration-snippet", "server-snippet"].contains(&u.key.as_str());
        for unconverted in ingress
            .settings
            .unconverted
            .iter()
            .filter(|u| u.active)
            .filter(of_a_plan)
        {
            let stream = stream_of(given, unconverted);
            if stream.is_some_and(|s| snippets::http_port::plan(given, s, &[ingress.id], collected)) {
                continue;
            }
            let finding = of_unconverted(given, written, unconverted, stream);
            collected.tell(Some(ingress.id), finding);
        }
    }
}

fn stream_of<'a>(given: Given<'a>, unconverted: &Unconverted) -> Option<&'a Snippet> {
    let is_it = |s: &&Snippet| s.kind == SnippetKind::Stream && s.text.value() == unconverted.span;
    given.effective.snippets.iter().find(is_it)
}

fn of_unconverted(given: Given<'_>, written: &Ingress, unconverted: &Unconverted, stream: Option<&Snippet>) -> Finding {
    let prefix = &given.effective.controller.annotations_prefix;
    let key = &unconverted.key;
    let message = format!("{key} is not converted yet, so the Ingress stays as it is");
    let help = match stream {
        Some(snippet) => format!(
            "{}; then take the annotation out",
            snippets::stream::of_snippet(snippet)
        ),
        None => "Convert it by hand, or take it out if it is not needed.".to_owned(),
    };
    Finding::error(key, unconverted.span, message)
        .blocking()
        .help(help)
        .annotation(format!("{prefix}/{key}"))
        .object(written.object())
}

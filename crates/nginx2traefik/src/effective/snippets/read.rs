//! From annotations and keys of the ConfigMap to snippets.
use super::{Snippet, SnippetId, SnippetKind, SnippetText};
use crate::effective::controller::Controller;
use crate::effective::{Effect, Origin, Reader, Settings};
use crate::model::{Annotation, Manifests};
use nginx_snippet::{Context, check, defined_variables, hints, parse};
use std::collections::BTreeSet;

/// Annotations that hold nginx configuration.
const ANNOTATIONS: [(&str, SnippetKind); 5] = [
    ("auth-snippet", SnippetKind::Auth),
    ("configuration-snippet", SnippetKind::Location),
    ("modsecurity-snippet", SnippetKind::ModSecurity),
    ("server-snippet", SnippetKind::Server),
    ("stream-snippet", SnippetKind::Stream),
];

/// Keys of the ConfigMap that do; allow-snippet-annotations is not asked.
const KEYS: [(&str, SnippetKind); 7] = [
    ("global-auth-snippet", SnippetKind::Auth),
    ("http-snippet", SnippetKind::Http),
    ("location-snippet", SnippetKind::Location),
    ("main-snippet", SnippetKind::Main),
    ("modsecurity-snippet", SnippetKind::ModSecurity),
    ("server-snippet", SnippetKind::Server),
    ("stream-snippet", SnippetKind::Stream),
];

/// Variables that any snippet of the controller defines: to nginx they are known everywhere.
pub(in crate::effective) struct Defined(BTreeSet<String>);

impl Defined {
    /// Those of all annotations and of the ConfigMap.
    pub(in crate::effective) fn collect(manifests: &Manifests, controller: &Controller) -> Self {
        let mut names = BTreeSet::new();
        let mut take = |text: &str| names.append(&mut defined_variables(&parse(text)));
        let annotations = manifests.ingresses.iter().flat_map(|i| &i.annotations);
        for annotation in annotations.filter(|a| a.name.value.ends_with("-snippet")) {
            take(&annotation.value.value);
        }
        for (key, _) in KEYS {
            controller.get(key).into_iter().for_each(|text| take(text.value));
        }
        Defined(names)
    }
}

/// The snippets of one Ingress. What nginx refuses in them is a problem of the reader's. `first` is the number of the first one.
pub(in crate::effective) fn read(
    reader: &Reader<'_>,
    settings: &Settings,
    defined: &Defined,
    first: usize,
) -> Vec<Snippet> {
    let mut found: Vec<Snippet> = Vec::new();
    for (key, kind) in ANNOTATIONS {
        let Some(annotation) = reader.annotation(key) else {
            continue;
        };
        if annotation.value.value.trim().is_empty() {
            continue;
        }
        let snippet = Snippet {
            dropped: dropped(reader, settings, kind),
            ..of_annotation(reader, key, kind, annotation, first + found.len())
        };
        let snippet = judged(snippet, reader.controller, defined);
        if snippet.is_written() {
            for problem in &snippet.refused {
                let reason = format!("nginx says `{}`", problem.message);
                reader.problem_at(key, snippet.span(problem.span), Effect::Breaks, reason);
            }
        }
        found.push(snippet);
    }
    found
}

/// The snippets of the ConfigMap.
pub(in crate::effective) fn of_config(controller: &Controller, defined: &Defined, first: usize) -> Vec<Snippet> {
    let mut found: Vec<Snippet> = Vec::new();
    for (key, kind) in KEYS {
        let Some(setting) = controller.get(key).filter(|s| !s.value.trim().is_empty()) else {
            continue;
        };
        let Some(span) = setting.origin.span() else {
            continue;
        };
        let text = SnippetText::plain(setting.value, span, controller.layouts.get(&span).cloned());
        let snippet = new(kind, setting.origin, text, first + found.len());
        found.push(judged(snippet, controller, defined));
    }
    found
}

fn of_annotation(reader: &Reader<'_>, key: &str, kind: SnippetKind, annotation: &Annotation, id: usize) -> Snippet {
    let span = annotation.value.span;
    let layout = reader.manifests.layouts.get(&span).cloned();
    let text = SnippetText::trimmed(&annotation.value.value, span, layout);
    new(kind, reader.origin(key, annotation), text, id)
}

fn new(kind: SnippetKind, origin: Origin, text: SnippetText, id: usize) -> Snippet {
    // template.go, buildModSecurityForLocation: the text is written into this directive as it stands
    let text = match kind {
        SnippetKind::ModSecurity => text.within("modsecurity_rules '\n", "\n';"),
        _ => text,
    };
    let tree = parse(text.nginx());
    Snippet {
        id: SnippetId(u32::try_from(id).unwrap_or(u32::MAX)),
        kind,
        origin,
        hints: hints(&tree),
        refused: Vec::new(),
        dropped: None,
        text,
        tree,
    }
}

/// With what nginx refuses in it.
fn judged(mut snippet: Snippet, controller: &Controller, defined: &Defined) -> Snippet {
    let context = match snippet.kind {
        SnippetKind::Location | SnippetKind::Auth | SnippetKind::ModSecurity => Context::Location,
        SnippetKind::Server => Context::Server,
        SnippetKind::Http => Context::Http,
        SnippetKind::Stream => Context::Stream,
        SnippetKind::Main => Context::Main,
    };
    // that annotation and key are only written where the module is loaded
    let loaded = |key: &str| snippet.kind == SnippetKind::ModSecurity || controller.bool(key, false).value;
    let known = |name: &String| defined.0.contains(name);
    let problems = check(&snippet.tree, context).into_iter();
    let problems = problems.filter(|p| !p.unless.is_some_and(loaded) && !p.variable.as_ref().is_some_and(known));
    snippet.refused = problems.collect();
    snippet
}

/// Why ingress-nginx does not write it.
fn dropped(reader: &Reader<'_>, settings: &Settings, kind: SnippetKind) -> Option<String> {
    let has_url = settings.external_auth.as_ref().is_some_and(|a| !a.global);
    let firewall = || {
        let globally = reader.config_bool("enable-modsecurity", false);
        reader.bool("enable-modsecurity").unwrap_or(globally).value
    };
    let why = match kind {
        _ if !reader.controller.allows_snippets() => "allow-snippet-annotations is off, so the controller drops it",
        _ if settings.canary.is_some() && kind != SnippetKind::Stream => {
            "a canary has no server or location of its own"
        }
        SnippetKind::Auth if !has_url => "there is no auth-url",
        SnippetKind::ModSecurity if !firewall() => "enable-modsecurity is off",
        _ => return None,
    };
    Some(why.to_owned())
}

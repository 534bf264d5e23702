//! What is to be said of snippets by themselves, whatever becomes of them.
use super::Snippet;
use crate::effective::{Effective, Origin};
use crate::finding::{Fidelity, Finding};
use crate::model::Manifests;
use crate::source::Span;
use nginx_snippet::{Hint, HintKind, Problem, Secret, SecretKind};

/// Findings of all snippets. What nginx refuses in an Ingress's is told with its other problems.
pub(in crate::effective) fn of_snippets(manifests: &Manifests, effective: &Effective) -> Vec<Finding> {
    let mut found = Vec::new();
    for snippet in &effective.snippets {
        let about = |finding| about(manifests, effective, snippet, finding);
        let secrets = snippet.tree.directives.iter().flat_map(nginx_snippet::secrets);
        found.extend(secrets.map(|secret| about(of_secret(snippet, &secret))));
        if let Some(why) = &snippet.dropped {
            found.push(about(dropped(snippet, why)));
            continue;
        }
        found.extend(snippet.hints.iter().map(|hint| about(of_hint(snippet, hint))));
        for problem in snippet.refused.iter().filter(|p| !is_told(effective, snippet, p)) {
            found.push(about(refused(snippet, snippet.span(problem.span), &problem.message)));
        }
    }
    found
}

/// Names the annotation and the Ingress.
fn about(manifests: &Manifests, effective: &Effective, snippet: &Snippet, finding: Finding) -> Finding {
    let Origin::Annotation { ingress, key, .. } = &snippet.origin else {
        return finding;
    };
    let prefix = &effective.controller.annotations_prefix;
    finding
        .annotation(format!("{prefix}/{key}"))
        .object(manifests.ingress(*ingress).object())
}

fn of_secret(snippet: &Snippet, secret: &Secret) -> Finding {
    let message = format!("{}: {} stands in plain text", snippet.key(), what(secret));
    Finding::warning(snippet.key(), snippet.span(secret.span), message)
        .fidelity(Fidelity::Exact)
        .help("whoever may read the Ingress, or the repository, can read it: keep it in a Secret, and change it once it is there")
}

fn what(secret: &Secret) -> String {
    match secret.kind {
        SecretKind::Named => format!("the value of {}", secret.name),
        SecretKind::Credentials => format!("a {} credential", secret.name),
        SecretKind::UrlPassword => "the password of a URL".to_owned(),
        _ => format!("a token ({}...)", secret.name),
    }
}

fn dropped(snippet: &Snippet, why: &str) -> Finding {
    let message = format!("{}: {why}; it does nothing today", snippet.key());
    Finding::note(snippet.key(), snippet.text.value(), message)
}

fn of_hint(snippet: &Snippet, hint: &Hint) -> Finding {
    let (span, message) = (snippet.span(hint.span), format!("{}: {}", snippet.key(), hint.message));
    match hint.kind {
        // what was meant never happened, and a header that protects may be among it
        HintKind::HeaderWithoutColon => Finding::warning(snippet.key(), span, message).fidelity(Fidelity::Exact),
        _ => Finding::note(snippet.key(), span, message),
    }
}

/// What a snippet breaks by itself is told with the other problems of its Ingress.
fn is_told(effective: &Effective, snippet: &Snippet, problem: &Problem) -> bool {
    let Origin::Annotation { ingress, key, .. } = &snippet.origin else {
        return false;
    };
    let span = snippet.span(problem.span);
    let mut told = effective.ingress(*ingress).problems.iter();
    told.any(|p| p.key == *key && p.span == span)
}

fn refused(snippet: &Snippet, span: Span, message: &str) -> Finding {
    let message_text = format!("{}: nginx says `{message}`", snippet.key());
    let finding = Finding::error("breaks-controller", span, message_text)
        .nginx("nginx refuses the configuration: the controller loads no change of any Ingress, and serves nothing after a restart")
        .blocking();
    match nginx_snippet::advice(message) {
        Some(advice) => finding.help(advice),
        None => finding,
    }
}

//! Findings about a directive: at its own place in the user's file, for the annotation or ConfigMap key that holds it.
use crate::effective::Origin;
use crate::finding::{Fidelity, Finding};
use crate::plan::Context;
use nginx_snippet::Place;

/// Why something cannot be said, and what to do by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsaid {
    pub(super) why: String,
    pub(super) advice: String,
}

impl Unsaid {
    pub(super) fn new(why: impl Into<String>, advice: impl Into<String>) -> Self {
        Unsaid {
            why: why.into(),
            advice: advice.into(),
        }
    }
}

/// What is said when nothing better is known.
pub(super) const BY_HAND: &str = "let the backend do it, use a plugin of Traefik, or drop the directive";

/// Keeps the Ingress as it is.
pub(super) fn block(context: &mut Context<'_>, places: &[Place], unsaid: &Unsaid) {
    let (rule, origin, directive) = at(context, places);
    let finding = context
        .blocking(&rule, &origin, format!("`{directive}`: {}", unsaid.why))
        .help(unsaid.advice.clone());
    context.tell(finding);
}

/// Something differs for a client or a backend.
pub(super) fn warn(context: &mut Context<'_>, places: &[Place], message: &str, differences: &[&str]) {
    let (rule, origin, directive) = at(context, places);
    let finding = context.warning(&rule, &origin, format!("`{directive}`: {message}"));
    tell(context, finding, differences);
}

/// Something differs that nobody acts on.
pub(super) fn note(context: &mut Context<'_>, places: &[Place], message: &str, differences: &[&str]) {
    let (rule, origin, directive) = at(context, places);
    let finding = context
        .note(&rule, &origin, format!("`{directive}`: {message}"))
        .fidelity(Fidelity::Approximate);
    tell(context, finding, differences);
}

/// Nobody misses it.
pub(super) fn default(context: &mut Context<'_>, places: &[Place], why: &str) {
    let (rule, origin, directive) = at(context, places);
    let finding = context
        .note(&rule, &origin, format!("`{directive}` is left out: {why}"))
        .fidelity(Fidelity::Default);
    context.tell(finding);
}

fn tell(context: &mut Context<'_>, finding: Finding, differences: &[&str]) {
    let finding = differences.iter().fold(finding, |f, text| f.difference(*text));
    context.tell(finding);
}

/// The annotation or key, the place as an origin, and the directive's name.
pub(super) fn at(context: &Context<'_>, places: &[Place]) -> (String, Origin, String) {
    let effective = context.effective;
    let found = places
        .first()
        .and_then(|place| Some((*place, effective.snippet_of(*place)?)));
    let Some((place, snippet)) = found else {
        return ("configuration-snippet".into(), Origin::BuiltIn, "snippet".into());
    };
    let directive = effective.directive(place).map_or("snippet", |d| d.name.text.as_str());
    let span = snippet.span(place.span);
    (
        snippet.key().to_owned(),
        moved(&snippet.origin, span),
        directive.to_owned(),
    )
}

fn moved(origin: &Origin, to: crate::source::Span) -> Origin {
    let mut origin = origin.clone();
    if let Origin::Annotation { span, .. } | Origin::ConfigMap { span, .. } = &mut origin {
        *span = to;
    }
    origin
}

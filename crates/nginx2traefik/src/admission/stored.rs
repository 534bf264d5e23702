//! What the ban makes of objects that are there already, so that a namespace is known to be ready before it is denied anything.
use super::message;
use super::{
    Date, Done, Exemption, Found, Judged, Kind, Mode, Object, Operation, Outcome, Place, Policy, Request, User, What,
    exemption, judge,
};
use crate::finding::{Finding, ObjectRef};
use crate::model::{Ingress, IngressClass, Manifests};
use crate::rules::NameKind;
use crate::source::Span;
use std::borrow::Cow;

/// An object of the manifests, judged as if it were new.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// As people name it; the namespace of what belongs to none is empty.
    pub object: ObjectRef,
    /// Where it stands.
    pub place: Span,
    /// What would become of it.
    pub outcome: Outcome,
    /// Until when an exemption on it holds.
    pub exempt_until: Option<Date>,
    /// One for each thing that was found: errors are refused.
    pub findings: Vec<Finding>,
}

/// Judges all Ingresses and IngressClasses as if they were new and every namespace were denied: stored objects are tolerated, and
/// what would be tolerated is what is asked for here.
pub fn stored(policy: &Policy, manifests: &Manifests, today: Date) -> Vec<Stored> {
    let policy = &denying(policy);
    let ingresses = manifests.ingresses.iter().map(|ingress| {
        let object = ingress.object();
        let span = |place: &Place<'_>| ingress_span(ingress, place);
        one(
            policy,
            Object::of_ingress(ingress),
            Kind::Ingress,
            object,
            ingress.place.span,
            &span,
            today,
        )
    });
    let classes = manifests.classes.iter().map(|class| {
        let object = class_object(class);
        let span = |_: &Place<'_>| class.place.span;
        one(
            policy,
            Object::of_class(class),
            Kind::IngressClass,
            object,
            class.place.span,
            &span,
            today,
        )
    });
    ingresses.chain(classes).collect()
}

/// The same ban with the mode `deny` wherever a rule has no mode of its own.
fn denying(policy: &Policy) -> Policy {
    let mut denying = policy.clone();
    denying.mode = Mode::Deny;
    denying.namespaces.values_mut().for_each(|here| here.mode = None);
    denying
}

fn class_object(class: &IngressClass) -> ObjectRef {
    ObjectRef {
        kind: "IngressClass".into(),
        namespace: String::new(),
        name: class.name.clone(),
    }
}

fn ingress_span(ingress: &Ingress, place: &Place<'_>) -> Span {
    let written = match place {
        Place::ClassName => ingress.class_name.as_ref().map(|class| class.span),
        Place::Annotation(name) => ingress.annotation(name).map(|annotation| annotation.name.span),
        Place::NoClass | Place::Controller | Place::Field(_) => None,
    };
    written.unwrap_or(ingress.name.span)
}

fn one(
    policy: &Policy,
    read: Object<'_>,
    kind: Kind,
    object: ObjectRef,
    place: Span,
    span: &dyn Fn(&Place<'_>) -> Span,
    today: Date,
) -> Stored {
    let request = Request {
        kind,
        kind_name: object.kind.as_str().into(),
        operation: Operation::Create,
        subresource: Cow::default(),
        namespace: object.namespace.as_str().into(),
        user: User::default(),
        dry_run: true,
        // an exemption that is stored may be kept by everybody
        old: Some(read.clone()),
        object: Some(read),
    };
    let verdict = judge(policy, &request, today);
    let findings = verdict.judged.iter().map(|judged| finding(judged, &object, span));
    Stored {
        findings: findings.collect(),
        outcome: verdict.outcome,
        exempt_until: until(policy, &request, today, verdict.outcome),
        place,
        object,
    }
}

fn until(policy: &Policy, request: &Request<'_>, today: Date, outcome: Outcome) -> Option<Date> {
    let object = request.object.as_ref().filter(|_| outcome == Outcome::Exempted)?;
    let read = exemption::read(&policy.exemptions, object, request.old.as_ref(), &request.user, today);
    match read {
        Exemption::Holds { until, .. } => Some(until),
        Exemption::None | Exemption::Void(_) => None,
    }
}

fn finding(judged: &Judged<'_>, object: &ObjectRef, span: &dyn Fn(&Place<'_>) -> Span) -> Finding {
    let Found { rule, place, .. } = &judged.found;
    let message = message::line(&judged.found);
    let finding = match judged.done {
        Done::Denied => Finding::error(rule, span(place), message),
        Done::Warned | Done::Kept => Finding::warning(rule, span(place), message),
        Done::Audited | Done::Exempted => Finding::note(rule, span(place), message),
    };
    let finding = match place {
        Place::Annotation(name) => finding.annotation(*name),
        _ => finding,
    };
    finding.label(short(&judged.found)).object(object.clone())
}

/// A few words, for lists.
fn short(found: &Found<'_>) -> String {
    match (&found.place, found.what) {
        (Place::NoClass, _) => "no class".into(),
        (_, What::DefaultClass) => "the default class".into(),
        (Place::Annotation(name), What::Name(kind)) => {
            let key = name.rsplit('/').next().unwrap_or(name);
            match kind {
                NameKind::Nginx(rule) if rule.annotation.converted => key.to_owned(),
                NameKind::Nginx(_) => format!("{key} (by hand)"),
                NameKind::LegacyPrefix { .. } => (*name).to_owned(),
                _ => format!("{key} (does nothing)"),
            }
        }
        (place, _) => format!("{place}: {}", found.value),
    }
}

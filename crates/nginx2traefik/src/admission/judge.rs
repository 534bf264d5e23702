//! From a request to its verdict.
use super::date::Date;
use super::exemption::{self, Exemption};
use super::find::{Found, Place, find};
use super::message;
use super::object::Object;
use super::policy::{Exempt, Mode, Policy};
use super::review::{Operation, Request};
use super::{Done, Judged, Outcome, Verdict};
use std::collections::BTreeMap;

/// Judges a request. `today` is the day on which exemptions are read.
pub fn judge<'a>(policy: &Policy, request: &'a Request<'_>, today: Date) -> Verdict<'a> {
    if matches!(request.operation, Operation::Delete | Operation::Connect) {
        return clean();
    }
    let Some(object) = &request.object else {
        return Verdict::malformed("the request has no object");
    };
    if let Some(who) = exempt(policy, request) {
        return Verdict {
            outcome: Outcome::Exempt,
            audit: BTreeMap::from([("exempt", who)]),
            ..clean()
        };
    }
    let found = find(policy, request.kind, object);
    if found.is_empty() {
        return clean();
    }
    let mut judged = compare(policy, request, found);
    let mut denied: Vec<&mut Judged<'_>> = judged.iter_mut().filter(|j| j.done == Done::Denied).collect();
    let exemption = match denied.is_empty() {
        true => Exemption::None,
        false => exemption::read(&policy.exemptions, object, request.old.as_ref(), &request.user, today),
    };
    if matches!(exemption, Exemption::Holds { .. }) {
        denied.iter_mut().for_each(|judged| judged.done = Done::Exempted);
    }
    verdict(request, judged, &exemption)
}

fn clean() -> Verdict<'static> {
    Verdict {
        outcome: Outcome::Clean,
        message: String::new(),
        warnings: Vec::new(),
        audit: BTreeMap::new(),
        judged: Vec::new(),
    }
}

/// Who or what is not judged at all.
fn exempt(policy: &Policy, request: &Request<'_>) -> Option<String> {
    let Exempt {
        namespaces,
        users,
        groups,
    } = &policy.exempt;
    let user = &request.user;
    // what belongs to no namespace is in none of the exempt ones
    if !request.namespace.is_empty() && Exempt::has(namespaces, &request.namespace) {
        return Some(format!("namespace {}", request.namespace));
    }
    if Exempt::has(users, &user.name) {
        return Some(format!("user {}", user.name));
    }
    let group = user.groups.iter().find(|group| Exempt::has(groups, group))?;
    Some(format!("group {group}"))
}

/// The ratchet: what stands in the stored object at the same place with the same value was there before.
fn compare<'a>(policy: &Policy, request: &'a Request<'_>, found: Vec<Found<'a>>) -> Vec<Judged<'a>> {
    let old = request.old.as_ref().filter(|_| request.operation == Operation::Update);
    let before = old.map(|old| find(policy, request.kind, old)).unwrap_or_default();
    let before: BTreeMap<(&'static str, &Place<'_>), &str> = before
        .iter()
        .map(|found| ((found.rule, &found.place), found.value))
        .collect();
    let one = |found: Found<'a>| {
        let kept = before.get(&(found.rule, &found.place)) == Some(&found.value);
        let done = match policy.mode(found.rule, found.feature, &request.namespace) {
            Mode::Audit => Done::Audited,
            Mode::Warn | Mode::Deny if kept => Done::Kept,
            Mode::Warn => Done::Warned,
            Mode::Deny => Done::Denied,
        };
        Judged { found, done }
    };
    found.into_iter().map(one).collect()
}

fn verdict<'a>(request: &Request<'_>, judged: Vec<Judged<'a>>, exemption: &Exemption<'_>) -> Verdict<'a> {
    let of = |wanted: &[Done]| -> Vec<&Judged<'a>> { judged.iter().filter(|j| wanted.contains(&j.done)).collect() };
    let mut audit: BTreeMap<&'static str, String> = BTreeMap::new();
    for done in Done::ALL {
        let rules = of(&[done]);
        if !rules.is_empty() {
            audit.insert(done.word(), message::rules(&rules));
        }
    }
    let denied = of(&[Done::Denied]);
    let outcome = match judged.iter().map(|j| j.done).max() {
        Some(Done::Denied) => Outcome::Denied,
        Some(Done::Exempted) => Outcome::Exempted,
        Some(Done::Warned | Done::Kept) => Outcome::Warned,
        _ => Outcome::Audited,
    };
    let message = match outcome {
        Outcome::Denied => message::refusal(request, &denied, exemption),
        _ => String::new(),
    };
    let warnings = match quiet(request) {
        true => Vec::new(),
        false => message::warnings(&of(&[Done::Kept, Done::Warned]), exemption),
    };
    Verdict {
        outcome,
        message,
        warnings,
        audit,
        judged,
    }
}

/// Programs that write a status or take a finalizer away read no warnings, and they do so all day long.
fn quiet(request: &Request<'_>) -> bool {
    !request.subresource.is_empty()
        || request
            .object
            .as_ref()
            .is_some_and(|object: &Object<'_>| object.deleting)
}

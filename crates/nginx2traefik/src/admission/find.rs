//! What in an object means ingress-nginx.
use super::object::{DEFAULT_CLASS, Kind, Named, Object};
use super::policy::{Mode, Policy};
use crate::rules::{DEFAULT_PREFIX, NameKind, registry};
use std::fmt;

/// The deprecated annotation that names a class.
const CLASS: &str = "kubernetes.io/ingress.class";
/// cert-manager makes Ingresses of this class for its HTTP-01 challenges.
pub(crate) const SOLVER_CLASSES: &[&str] = &[
    "acme.cert-manager.io/http01-ingress-class",
    "acme.cert-manager.io/http01-ingress-ingressclassname",
];

/// Rules that are no annotation.
pub(super) const OWN_RULES: &[&str] = &[
    "class",
    "default-class",
    "ingress-class",
    "legacy",
    "legacy-prefix",
    "names-class",
    "never-existed",
    "unknown-annotation",
];

/// The hardest mode of a rule that nobody set a mode for: other controllers read `ingress.kubernetes.io/`, too.
pub(super) fn at_most(rule: &str) -> Option<Mode> {
    (rule == "legacy-prefix").then_some(Mode::Warn)
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place<'a> {
    /// spec.ingressClassName
    ClassName,
    /// Nowhere: no class is named.
    NoClass,
    /// An annotation.
    Annotation(&'a str),
    /// spec.controller
    Controller,
    /// In an object of another kind.
    Field(&'a str),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::ClassName | Place::NoClass => f.write_str("spec.ingressClassName"),
            Place::Annotation(name) => f.write_str(name),
            Place::Controller => f.write_str("spec.controller"),
            Place::Field(path) => f.write_str(path),
        }
    }
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A class of ingress-nginx.
    Class,
    /// Nearly the name of such a class: in other letters, or with spaces.
    LooksLikeClass,
    /// A class that is not among those that may be named.
    OtherClass,
    /// No class, and ingress-nginx serves such an Ingress.
    NoClass,
    /// The IngressClass is ingress-nginx's.
    Controller,
    /// The IngressClass of ingress-nginx is the cluster's default.
    DefaultClass,
    /// A name under the prefix of ingress-nginx, or one that looks so.
    Name(NameKind),
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'a> {
    /// The annotation without its prefix, or one of the rules that are none.
    pub rule: &'static str,
    /// The rule file that explains it.
    pub feature: &'static str,
    /// Where it stands.
    pub place: Place<'a>,
    /// What is written there.
    pub value: &'a str,
    /// What it is.
    pub what: What,
}

impl<'a> Found<'a> {
    fn class(place: Place<'a>, value: &'a str, what: What) -> Self {
        let rule = match (&what, &place) {
            (What::Controller, _) => "ingress-class",
            (What::DefaultClass, _) => "default-class",
            (_, Place::Field(_)) => "names-class",
            (_, Place::Annotation(name)) if SOLVER_CLASSES.contains(name) => "names-class",
            _ => "class",
        };
        let feature = "class";
        Found {
            rule,
            feature,
            place,
            value,
            what,
        }
    }
}

/// Everything in an object that the policy speaks of, in the order of the object.
pub fn find<'a>(policy: &Policy, kind: Kind, object: &'a Object<'_>) -> Vec<Found<'a>> {
    match kind {
        Kind::Ingress => ingress(policy, object),
        Kind::IngressClass => ingress_class(policy, object),
        Kind::Other => {
            let one = |named: &'a Named<'_>| {
                let what = means(policy, &named.class)?;
                Some(Found::class(Place::Field(&named.path), &named.class, what))
            };
            object.names.iter().filter_map(one).collect()
        }
    }
}

fn ingress<'a>(policy: &Policy, object: &'a Object<'_>) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    if let Some(name) = &object.class_name {
        let what = class(policy, name);
        found.extend(what.map(|what| Found::class(Place::ClassName, name, what)));
    }
    let mut named = object.class_name.as_ref().is_some_and(|name| !name.is_empty());
    for (name, value) in &object.annotations {
        if name.eq_ignore_ascii_case(CLASS) {
            // an empty one names no class
            named |= !value.is_empty();
            let what = if value.is_empty() { None } else { class(policy, value) };
            found.extend(what.map(|what| Found::class(Place::Annotation(name), value, what)));
        } else if SOLVER_CLASSES.contains(&name.as_ref()) {
            let what = means(policy, value);
            found.extend(what.map(|what| Found::class(Place::Annotation(name), value, what)));
        } else {
            found.extend(annotation(policy, name, value));
        }
    }
    if !named && policy.nginx.watch_ingress_without_class {
        found.insert(0, Found::class(Place::NoClass, "", What::NoClass));
    }
    found
}

/// The class that an Ingress names: one of ingress-nginx, or not one of the few that may be named.
fn class(policy: &Policy, name: &str) -> Option<What> {
    let other = !policy.only_classes.is_empty() && !policy.only_classes.contains(name);
    means(policy, name).or_else(|| other.then_some(What::OtherClass))
}

/// No IngressClass can have a name with other than small letters, digits, `-` and `.`: whoever writes one that differs in these things
/// only believes in it, or tries whether somebody looks.
fn means(policy: &Policy, name: &str) -> Option<What> {
    let classes = &policy.nginx.classes;
    if classes.contains(name) {
        return Some(What::Class);
    }
    let looks_like = !name.is_ascii() || {
        let folded = name.trim().to_ascii_lowercase();
        folded != name && classes.contains(&folded)
    };
    looks_like.then_some(What::LooksLikeClass)
}

fn ingress_class<'a>(policy: &Policy, object: &'a Object<'_>) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    let Some(controller) = &object.controller else {
        return found;
    };
    let controllers = &policy.nginx.controllers;
    let folded = controller.trim();
    if !controllers.iter().any(|known| known.eq_ignore_ascii_case(folded)) {
        return found;
    }
    found.push(Found::class(Place::Controller, controller, What::Controller));
    for (name, value) in &object.annotations {
        if name == DEFAULT_CLASS && value == "true" {
            found.push(Found::class(Place::Annotation(name), value, What::DefaultClass));
        }
    }
    found
}

/// `prefix/` in any case: the API server takes capitals in a prefix, and nobody reads them.
fn under(name: &str, prefix: &str) -> bool {
    let start = name.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
        && name.as_bytes().get(prefix.len()) == Some(&b'/')
}

fn annotation<'a>(policy: &Policy, name: &'a str, value: &'a str) -> Option<Found<'a>> {
    let own = policy.nginx.annotations_prefix.as_str();
    let usual = under(name, DEFAULT_PREFIX);
    let kind = registry().classify(name, if usual { DEFAULT_PREFIX } else { own });
    let (rule, feature) = match kind {
        NameKind::Nginx(rule) => (rule.annotation.name.as_str(), rule.rule.feature.as_str()),
        NameKind::NeverExisted(_) => ("never-existed", "never-existed"),
        NameKind::Removed(_) => ("legacy", "legacy"),
        NameKind::UnknownNginx => ("unknown-annotation", "never-existed"),
        NameKind::LegacyPrefix { rule: Some(_) } => ("legacy-prefix", "legacy"),
        NameKind::LegacyPrefix { rule: None }
        | NameKind::Foreign(_)
        | NameKind::F5Nginx(_)
        | NameKind::TraefikOwn(_)
        | NameKind::ClassSelector(_)
        | NameKind::Other => {
            if !usual && !under(name, own) {
                return None;
            }
            ("unknown-annotation", "never-existed")
        }
    };
    Some(Found {
        rule,
        feature,
        place: Place::Annotation(name),
        value,
        what: What::Name(kind),
    })
}

//! Reads the annotations of one Ingress as ingress-nginx does.
//!
//! ingress-nginx (`parser/main.go`, `parser/validators.go`): a value is taken from the name, or, where that is absent or empty, from an
//! alias; a value that is not empty has to pass the annotation's check; what a failure means is decided by each group of annotations.
use super::check::{parse_bool, parse_int};
use super::keys::{self, KEYS, Key, Risk};
use super::{Controller, Effect, Origin, Problem, Setting};
use crate::model::{Annotation, Ingress, IngressId, Manifests};
use crate::source::Span;
use std::cell::RefCell;

/// Why an annotation has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unset {
    /// It is not written.
    Missing,
    /// It is written, but nothing can be made of it: empty, or (with validation off) not a boolean, not a number.
    Content(Written),
    /// Its check refuses it.
    Refused(Written),
}

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The name it stands under, without the prefix.
    pub key: String,
    /// As written.
    pub value: String,
    /// The value's place.
    pub span: Span,
    /// Why it cannot be used.
    pub reason: String,
}

impl Unset {
    /// It is not written.
    pub fn is_missing(&self) -> bool {
        matches!(self, Unset::Missing)
    }

    /// Its check refuses it: a ValidationError.
    pub fn is_refused(&self) -> bool {
        matches!(self, Unset::Refused(_))
    }

    /// What is written, if anything is.
    pub fn written(&self) -> Option<&Written> {
        match self {
            Unset::Missing => None,
            Unset::Content(w) | Unset::Refused(w) => Some(w),
        }
    }
}

/// An annotation's value, or why there is none.
pub type Value<T> = Result<Setting<T>, Unset>;

/// One Ingress, its controller, and all the objects that it may refer to.
pub struct Reader<'a> {
    /// Which Ingress.
    pub id: IngressId,
    /// The Ingress.
    pub ingress: &'a Ingress,
    /// The controller.
    pub controller: &'a Controller,
    /// Services, Secrets and ConfigMaps.
    pub manifests: &'a Manifests,
    /// The keys that its annotations stand for: most of the hundred and more are not written, and each is asked for.
    written: Vec<&'static Key>,
    problems: RefCell<Vec<Problem>>,
    denied: RefCell<Option<Setting<String>>>,
}

/// The annotation's name without the controller's prefix.
fn short<'a>(controller: &Controller, annotation: &'a Annotation) -> Option<&'a str> {
    let full = annotation.name.value.as_str();
    full.strip_prefix(controller.annotations_prefix.as_str())?
        .strip_prefix('/')
}

impl<'a> Reader<'a> {
    /// A reader of the Ingress with this id.
    pub fn new(manifests: &'a Manifests, id: IngressId, controller: &'a Controller) -> Self {
        let ingress = manifests.ingress(id);
        let names = ingress.annotations.iter().filter_map(|a| short(controller, a));
        Reader {
            id,
            ingress,
            controller,
            manifests,
            written: names.filter_map(keys::find).collect(),
            problems: RefCell::default(),
            denied: RefCell::default(),
        }
    }

    /// The annotation of this short name, whatever its value.
    pub fn annotation(&self, name: &str) -> Option<&'a Annotation> {
        let mut all = self.ingress.annotations.iter().rev();
        all.find(|a| short(self.controller, a) == Some(name))
    }

    /// The origin that an annotation's value has.
    pub fn origin(&self, key: &str, annotation: &Annotation) -> Origin {
        Origin::Annotation {
            ingress: self.id,
            key: key.into(),
            span: annotation.value.span,
            name: annotation.name.span,
        }
    }

    /// The text that stands for `key`: its own or an alias's; checked.
    fn checked(&self, key: &'static str) -> Result<(&'static str, &'a Annotation), Unset> {
        let mut present = self.written.iter();
        let Some(known) = present.find(|k| k.name == key || k.aliases.contains(&key)) else {
            return Err(Unset::Missing);
        };
        let names = std::iter::once(known.name).chain(known.aliases.iter().copied());
        let mut candidates = names.filter_map(|n| Some((n, self.annotation(n)?)));
        let own = candidates.next();
        let filled = own
            .iter()
            .copied()
            .chain(candidates)
            .find(|(_, a)| !a.value.value.is_empty());
        let Some((name, annotation)) = filled.or(own.filter(|(n, _)| *n == known.name)) else {
            return Err(Unset::Missing);
        };
        if annotation.value.value.is_empty() || !self.controller.annotation_validation {
            return Ok((name, annotation));
        }
        match known.check.refusal(&annotation.value.value) {
            Some(reason) => Err(Unset::Refused(written(name, annotation, &reason))),
            None => Ok((name, annotation)),
        }
    }

    fn parsed<T>(&self, key: &'static str, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Value<T> {
        let (name, annotation) = self.checked(key)?;
        match parse(&annotation.value.value) {
            Some(value) => Ok(Setting {
                value,
                origin: self.origin(name, annotation),
            }),
            None => Err(Unset::Content(written(name, annotation, wanted))),
        }
    }

    /// A text; each line is trimmed, as ingress-nginx does. Empty is [`Unset::Content`].
    pub fn string(&self, key: &'static str) -> Value<String> {
        self.parsed(key, "empty", |v| Some(normalized(v)).filter(|v| !v.is_empty()))
    }

    /// A boolean as Go's `ParseBool` reads it.
    pub fn bool(&self, key: &'static str) -> Value<bool> {
        self.parsed(key, "not a boolean", parse_bool)
    }

    /// A whole number.
    pub fn int(&self, key: &'static str) -> Value<i64> {
        self.parsed(key, "not a whole number", parse_int)
    }

    /// The value, or the default; a value that is written and cannot be used is a [`Problem`] with [`Effect::Ignored`].
    pub fn or<T>(&self, value: Value<T>, default: Setting<T>) -> Setting<T> {
        self.optional(value).unwrap_or(default)
    }

    /// The value if there is one; a value that is written and cannot be used is a [`Problem`] with [`Effect::Ignored`].
    /// (Empty is no problem: it is the usual way to unset.)
    pub fn optional<T>(&self, value: Value<T>) -> Option<Setting<T>> {
        match value {
            Ok(setting) => Some(setting),
            Err(unset) => {
                if let Some(written) = unset.written().filter(|w| !w.value.is_empty()) {
                    self.report(written, Effect::Ignored);
                }
                None
            }
        }
    }

    /// The value if there is one; one that its check refuses leaves the whole Ingress unserved.
    pub fn or_refuse<T>(&self, value: Value<T>) -> Option<Setting<T>> {
        match value {
            Err(Unset::Refused(written)) => {
                self.report(&written, Effect::Refused);
                None
            }
            other => self.optional(other),
        }
    }

    /// Records what an unusable value does.
    pub fn report(&self, written: &Written, effect: Effect) {
        self.record(Problem {
            key: written.key.clone(),
            span: written.span,
            effect,
            reason: written.reason.clone(),
        });
    }

    /// Records what the value of `key` does (nothing is recorded where it is not written).
    pub fn problem(&self, key: &str, effect: Effect, reason: impl Into<String>) {
        if let Some(annotation) = self.annotation(key) {
            self.record(Problem {
                key: key.into(),
                span: annotation.value.span,
                effect,
                reason: reason.into(),
            });
        }
    }

    /// Records what a piece of the value of `key` does.
    pub fn problem_at(&self, key: &str, span: Span, effect: Effect, reason: impl Into<String>) {
        self.record(Problem {
            key: key.into(),
            span,
            effect,
            reason: reason.into(),
        });
    }

    /// Records what a value of the ConfigMap does to this Ingress.
    pub fn config_problem(&self, key: &str, effect: Effect, reason: impl Into<String>) {
        if let Some((_, span)) = self.controller.config.get(key) {
            self.record(Problem {
                key: key.into(),
                span: *span,
                effect,
                reason: reason.into(),
            });
        }
    }

    /// These annotations do nothing without another one: each that is written is a [`Problem`] with [`Effect::Inert`].
    pub fn inert(&self, keys: &[&str], reason: &str) {
        for key in keys {
            let told = self.problems.borrow().iter().any(|p| p.key == *key);
            if !told && self.annotation(key).is_some_and(|a| !a.value.value.is_empty()) {
                self.problem(key, Effect::Inert, reason);
            }
        }
    }

    fn record(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// The location answers 503 because of this setting (ingress-nginx: LocationDenied). The first reason stays.
    pub fn deny<T>(&self, because: &Setting<T>, reason: impl Into<String>) {
        let reason = reason.into();
        if let Origin::Annotation { key, span, .. } = &because.origin {
            self.record(Problem {
                key: key.clone(),
                span: *span,
                effect: Effect::Closed,
                reason: reason.clone(),
            });
        }
        let mut denied = self.denied.borrow_mut();
        if denied.is_none() {
            *denied = Some(Setting {
                value: reason,
                origin: because.origin.clone(),
            });
        }
    }

    /// The same for a value that cannot be used.
    pub fn deny_written(&self, written: &Written) {
        let Some(annotation) = self.annotation(&written.key) else {
            return;
        };
        let because = Setting {
            value: (),
            origin: self.origin(&written.key, annotation),
        };
        self.deny(&because, written.reason.clone());
    }

    /// A text of the ConfigMap; empty counts as written.
    pub fn config(&self, key: &str) -> Option<Setting<String>> {
        self.controller.get(key).map(|s| s.map(str::to_owned))
    }

    /// A boolean of the ConfigMap, or its built-in default (also where it is no boolean).
    pub fn config_bool(&self, key: &str, default: bool) -> Setting<bool> {
        self.controller.bool(key, default)
    }

    /// A whole number of the ConfigMap, or its built-in default (also where it is no number).
    pub fn config_int(&self, key: &str, default: i64) -> Setting<i64> {
        self.controller.int(key, default)
    }

    /// `name` or `namespace/name`, with the Ingress's namespace where none is written. None where it has more than one `/`.
    pub fn object_name(&self, value: &str) -> Option<(String, String)> {
        match value.split('/').collect::<Vec<_>>()[..] {
            [name] => Some((self.ingress.namespace.clone(), name.into())),
            [namespace, name] => Some((namespace.into(), name.into())),
            _ => None,
        }
    }

    /// Objects of other namespaces may be named (ConfigMap `allow-cross-namespace-resources`; off by default).
    pub fn may_name(&self, namespace: &str) -> bool {
        namespace == self.ingress.namespace || self.config_bool("allow-cross-namespace-resources", false).value
    }

    /// Annotations above `annotations-risk-level` (High by default): each leaves the whole Ingress unserved, even an empty one.
    pub fn check_risk(&self) {
        let level = self.controller.risk_level().value;
        let allowed = Risk::from_level(&level);
        for known in KEYS.iter().filter(|k| k.risk > allowed) {
            for name in std::iter::once(&known.name).chain(known.aliases) {
                let reason = format!("its risk, {:?}, is above annotations-risk-level {level}", known.risk);
                self.problem(name, Effect::Refused, reason);
            }
        }
    }

    /// What was found wrong, and whether the location is closed.
    pub fn finish(self) -> (Vec<Problem>, Option<Setting<String>>) {
        let denied = self.denied.into_inner();
        let mut problems = self.problems.into_inner();
        // a closed location is written without its settings: only what the server has can still break nginx
        problems.retain(|p| p.effect != Effect::Breaks || denied.is_none() || OF_SERVER.contains(&p.key.as_str()));
        problems.sort_by(|a, b| (a.span, &a.key, a.effect).cmp(&(b.span, &b.key, b.effect)));
        (problems, denied)
    }
}

/// Annotations that are written outside of the location.
const OF_SERVER: [&str; 5] = [
    "app-root",
    "server-alias",
    "server-snippet",
    "ssl-ciphers",
    "stream-snippet",
];

fn written(key: &str, annotation: &Annotation, reason: &str) -> Written {
    Written {
        key: key.into(),
        value: annotation.value.value.clone(),
        span: annotation.value.span,
        reason: reason.into(),
    }
}

/// Each line trimmed (`normalizeString`).
fn normalized(value: &str) -> String {
    value.split('\n').map(str::trim).collect::<Vec<_>>().join("\n")
}

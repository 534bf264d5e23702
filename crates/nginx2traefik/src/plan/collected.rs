//! What features say while they plan: findings, whole objects, requirements. Each thing is kept once.
use super::names::Names;
use super::{Planned, Requirement};
use crate::finding::{Finding, ObjectRef};
use crate::model::{IngressId, Manifests};
use crate::source::Span;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was said so far.
#[derive(Debug, Default)]
pub struct Collected {
    /// Each once; a finding belongs to the Ingress that it was told for.
    pub(crate) findings: Vec<(Option<IngressId>, Finding)>,
    pub(crate) objects: Vec<Planned>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) notes: BTreeSet<String>,
    said: BTreeMap<Said, usize>,
    known: BTreeMap<String, usize>,
    names: Names,
    blocked: BTreeSet<IngressId>,
}

/// What makes two findings the same one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    at: Span,
    rule: String,
    object: Option<ObjectRef>,
    message: String,
}

/// A new object without its name.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'a> {
    pub(crate) api_version: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) namespace: &'a str,
    /// What the name is made of: `shop-basic-auth`.
    pub(crate) wanted: &'a str,
    /// Beside name and namespace: labels, annotations.
    pub(crate) metadata: Map<String, Value>,
    /// `spec`, or the fields themselves where the kind has none.
    pub(crate) body: Map<String, Value>,
}

impl Collected {
    /// Nothing said, and the names of the inputs are taken.
    pub(crate) fn new(manifests: &Manifests) -> Self {
        Collected {
            names: Names::of_inputs(manifests),
            ..Collected::default()
        }
    }

    pub(crate) fn tell(&mut self, ingress: Option<IngressId>, finding: Finding) {
        let said = Said {
            at: finding.primary.span,
            rule: finding.rule.clone(),
            object: finding.object.clone(),
            message: finding.message.clone(),
        };
        match self.said.get(&said).copied() {
            Some(at) => merge(&mut self.findings[at].1, finding),
            None => {
                self.said.insert(said, self.findings.len());
                self.findings.push((ingress, finding));
            }
        }
    }

    /// Ingresses that must stay as they are.
    pub(crate) fn blocked(&self) -> BTreeSet<IngressId> {
        let blocking = self.findings.iter().filter(|(_, f)| f.blocks);
        let told = blocking.filter_map(|(ingress, _)| *ingress);
        told.chain(self.blocked.iter().copied()).collect()
    }

    /// Keeps an Ingress as it is because of a finding about another one.
    pub(crate) fn block(&mut self, ingress: IngressId) {
        self.blocked.insert(ingress);
    }

    pub(crate) fn require(&mut self, from: &[IngressId], key: &str, value: Value, reason: &str) {
        match self.requirements.iter_mut().find(|r| r.key == key && r.value == value) {
            Some(known) => add(&mut known.from, from),
            None => {
                let mut requirement = Requirement {
                    key: key.into(),
                    value,
                    reason: reason.into(),
                    from: Vec::new(),
                };
                add(&mut requirement.from, from);
                self.requirements.push(requirement);
            }
        }
    }

    /// The name of this object; made if there is no equal one yet.
    pub(crate) fn object(&mut self, from: &[IngressId], draft: Draft<'_>, comment: &str) -> String {
        let key = format!(
            "{}/{}/{}",
            draft.kind,
            draft.namespace,
            Value::Object(draft.body.clone())
        );
        if let Some(known) = self.known.get(&key).copied() {
            add(&mut self.objects[known].from, from);
            return self.objects[known].name.name.clone();
        }
        let name = self.names.take(draft.kind, draft.namespace, draft.wanted);
        let mut metadata = Map::from_iter([
            ("name".into(), json!(name)),
            ("namespace".into(), json!(draft.namespace)),
        ]);
        metadata.extend(draft.metadata);
        let mut object = Map::from_iter([
            ("apiVersion".into(), json!(draft.api_version)),
            ("kind".into(), json!(draft.kind)),
            ("metadata".into(), Value::Object(metadata)),
        ]);
        object.extend(draft.body);
        self.known.insert(key, self.objects.len());
        self.objects.push(Planned {
            object: Value::Object(object),
            name: ObjectRef {
                kind: draft.kind.into(),
                namespace: draft.namespace.into(),
                name: name.clone(),
            },
            from: sorted(from),
            comment: comment.into(),
            shared: false,
        });
        name
    }

    /// An object that belongs to no Ingress more than to another: it has this very name, and stands in a file of its own.
    pub(crate) fn shared(&mut self, from: &[IngressId], draft: Draft<'_>) {
        let mut metadata = Map::from_iter([("name".to_owned(), json!(draft.wanted))]);
        if !draft.namespace.is_empty() {
            metadata.insert("namespace".into(), json!(draft.namespace));
        }
        metadata.extend(draft.metadata);
        let mut object = Map::from_iter([
            ("apiVersion".to_owned(), json!(draft.api_version)),
            ("kind".to_owned(), json!(draft.kind)),
            ("metadata".to_owned(), Value::Object(metadata)),
        ]);
        object.extend(draft.body);
        self.objects.push(Planned {
            object: Value::Object(object),
            name: ObjectRef {
                kind: draft.kind.into(),
                namespace: draft.namespace.into(),
                name: draft.wanted.into(),
            },
            from: sorted(from),
            comment: String::new(),
            shared: true,
        });
    }
}

fn add(to: &mut Vec<IngressId>, from: &[IngressId]) {
    for id in from {
        if let Err(at) = to.binary_search(id) {
            to.insert(at, *id);
        }
    }
}

fn sorted(from: &[IngressId]) -> Vec<IngressId> {
    let mut all = Vec::new();
    add(&mut all, from);
    all
}

/// The same thing told twice: the graver of both, with all differences.
fn merge(known: &mut Finding, again: Finding) {
    known.severity = known.severity.max(again.severity);
    known.fidelity = known.fidelity.max(again.fidelity);
    known.blocks |= again.blocks;
    for difference in again.differences {
        if !known.differences.contains(&difference) {
            known.differences.push(difference);
        }
    }
}

//! Findings and plan, put in order for people and machines: what became of each object, and everything that is to be said.
mod assumed;
pub mod json;
mod summary;

pub use assumed::assumed;
pub use summary::Summary;

use crate::finding::{self, Finding, ObjectRef, Outcome};
use crate::hidden::Hidden;
use crate::model::{Ingress, IngressId, Manifests};
use crate::plan::{Plan, Requirement};
use crate::source::{Sources, Span};
use std::collections::BTreeMap;

/// What became of one object, and what is to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectReport {
    /// As people name it.
    pub object: ObjectRef,
    /// Where it stands.
    pub span: Span,
    /// None: it is not ours to change (of another class, or of none).
    pub outcome: Option<Outcome>,
    /// By place, then rule.
    pub findings: Vec<Finding>,
}

/// Everything that one run has to say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// In input order.
    pub objects: Vec<ObjectReport>,
    /// What belongs to no object: statements about files and installations. By place, then rule.
    pub findings: Vec<Finding>,
    /// What holds for every object; said once.
    pub notes: Vec<String>,
    /// Static settings that the result needs.
    pub requirements: Vec<Requirement>,
}

impl Report {
    /// Puts a migration's findings to their objects. `more` are the findings of the other stages.
    pub fn of_migration(manifests: &Manifests, plan: &Plan, more: impl IntoIterator<Item = Finding>) -> Self {
        let (mut objects, findings) = by_object(manifests, plan.findings.iter().cloned().chain(more));
        for planned in &plan.ingresses {
            let object = objects
                .entry(planned.id)
                .or_insert_with(|| ObjectReport::new(manifests.ingress(planned.id)));
            let blocked = object.findings.iter().any(|f| f.blocks);
            object.outcome = Some(if blocked { Outcome::Blocked } else { planned.outcome });
        }
        Report {
            objects: objects.into_values().collect(),
            findings,
            notes: plan.notes.clone(),
            requirements: plan.requirements.clone(),
        }
    }

    /// Puts findings to their objects; no object has an outcome.
    pub fn of_findings(manifests: &Manifests, findings: impl IntoIterator<Item = Finding>) -> Self {
        let (objects, findings) = by_object(manifests, findings);
        Report {
            objects: objects.into_values().collect(),
            findings,
            ..Report::default()
        }
    }

    /// Takes what is not to be shown out of everything that is said.
    #[must_use]
    pub fn hiding(mut self, hidden: &Hidden) -> Self {
        let of_objects = self.objects.iter_mut().flat_map(|o| &mut o.findings);
        of_objects.chain(&mut self.findings).for_each(|f| f.hide(hidden));
        for note in &mut self.notes {
            *note = hidden.shown(note).into_owned();
        }
        self
    }

    /// Every finding, those of objects and the others, by place.
    pub fn all(&self) -> Vec<&Finding> {
        let mut all: Vec<&Finding> = self
            .objects
            .iter()
            .flat_map(|o| &o.findings)
            .chain(&self.findings)
            .collect();
        all.sort_by(|a, b| (a.primary.span, &a.rule, &a.message).cmp(&(b.primary.span, &b.rule, &b.message)));
        all
    }

    /// Counts.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }
}

impl ObjectReport {
    fn new(ingress: &Ingress) -> Self {
        ObjectReport {
            object: ingress.object(),
            span: ingress.place.span,
            outcome: None,
            findings: Vec::new(),
        }
    }
}

/// Findings by the Ingress that they belong to, and those that belong to none; both in order, equal ones once.
fn by_object(
    manifests: &Manifests,
    findings: impl IntoIterator<Item = Finding>,
) -> (BTreeMap<IngressId, ObjectReport>, Vec<Finding>) {
    let mut findings: Vec<Finding> = findings.into_iter().collect();
    finding::sort(&mut findings);
    findings.dedup();
    let mut named: BTreeMap<(String, &str, &str), Vec<IngressId>> = BTreeMap::new();
    for (at, ingress) in manifests.ingresses.iter().enumerate() {
        let key = (
            ingress.object().kind,
            ingress.namespace.as_str(),
            ingress.name.value.as_str(),
        );
        named.entry(key).or_default().push(IngressId(at));
    }
    let (mut objects, mut others) = (BTreeMap::new(), Vec::new());
    for finding in findings {
        let owner = finding.object.as_ref().and_then(|object| {
            let same = named.get(&(object.kind.clone(), object.namespace.as_str(), object.name.as_str()))?;
            same.iter()
                .copied()
                .find(|id| holds(manifests.ingress(*id), &finding))
                .or(same.first().copied())
        });
        match owner {
            Some(id) => {
                let object = objects
                    .entry(id)
                    .or_insert_with(|| ObjectReport::new(manifests.ingress(id)));
                object.findings.push(finding);
            }
            None => others.push(finding),
        }
    }
    (objects, others)
}

/// Of several objects of one name it is the one that the place is in.
fn holds(ingress: &Ingress, finding: &Finding) -> bool {
    let (place, span) = (ingress.place.span, finding.primary.span);
    place.source == span.source && place.start <= span.start && span.end <= place.end
}

/// The path that the user knows a place's text by.
pub(crate) fn file<'a>(sources: &'a Sources, span: &Span) -> &'a str {
    &sources.get(span.source).path
}

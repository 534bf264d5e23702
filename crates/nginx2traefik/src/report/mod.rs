//! Findings and plan, put in order for people and machines: what became of each object, and everything that is to be said.
pub mod json;
mod summary;

pub use summary::Summary;

use crate::finding::{self, Finding, ObjectRef, Outcome};
use crate::model::{Ingress, Manifests};
use crate::plan::{Plan, Requirement};
use crate::source::{Sources, Span};

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
        let mut report = Report {
            notes: plan.notes.clone(),
            requirements: plan.requirements.clone(),
            ..Report::of_findings(manifests, plan.findings.iter().cloned().chain(more))
        };
        for planned in &plan.ingresses {
            let at = report.object(manifests.ingress(planned.id));
            let object = &mut report.objects[at];
            let blocked = object.findings.iter().any(|f| f.blocks);
            object.outcome = Some(if blocked { Outcome::Blocked } else { planned.outcome });
        }
        report.objects.sort_by_key(|o| o.span);
        report
    }

    /// Puts findings to their objects; no object has an outcome.
    pub fn of_findings(manifests: &Manifests, findings: impl IntoIterator<Item = Finding>) -> Self {
        let mut report = Report::default();
        let mut findings: Vec<Finding> = findings.into_iter().collect();
        finding::sort(&mut findings);
        findings.dedup();
        for finding in findings {
            match owner(manifests, &finding) {
                Some(ingress) => {
                    let at = report.object(ingress);
                    report.objects[at].findings.push(finding);
                }
                None => report.findings.push(finding),
            }
        }
        report.objects.sort_by_key(|o| o.span);
        report
    }

    fn object(&mut self, ingress: &Ingress) -> usize {
        let known = self.objects.iter().position(|o| o.span == ingress.place.span);
        known.unwrap_or_else(|| {
            self.objects.push(ObjectReport {
                object: ingress.object(),
                span: ingress.place.span,
                outcome: None,
                findings: Vec::new(),
            });
            self.objects.len() - 1
        })
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

/// The Ingress that a finding belongs to: of those of its name the one that holds its place, else the first.
fn owner<'a>(manifests: &'a Manifests, finding: &Finding) -> Option<&'a Ingress> {
    let object = finding.object.as_ref()?;
    let holds = |i: &Ingress| {
        let (place, span) = (i.place.span, finding.primary.span);
        place.source == span.source && place.start <= span.start && span.end <= place.end
    };
    let mut same = manifests
        .ingresses
        .iter()
        .filter(|i| object.kind == "Ingress" && object.namespace == i.namespace && object.name == i.name.value);
    let first = same.clone().next();
    same.find(|i| holds(i)).or(first)
}

/// The path that the user knows a place's text by.
pub(crate) fn file<'a>(sources: &'a Sources, span: &Span) -> &'a str {
    &sources.get(span.source).path
}

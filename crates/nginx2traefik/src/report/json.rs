//! The report as JSON, schema `nginx2traefik.report/v1`. Fields are only ever added.
use super::{ObjectReport, Report, Summary, file};
use crate::finding::{Fidelity, Finding, Label, Outcome, Severity};
use crate::plan::Requirement;
use crate::source::{Sources, Span};
use serde::Serialize;
use serde_json::Value;

/// Name of the form.
pub const SCHEMA: &str = "nginx2traefik.report/v1";

/// What the report is about, beside its findings.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// `ingress` or `gateway`; none for a lint report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<&'static str>,
    /// Version of Traefik: `3.7`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traefik: Option<&'static str>,
    /// `--exact` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<bool>,
}

/// The report as text with a final newline.
pub fn render(sources: &Sources, report: &Report, about: About) -> Result<String, serde_json::Error> {
    let document = Document {
        schema: SCHEMA,
        about,
        summary: report.summary(),
        notes: &report.notes,
        objects: report.objects.iter().map(|o| ObjectJson::new(sources, o)).collect(),
        findings: report
            .findings
            .iter()
            .map(|f| FindingJson::new(sources, f, None))
            .collect(),
        requirements: report.requirements.iter().map(RequirementJson::new).collect(),
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    about: About,
    summary: Summary,
    notes: &'a [String],
    objects: Vec<ObjectJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requirements: Vec<RequirementJson<'a>>,
}

#[derive(Serialize)]
struct ObjectJson<'a> {
    file: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    outcome: OutcomeJson,
    findings: Vec<FindingJson<'a>>,
}

/// An outcome, or `untouched`.
#[derive(Serialize)]
#[serde(untagged)]
enum OutcomeJson {
    Known(Outcome),
    Untouched(&'static str),
}

impl<'a> ObjectJson<'a> {
    fn new(sources: &'a Sources, object: &'a ObjectReport) -> Self {
        let own = file(sources, &object.span);
        ObjectJson {
            file: own,
            kind: &object.object.kind,
            namespace: &object.object.namespace,
            name: &object.object.name,
            outcome: object
                .outcome
                .map_or(OutcomeJson::Untouched("untouched"), OutcomeJson::Known),
            findings: object
                .findings
                .iter()
                .map(|f| FindingJson::new(sources, f, Some(own)))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotation: Option<&'a str>,
    severity: Severity,
    fidelity: Fidelity,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    nginx: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    traefik: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    help: &'a str,
    differences: &'a [String],
    /// Left out where it is the object's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    span: SpanJson,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedJson<'a>>,
}

impl<'a> FindingJson<'a> {
    fn new(sources: &'a Sources, finding: &'a Finding, object_file: Option<&str>) -> Self {
        let own = file(sources, &finding.primary.span);
        FindingJson {
            rule: &finding.rule,
            annotation: finding.annotation.as_deref(),
            severity: finding.severity,
            fidelity: finding.fidelity,
            message: &finding.message,
            nginx: &finding.nginx,
            traefik: &finding.traefik,
            help: &finding.help,
            differences: &finding.differences,
            file: (object_file != Some(own)).then_some(own),
            span: SpanJson::new(sources, &finding.primary.span),
            related: finding.secondary.iter().map(|l| RelatedJson::new(sources, l)).collect(),
        }
    }
}

/// Lines and columns from 1, columns in characters; the end is one past the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SpanJson {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl SpanJson {
    fn new(sources: &Sources, span: &Span) -> Self {
        let at = sources.position(span);
        SpanJson {
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
        }
    }
}

#[derive(Serialize)]
struct RelatedJson<'a> {
    file: &'a str,
    span: SpanJson,
    message: &'a str,
}

impl<'a> RelatedJson<'a> {
    fn new(sources: &'a Sources, label: &'a Label) -> Self {
        RelatedJson {
            file: file(sources, &label.span),
            span: SpanJson::new(sources, &label.span),
            message: &label.text,
        }
    }
}

#[derive(Serialize)]
struct RequirementJson<'a> {
    key: &'a str,
    value: &'a Value,
    reason: &'a str,
}

impl<'a> RequirementJson<'a> {
    fn new(requirement: &'a Requirement) -> Self {
        RequirementJson {
            key: &requirement.key,
            value: &requirement.value,
            reason: &requirement.reason,
        }
    }
}

//! An example through the whole line.
use nginx2traefik::effective::{self, Controller};
use nginx2traefik::emit::{self, Emitted};
use nginx2traefik::finding::{Finding, Outcome, Severity};
use nginx2traefik::installation::Installation;
use nginx2traefik::model;
use nginx2traefik::plan::{self, Api, Options, Plan};
use nginx2traefik::report::Report;
use nginx2traefik::source::Sources;
use std::fmt::Write as _;

/// What a migration made of one text.
pub(crate) struct Converted {
    /// The new text; none where nothing changes.
    pub(crate) text: Option<String>,
    /// What was said, as the `report` blocks show it.
    pub(crate) report: String,
}

/// Migrates one text, with Traefik as its Helm chart installs it.
pub(crate) fn convert(text: &str, exact: bool) -> Converted {
    let mut sources = Sources::default();
    let id = sources.add("example.yaml", text);
    let manifests = model::join([model::read(id, text)]);
    let effective = effective::build(&manifests, Controller::default());
    let options = Options {
        api: Api::Ingress,
        exact,
        installation: Installation::default(),
    };
    let plan = plan::plan(&manifests, &effective, &options);
    let emitted = emit::emit(&sources, &manifests, &plan, &options);
    let more: Vec<Finding> = [&manifests.findings, &effective.findings, &emitted.findings]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let report = Report::of_migration(&manifests, &plan, more);
    Converted {
        report: write_report(&sources, &report, &plan),
        text: new_text(emitted),
    }
}

fn new_text(emitted: Emitted) -> Option<String> {
    emitted.texts.into_iter().next().map(|(_, text)| text)
}

fn write_report(sources: &Sources, report: &Report, plan: &Plan) -> String {
    let mut out = String::new();
    for object in &report.objects {
        let outcome = match object.outcome {
            Some(Outcome::Converted) => "converted",
            Some(Outcome::Partial) => "partial",
            Some(Outcome::Blocked) => "blocked",
            None => "left alone",
        };
        writeln!(out, "{} {}: {outcome}", object.object.kind, object.object.name).expect("a string");
        for finding in &object.findings {
            write_finding(&mut out, sources, finding);
        }
    }
    for requirement in &plan.requirements {
        let (key, value) = (&requirement.key, &requirement.value);
        writeln!(out, "static configuration: {key}: {value}").expect("a string");
    }
    out
}

fn write_finding(out: &mut String, sources: &Sources, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let line = sources.position(&finding.primary.span).line;
    writeln!(out, "{severity} {}, line {line}: {}", finding.rule, finding.message).expect("a string");
    for difference in &finding.differences {
        writeln!(out, "  - {difference}").expect("a string");
    }
}

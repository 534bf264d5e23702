//! An example through the whole line.
use nginx2traefik::controller_config;
use nginx2traefik::effective::{self, Controller};
use nginx2traefik::emit::{self, Emitted};
use nginx2traefik::finding::{Finding, Outcome, Severity};
use nginx2traefik::installation::Installation;
use nginx2traefik::model;
use nginx2traefik::plan::{self, Api, GatewaySettings, Options, Plan, Requirement};
use nginx2traefik::report::{ObjectReport, Report};
use nginx2traefik::source::Sources;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What a migration made of one text.
pub(crate) struct Converted {
    /// The new text; none where nothing changes.
    pub(crate) text: Option<String>,
    /// What belongs to all Ingresses of a cluster alike; none where a bare Ingress needs the same.
    pub(crate) shared: Option<String>,
    /// What was said, as the `report` blocks show it.
    pub(crate) report: String,
}

/// Migrates one text, with Traefik as its Helm chart installs it, and the controller as the example has it.
pub(crate) fn convert(text: &str, controller: Option<&str>, api: Api, exact: bool) -> Converted {
    let (emitted, lines) = migrate(text, controller, api, exact);
    let (of_bare, bare) = migrate(BARE, None, api, exact);
    Converted {
        report: write_report(&lines, &bare),
        shared: emitted.shared.filter(|shared| of_bare.shared.as_ref() != Some(shared)),
        text: emitted.texts.into_iter().next().map(|(_, text)| text),
    }
}

fn migrate(text: &str, settings: Option<&str>, api: Api, exact: bool) -> (Emitted, Lines) {
    let mut sources = Sources::default();
    let id = sources.add("example.yaml", text);
    let manifests = model::join([model::read(id, text)]);
    let mut controller = Controller::default();
    if let Some(settings) = settings {
        let id = sources.add("controller.yaml", settings);
        controller_config::read(&mut controller, id, settings);
    }
    let effective = effective::build(&manifests, controller);
    let options = Options {
        api,
        exact,
        installation: Installation::default(),
        gateway: GatewaySettings::default(),
    };
    let plan = plan::plan(&manifests, &effective, &options);
    let emitted = emit::emit(&sources, &manifests, &plan, &options);
    let more: Vec<Finding> = [&manifests.findings, &effective.findings, &emitted.findings]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let report = Report::of_migration(&manifests, &plan, more);
    let lines = lines(&sources, &report, &plan);
    (emitted, lines)
}

/// What every Ingress is told, and what every one needs, stands in no example.
const BARE: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: bare}
spec:
  ingressClassName: nginx
  rules:
    - host: bare.example.test
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: echo, port: {number: 80}}}}]}
";

/// The lines of a report: for each object its outcome and what is said of it, then what Traefik itself needs.
struct Lines {
    objects: Vec<(String, Vec<String>)>,
    needed: Vec<String>,
}

fn lines(sources: &Sources, report: &Report, plan: &Plan) -> Lines {
    let object = |object: &ObjectReport| {
        let outcome = match object.outcome {
            Some(Outcome::Converted) => "converted",
            Some(Outcome::Partial) => "partial",
            Some(Outcome::Kept) => "kept",
            Some(Outcome::Blocked) => "blocked",
            None => "left alone",
        };
        let title = format!("{} {}: {outcome}", object.object.kind, object.object.name);
        (
            title,
            object.findings.iter().map(|finding| said(sources, finding)).collect(),
        )
    };
    let need = |r: &Requirement| format!("static configuration: {}: {}\n", r.key, r.value);
    Lines {
        objects: report.objects.iter().map(object).collect(),
        needed: plan.requirements.iter().map(need).collect(),
    }
}

fn said(sources: &Sources, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let line = sources.position(&finding.primary.span).line;
    let mut text = format!("{severity} {}: {} (line {line})\n", finding.rule, finding.message);
    for difference in &finding.differences {
        text += &format!("  - {difference}\n");
    }
    text
}

/// Without the place: the same of another Ingress.
fn anywhere(said: &str) -> String {
    let (first, rest) = said.split_once('\n').unwrap_or((said, ""));
    let first = first.rsplit_once(" (line ").map_or(first, |(text, _)| text);
    format!("{first}\n{rest}")
}

fn write_report(lines: &Lines, bare: &Lines) -> String {
    let common: BTreeSet<String> = bare
        .objects
        .iter()
        .flat_map(|(_, said)| said)
        .map(|s| anywhere(s))
        .collect();
    let mut out = String::new();
    for (title, said) in &lines.objects {
        let own: Vec<&String> = said.iter().filter(|s| !common.contains(&anywhere(s))).collect();
        let nothing = if own.is_empty() {
            ", nothing but what is true of every Ingress"
        } else {
            ""
        };
        writeln!(out, "{title}{nothing}").expect("a string");
        out.extend(own.into_iter().map(String::as_str));
    }
    out.extend(
        lines
            .needed
            .iter()
            .filter(|n| !bare.needed.contains(n))
            .map(String::as_str),
    );
    out
}

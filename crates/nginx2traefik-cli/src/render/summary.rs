//! What a person has to know at the end of a migration, and to do next.
use super::report::wrapped;
use super::sanitize::sanitize;
use super::style::{Ink, Style};
use crate::args::Mode;
use crate::migrate::Migrated;
use nginx2traefik::finding::{Fidelity, Finding, Outcome, Severity};
use nginx2traefik::report::{ObjectReport, Report, Summary};
use nginx2traefik::source::Sources;
use std::collections::BTreeMap;

/// So many objects are listed by name.
const LISTED: usize = 12;

/// The end of a migration's report.
pub(super) fn migration(sources: &Sources, report: &Report, migrated: &Migrated, mode: &Mode, style: &Style) -> String {
    let counts = report.summary();
    let mut out = headline(&counts, report, style);
    for (outcome, ink, word) in [
        (Outcome::Blocked, Ink::Red, "blocked"),
        (Outcome::Kept, Ink::Cyan, "stays  "),
        (Outcome::Partial, Ink::Yellow, "differs"),
    ] {
        out += &objects(sources, report, outcome, &style.paint(ink, word), style);
    }
    out += &requirements(report, style);
    if !report.notes.is_empty() {
        out += &format!("\n{}\n", style.paint(Ink::Bold, "True of every object"));
        for note in &report.notes {
            out += &wrapped(&sanitize(note), "  - ", "    ", style);
        }
    }
    let next = next(&counts, report, migrated, mode);
    if !next.is_empty() {
        out += &format!("\n{}\n", style.paint(Ink::Bold, "Next"));
        for (number, step) in next.iter().enumerate() {
            out += &wrapped(step, &format!("  {}. ", number + 1), "     ", style);
        }
    }
    out
}

fn headline(counts: &Summary, report: &Report, style: &Style) -> String {
    let all = counts.converted + counts.partial + counts.kept + counts.blocked;
    if all == 0 {
        return "No Ingress of ingress-nginx was found: nothing to migrate.\n".into();
    }
    let part = |count: usize, ink: Ink, text: &str| (count > 0).then(|| style.paint(ink, &format!("{count} {text}")));
    let parts = [
        part(counts.converted, Ink::Green, "converted"),
        part(counts.partial, Ink::Yellow, "converted with differences"),
        part(counts.kept, Ink::Cyan, "served by Traefik as before"),
        part(counts.blocked, Ink::Red, "blocked"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let objects = report.objects.iter().filter(|object| object.outcome.is_some());
    format!("{all} {}: {}\n", noun(objects, all), parts.join(", "))
}

/// Ingresses, or what they are together with Traefik's own kinds.
fn noun<'a>(mut objects: impl Iterator<Item = &'a ObjectReport>, count: usize) -> &'static str {
    match objects.all(|object| object.object.kind == "Ingress") {
        true => plural(count, "Ingress", "Ingresses"),
        false => plural(count, "object", "objects"),
    }
}

fn objects(sources: &Sources, report: &Report, outcome: Outcome, word: &str, style: &Style) -> String {
    let all: Vec<&ObjectReport> = report.objects.iter().filter(|o| o.outcome == Some(outcome)).collect();
    let line = |text: &str| wrapped(&sanitize(text), &format!("  {word}  "), "           ", style);
    if all.len() > LISTED {
        return line(&by_rule(&all, outcome));
    }
    let mut out = String::new();
    for object in all {
        let at = sources.position(&object.span);
        let path = &sources.get(object.span.source).path;
        let name = format!("{}/{}", object.object.namespace, object.object.name);
        out += &line(&format!(
            "{name} ({path}:{}) {}",
            at.line,
            because(object, outcome).join(", ")
        ));
    }
    out
}

/// Of many objects the rules are told, the most frequent first.
fn by_rule(all: &[&ObjectReport], outcome: Outcome) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in all.iter().flat_map(|object| because(object, outcome)) {
        *counts.entry(rule).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    let rules: Vec<String> = counts
        .iter()
        .map(|(rule, count)| format!("{count} by {rule}"))
        .collect();
    let objects = noun(all.iter().copied(), all.len());
    format!(
        "{} {objects}: {} (--report FILE lists them)",
        all.len(),
        rules.join(", ")
    )
}

/// The rules that keep an object from being converted fully.
fn because(object: &ObjectReport, outcome: Outcome) -> Vec<&str> {
    let counts = |finding: &&Finding| match outcome {
        Outcome::Blocked => finding.severity == Severity::Error,
        Outcome::Kept => finding.severity >= Severity::Warning,
        _ => matches!(finding.fidelity, Fidelity::Approximate | Fidelity::Unsupported),
    };
    let mut rules: Vec<&str> = object.findings.iter().filter(counts).map(|f| f.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn requirements(report: &Report, style: &Style) -> String {
    let mut out = String::new();
    if report.requirements.is_empty() {
        return out;
    }
    out += &format!("\n{}\n", style.paint(Ink::Bold, "Traefik itself needs"));
    for needed in &report.requirements {
        let setting = style.paint(Ink::Cyan, &format!("{}: {}", needed.key, needed.value));
        out += &format!("  {setting}\n");
        out += &wrapped(&sanitize(&needed.reason), "    ", "    ", style);
    }
    out
}

fn blocked(report: &Report, count: usize) -> &'static str {
    let mut blocked = report.objects.iter().filter(|o| o.outcome == Some(Outcome::Blocked));
    match blocked.all(|object| object.object.kind == "Ingress") {
        true => plural(
            count,
            "The blocked Ingress stays as it is, with ingress-nginx",
            "Blocked Ingresses stay as they are, with ingress-nginx",
        ),
        false => plural(
            count,
            "The blocked object stays as it is",
            "Blocked objects stay as they are, with the controller that serves them",
        ),
    }
}

/// What to do, in order.
fn next(counts: &Summary, report: &Report, migrated: &Migrated, mode: &Mode) -> Vec<String> {
    let mut steps = Vec::new();
    if counts.blocked > 0 {
        let them = blocked(report, counts.blocked);
        steps.push(format!("{them}: resolve each error above, then run this again."));
    }
    if counts.converted + counts.partial == 0 {
        return steps;
    }
    if !report.requirements.is_empty() {
        steps.push(match &mode.output_dir {
            Some(dir) => format!(
                "Give Traefik its settings first: `helm upgrade ... -f {0}/traefik-values.yaml`, or merge {0}/traefik.yaml into its static configuration.",
                dir.display()
            ),
            None => "Give Traefik its settings first; --output-dir writes them as Helm values and as static configuration.".into(),
        });
    }
    let written = migrated.changes() > 0;
    steps.push(match mode {
        Mode {
            output_dir: Some(dir), ..
        } => format!("Review and apply {}.", dir.display()),
        Mode { write: true, .. } if written => "Review with `git diff`, then apply.".into(),
        Mode { diff: true, .. } | Mode { check: true, .. } if written => {
            "Run with --write to change the files, or with --output-dir DIR to write new ones.".into()
        }
        _ => return steps,
    });
    steps
}

fn plural(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

/// The last line of a lint report.
pub(super) fn lint(counts: &Summary, files: usize, style: &Style) -> String {
    let files = format!("{files} {}", plural(files, "file", "files"));
    let part = |count: usize, ink: Ink, one, many| {
        (count > 0).then(|| style.paint(ink, &format!("{count} {}", plural(count, one, many))))
    };
    let parts = [
        part(counts.errors, Ink::Red, "error", "errors"),
        part(counts.warnings, Ink::Yellow, "warning", "warnings"),
        part(counts.notes, Ink::Cyan, "note", "notes"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return format!(
            "{}: {files} looked at.\n",
            style.paint(Ink::Green, "Nothing here needs ingress-nginx")
        );
    }
    format!("{} in {files}.\n", parts.join(", "))
}

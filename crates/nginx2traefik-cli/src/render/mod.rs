//! What people see on a terminal.
mod admission;
mod card;
mod group;
mod markdown;
mod report;
mod sanitize;
mod secret;
mod style;
mod summary;
mod window;

pub(crate) use admission::admission;
pub(crate) use markdown::markdown;
pub(crate) use report::wrapped;
pub(crate) use sanitize::sanitize;
pub(crate) use secret::masked;
pub(crate) use style::{Ink, Style};

use crate::args::Mode;
use crate::exit::Exit;
use crate::migrate::Migrated;
use nginx2traefik::finding::{Finding, Severity};
use nginx2traefik::report::Report;
use nginx2traefik::rules::registry;
use nginx2traefik::source::Sources;
use std::io::Write;

/// An error of the tool itself, to standard error.
pub(crate) fn error(message: &str) {
    say(&format!("error: {}\n", sanitize(message)));
}

/// Text to standard error. Where nobody listens, nothing is lost.
fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// The findings and the summary of a migration, to standard error.
pub(crate) fn migration(
    sources: &Sources,
    report: &Report,
    migrated: &Migrated,
    mode: &Mode,
    all: bool,
    style: &Style,
) {
    say(&report::findings(sources, &report.all(), style, all));
    say(&summary::migration(sources, report, migrated, mode, style));
}

/// The findings of `lint`, with a last line that counts them.
pub(crate) fn lint(sources: &Sources, report: &Report, files: usize, all: bool, style: &Style) -> String {
    report::findings(sources, &report.all(), style, all) + &summary::lint(&report.summary(), files, style)
}

/// A few findings, without a last line.
pub(crate) fn found(sources: &Sources, findings: &[Finding], style: &Style) -> String {
    report::findings(sources, &findings.iter().collect::<Vec<_>>(), style, false)
}

/// Problems of the input, to standard error, for commands that are about something else.
pub(crate) fn problems(sources: &Sources, findings: &[Finding], style: &Style) -> Exit {
    let errors = findings.iter().filter(|f| f.severity == Severity::Error).cloned();
    let errors: Vec<Finding> = errors
        .map(|mut finding| {
            finding.hide(sources.hidden());
            finding
        })
        .collect();
    let errors: Vec<&Finding> = errors.iter().collect();
    say(&report::findings(sources, &errors, style, false));
    if errors.is_empty() { Exit::Clean } else { Exit::Findings }
}

/// The page about a rule, or about the feature of an annotation.
fn docs(rule: &str) -> Option<String> {
    let registry = registry();
    let feature = registry
        .feature(rule)
        .or_else(|| registry.annotation(rule).map(|known| known.rule))?;
    Some(format!(
        "{}/blob/main/rules/{}.md",
        env!("CARGO_PKG_REPOSITORY"),
        feature.feature
    ))
}

/// What stands between a finding's message and its source lines.
fn details(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    for (who, text) in [("ingress-nginx", &finding.nginx), ("Traefik", &finding.traefik)] {
        if !text.is_empty() {
            lines.push(format!("{who}: {text}"));
        }
    }
    let said = [&finding.message, &finding.nginx, &finding.traefik];
    lines.extend(
        finding
            .differences
            .iter()
            .filter(|d| !said.contains(d))
            .map(|d| format!("differs: {d}")),
    );
    lines
}

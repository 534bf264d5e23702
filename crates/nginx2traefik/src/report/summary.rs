//! How many of what.
use super::Report;
use crate::finding::{Outcome, Severity};
use serde::Serialize;

/// Counts of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Objects that are reproduced fully.
    pub converted: usize,
    /// Objects with differences.
    pub partial: usize,
    /// Objects of Traefik's own that stay, and are served as before.
    pub kept: usize,
    /// Objects that stay as they are because something cannot be kept.
    pub blocked: usize,
    /// Objects that are not ours to change, and of which there is something to say.
    pub untouched: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity note.
    pub notes: usize,
}

impl Summary {
    pub(super) fn of(report: &Report) -> Self {
        let mut counts = Summary::default();
        for object in &report.objects {
            *match object.outcome {
                Some(Outcome::Converted) => &mut counts.converted,
                Some(Outcome::Partial) => &mut counts.partial,
                Some(Outcome::Kept) => &mut counts.kept,
                Some(Outcome::Blocked) => &mut counts.blocked,
                None => &mut counts.untouched,
            } += 1;
        }
        for finding in report.objects.iter().flat_map(|o| &o.findings).chain(&report.findings) {
            *match finding.severity {
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Note => &mut counts.notes,
            } += 1;
        }
        counts
    }
}

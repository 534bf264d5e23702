//! Findings that are known and accepted. They are told by what they say, not by their line, so that edits elsewhere do not matter.
use anyhow::{Context, bail};
use nginx2traefik::finding::Finding;
use nginx2traefik::source::Sources;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SCHEMA: &str = "nginx2traefik.baseline/v1";

/// What makes two findings the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    file: String,
    rule: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    annotation: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    object: String,
    message: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    known: Known,
    count: usize,
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    schema: String,
    findings: Vec<Entry>,
}

/// How often each finding is accepted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Baseline(BTreeMap<Known, usize>);

impl Baseline {
    /// Accepts all of these.
    pub(super) fn of(sources: &Sources, findings: &[Finding]) -> Self {
        let mut baseline = Baseline::default();
        for finding in findings {
            *baseline.0.entry(known(sources, finding)).or_default() += 1;
        }
        baseline
    }

    /// Reads a baseline.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read the baseline `{shown}`; --write-baseline makes one"))?;
        let document: Document = serde_json::from_str(&text).with_context(|| format!("`{shown}` is no baseline"))?;
        if document.schema != SCHEMA {
            bail!(
                "`{shown}` is no baseline of this version: its schema is `{}`",
                document.schema
            );
        }
        Ok(Baseline(
            document
                .findings
                .into_iter()
                .map(|entry| (entry.known, entry.count))
                .collect(),
        ))
    }

    /// As a file.
    pub(super) fn text(&self) -> anyhow::Result<String> {
        let entry = |(known, count): (&Known, &usize)| Entry {
            known: known.clone(),
            count: *count,
        };
        let document = Document {
            schema: SCHEMA.into(),
            findings: self.0.iter().map(entry).collect(),
        };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }

    /// The findings that are new: of equal ones as many as were accepted are left out.
    pub(super) fn filter(mut self, sources: &Sources, findings: Vec<Finding>) -> Vec<Finding> {
        let mut is_new = |finding: &Finding| match self.0.get_mut(&known(sources, finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
        findings.into_iter().filter(|finding| is_new(finding)).collect()
    }
}

fn known(sources: &Sources, finding: &Finding) -> Known {
    let object = finding.object.as_ref();
    Known {
        file: sources.get(finding.primary.span.source).path.clone(),
        rule: finding.rule.clone(),
        annotation: finding.annotation.clone().unwrap_or_default(),
        object: object.map_or_else(String::new, |o| format!("{} {}/{}", o.kind, o.namespace, o.name)),
        message: finding.message.clone(),
    }
}

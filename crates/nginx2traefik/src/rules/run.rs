//! The recorded run: which examples a real Traefik answered as ingress-nginx did. Written by `cargo xtask support`.
use super::Target;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A run of the examples.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The day, UTC.
    pub date: String,
    /// Versions of Traefik.
    pub traefik: Vec<String>,
    /// How many examples were run.
    pub examples: usize,
    /// How many requests they have.
    pub requests: usize,
    /// By annotation, target and version of Traefik (`3.7`).
    pub annotations: BTreeMap<String, BTreeMap<Target, BTreeMap<String, Proof>>>,
}

/// The examples with an annotation in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// How many were answered as ingress-nginx did, plain and exact.
    pub passed: usize,
    /// How many were asked.
    pub run: usize,
}

impl Run {
    /// What was run of an annotation, by version of Traefik.
    pub fn proofs(&self, annotation: &str, target: Target) -> BTreeMap<String, Proof> {
        let targets = self.annotations.get(annotation);
        targets
            .and_then(|targets| targets.get(&target))
            .cloned()
            .unwrap_or_default()
    }

    /// How many examples of an annotation passed in every version.
    pub fn passed(&self, annotation: &str, target: Target) -> usize {
        let proofs = self.proofs(annotation, target);
        proofs.values().map(|proof| proof.passed).min().unwrap_or_default()
    }
}

/// The last recorded run. Empty where the embedded file cannot be read, which a test holds impossible.
pub fn recorded_run() -> &'static Run {
    static RUN: LazyLock<Run> = LazyLock::new(|| serde_json::from_str(include_str!("run.json")).unwrap_or_default());
    &RUN
}

//! What a run found, as it is kept: `docs/conformance.json`.
use crate::case::Case;
use crate::pass::{Kind, Outcome, Pass};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Results {
    /// The day, UTC.
    pub(crate) date: String,
    /// Versions of Traefik.
    pub(crate) traefik: Vec<String>,
    /// Files of Traefik's schemas that objects were held to; empty: none.
    pub(crate) schemas: Vec<String>,
    /// By name of the example.
    pub(crate) examples: BTreeMap<String, Entry>,
}

/// An example.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Of what was run.
    pub(crate) digest: String,
    /// How many.
    pub(crate) requests: usize,
    /// `ingress 3.7 plain` -> `passed`
    pub(crate) runs: BTreeMap<String, String>,
}

/// Where it is.
pub(crate) fn path() -> PathBuf {
    crate::place::root().join("docs/conformance.json")
}

/// The last recorded run.
pub(crate) fn read() -> Result<Results> {
    let text =
        std::fs::read_to_string(path()).context("docs/conformance.json: run `cargo xtask conformance --record`")?;
    Ok(serde_json::from_str(&text)?)
}

impl Results {
    /// Adds what one pass found.
    pub(crate) fn add(&mut self, pass: &Pass, schema: Option<&str>, cases: &[Case], outcomes: &[Outcome]) {
        let of_one_step = |_: &String| matches!(pass.kind, Kind::Migrated { .. });
        let Some(words) = pass.words().filter(of_one_step) else {
            return;
        };
        put(&mut self.traefik, &pass.version);
        schema.into_iter().for_each(|schema| put(&mut self.schemas, schema));
        for (case, outcome) in cases
            .iter()
            .zip(outcomes)
            .filter(|(case, _)| !case.exchanges.is_empty())
        {
            let entry = self.examples.entry(case.name.clone()).or_default();
            entry.digest.clone_from(&case.digest);
            entry.requests = case.exchanges.len();
            let word = match outcome {
                Outcome::Passed => "passed",
                Outcome::Blocked(_) => "blocked",
                Outcome::Refused(_) => "refused",
                Outcome::Failed(_) => "failed",
            };
            entry.runs.insert(words.clone(), word.to_owned());
        }
    }

    /// Writes the file.
    pub(crate) fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::create_dir_all(crate::place::root().join("docs"))?;
        std::fs::write(path(), text).context("docs/conformance.json")
    }
}

fn put(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|known| known == value) {
        list.push(value.to_owned());
    }
}

/// The day of a number of seconds since 1970, UTC (days to civil, Howard Hinnant's chrono-compatible date algorithms).
pub(crate) fn day(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_have_dates() {
        assert_eq!(super::day(0), "1970-01-01");
        assert_eq!(super::day(951_782_400), "2000-02-29");
        assert_eq!(super::day(1_795_478_400), "2026-11-24");
    }
}

//! `cargo xtask support`: docs/support.md, from the rules and the recorded run.
use crate::results::{self, Entry, Results};
use crate::{case, place, say};
use anyhow::{Context, Result};
use nginx2traefik::finding::Fidelity;
use nginx2traefik::rules::{Annotation, registry};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Change nothing: fail where the file is stale, or a grade of exact or approximate has no run behind it
    #[arg(long)]
    check: bool,
}

/// An example: its name, the annotations in it, and its digest.
type Listed = (String, BTreeSet<String>, String);

/// Runs it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = place::root();
    let (results, examples) = (results::read()?, case::listed(&root.join("rules"))?);
    let wanted = page(&results, &examples);
    let path = root.join("docs/support.md");
    if !arguments.check {
        std::fs::write(&path, wanted).context("docs/support.md")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut wrong = stale(&results, &examples);
    wrong.extend(unproved(&results, &examples));
    if std::fs::read_to_string(&path).unwrap_or_default() != wanted {
        wrong.push("docs/support.md is not what the rules and the recorded run say: `cargo xtask support`".to_owned());
    }
    wrong.iter().for_each(|line| say::problem(line));
    Ok(ExitCode::from(u8::from(!wrong.is_empty())))
}

/// Examples that were not run as they are now.
fn stale(results: &Results, examples: &[Listed]) -> Vec<String> {
    let fresh = |(name, _, digest): &&Listed| results.examples.get(name).is_some_and(|entry| entry.digest == *digest);
    let stale = examples.iter().filter(|example| !fresh(example));
    stale
        .map(|(name, ..)| format!("{name}: has changed since the recorded run: `cargo xtask conformance --record`"))
        .collect()
}

/// Grades that no run stands behind.
fn unproved(results: &Results, examples: &[Listed]) -> Vec<String> {
    let claimed = annotations().filter(|(annotation, _)| claims(annotation));
    let unproved = claimed.filter(|(annotation, _)| {
        let runs = proved(results, examples, annotation);
        versions(results).iter().any(|version| {
            runs.get(version)
                .is_none_or(|(passed, all)| *passed == 0 || passed < all)
        })
    });
    unproved
        .map(|(annotation, feature)| {
            let grade = word(annotation.ingress.fidelity);
            format!(
                "{}: graded {grade}, and no example in rules/{feature}.md proves it",
                annotation.name
            )
        })
        .collect()
}

fn annotations() -> impl Iterator<Item = (&'static Annotation, &'static str)> {
    let mut all: Vec<_> = registry()
        .features()
        .iter()
        .flat_map(|rule| {
            rule.annotations
                .iter()
                .map(|annotation| (annotation, rule.feature.as_str()))
        })
        .collect();
    all.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    all.into_iter()
}

fn claims(annotation: &Annotation) -> bool {
    annotation.converted && matches!(annotation.ingress.fidelity, Fidelity::Exact | Fidelity::Approximate)
}

/// `3.6`, `3.7`
fn versions(results: &Results) -> BTreeSet<String> {
    let minor = |version: &String| version.split('.').take(2).collect::<Vec<_>>().join(".");
    results.traefik.iter().map(minor).collect()
}

/// By version of Traefik: examples with this annotation that passed, and that were run.
fn proved(results: &Results, examples: &[Listed], annotation: &Annotation) -> BTreeMap<String, (usize, usize)> {
    let mut found = BTreeMap::new();
    for (name, annotations, _) in examples {
        let Some(entry) = results
            .examples
            .get(name)
            .filter(|_| annotations.contains(&annotation.name))
        else {
            continue;
        };
        for version in versions(results) {
            if let Some(passed) = passed(entry, &version) {
                let (good, all) = found.entry(version).or_insert((0, 0));
                *good += usize::from(passed);
                *all += 1;
            }
        }
    }
    found
}

/// Whether it passed, plain and exact; none where it is blocked: nothing was executed.
fn passed(entry: &Entry, version: &str) -> Option<bool> {
    let words: Vec<&String> = ["plain", "exact"]
        .iter()
        .filter_map(|mode| entry.runs.get(&format!("ingress {version} {mode}")))
        .filter(|word| *word != "blocked")
        .collect();
    (!words.is_empty()).then(|| words.iter().all(|word| *word == "passed"))
}

fn word(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Exact => "exact",
        Fidelity::Default => "default",
        Fidelity::Static => "static",
        Fidelity::Approximate => "approximate",
        Fidelity::Unsupported => "unsupported",
    }
}

fn page(results: &Results, examples: &[Listed]) -> String {
    let versions = versions(results);
    let mut out = head(results, examples);
    out += "| Annotation | `--target ingress` |";
    versions
        .iter()
        .for_each(|version| out += &format!(" Traefik {version} |"));
    out += " `--target gateway` |\n|---|---|";
    versions.iter().for_each(|_| out += "---|");
    out += "---|\n";
    for (annotation, _) in annotations() {
        let grade = if annotation.converted {
            word(annotation.ingress.fidelity)
        } else {
            "unsupported"
        };
        let _ = write!(out, "| `{}` | {grade} |", annotation.name);
        let runs = proved(results, examples, annotation);
        for version in &versions {
            let cell = runs.get(version).map(|(passed, all)| format!("{passed} of {all}"));
            let _ = write!(out, " {} |", cell.unwrap_or_default());
        }
        out += " not in this version |\n";
    }
    out
}

fn head(results: &Results, examples: &[Listed]) -> String {
    let requests: usize = results.examples.values().map(|entry| entry.requests).sum();
    let schemas = match results.schemas.as_slice() {
        [] => "without Traefik's schemas".to_owned(),
        files => format!("against the schemas of {}", files.join(", ")),
    };
    let claimed: Vec<_> = annotations().filter(|(annotation, _)| claims(annotation)).collect();
    let unproved = unproved(results, examples).len();
    format!(
        "# What is supported, and what was run\n\n\
         Written by `cargo xtask support` from the rule files and from the run of {} (`docs/conformance.json`): {} examples with {requests}\n\
         requests on a real Traefik ({}) behind a real kube-apiserver, which took every object with strict field validation,\n\
         {schemas}. Every example ran plain and with `--exact`; an annotation's examples are those in which it stands.\n\n\
         {} annotations are graded exact or approximate; {} of them have an example that passed in every version.\n\n\
         - **exact**: the same for every client\n\
         - **default**: Traefik does so anyway\n\
         - **static**: needs a setting of Traefik itself, which is written out\n\
         - **approximate**: works, with differences named one by one (`nginx2traefik explain ANNOTATION`)\n\
         - **unsupported**: needs work by hand; an Ingress that uses it is blocked\n\n",
        results.date,
        results.examples.len(),
        results.traefik.join(", "),
        claimed.len(),
        claimed.len() - unproved,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(word: &str) -> Results {
        let runs = [("ingress 3.7 plain".to_owned(), word.to_owned())].into();
        let entry = Entry {
            digest: "1".to_owned(),
            requests: 2,
            runs,
        };
        Results {
            traefik: vec!["3.7.15".to_owned()],
            examples: [("rewrite: One".to_owned(), entry)].into(),
            ..Results::default()
        }
    }

    fn examples(digest: &str) -> Vec<Listed> {
        let annotations = ["rewrite-target".to_owned()].into();
        vec![("rewrite: One".to_owned(), annotations, digest.to_owned())]
    }

    fn tells(lines: &[String], annotation: &str) -> bool {
        lines.iter().any(|line| line.starts_with(&format!("{annotation}: ")))
    }

    #[test]
    fn a_grade_needs_a_run() {
        assert!(!tells(&unproved(&results("passed"), &examples("1")), "rewrite-target"));
        assert!(tells(&unproved(&results("failed"), &examples("1")), "rewrite-target"));
        assert!(tells(&unproved(&results("blocked"), &examples("1")), "rewrite-target"));
        assert!(tells(&unproved(&results("passed"), &examples("1")), "upstream-vhost"));
    }

    #[test]
    fn an_example_that_changed_is_stale() {
        assert!(stale(&results("passed"), &examples("1")).is_empty());
        assert!(tells(&stale(&results("passed"), &examples("2")), "rewrite"));
    }
}

//! `cargo xtask support`: docs/support.md, and what `nginx2traefik rules` says of it, from the rules and the recorded run.
use crate::results::{self, Entry, Results};
use crate::{case, pass, place, say};
use anyhow::{Context, Result};
use nginx2traefik::finding::Fidelity;
use nginx2traefik::rules::{Annotation, Proof, Run, Target, registry};
use std::collections::BTreeSet;
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

const TARGETS: [Target; 2] = [Target::Ingress, Target::Gateway];

/// Runs it.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = place::root();
    let (results, examples) = (results::read()?, case::listed(&root.join("rules"))?);
    let run = summary(&results, &examples);
    let files = [
        ("docs/support.md", page(&results, &run)),
        (
            "crates/nginx2traefik/src/rules/run.json",
            serde_json::to_string_pretty(&run)? + "\n",
        ),
    ];
    let mut wrong = Vec::new();
    if arguments.check {
        wrong = stale(&results, &examples);
        wrong.extend(unproved(&run));
    }
    for (name, wanted) in files {
        let path = root.join(name);
        if !arguments.check {
            std::fs::write(&path, wanted).context(name)?;
        } else if std::fs::read_to_string(&path).unwrap_or_default() != wanted {
            wrong.push(format!(
                "{name} is not what the rules and the recorded run say: `cargo xtask support`"
            ));
        }
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
fn unproved(run: &Run) -> Vec<String> {
    let mut found = Vec::new();
    for (annotation, feature) in annotations() {
        for target in TARGETS {
            if !claims(annotation, target) || proved(run, annotation, target) {
                continue;
            }
            let (grade, target) = (word(annotation.support(target).fidelity), pass::word(target));
            found.push(format!(
                "{}: graded {grade} with --target {target}, and no example in rules/{feature}.md proves it",
                annotation.name
            ));
        }
    }
    found
}

/// Every example of it that was asked passed, in every version, and there is one.
fn proved(run: &Run, annotation: &Annotation, target: Target) -> bool {
    let proofs = run.proofs(&annotation.name, target);
    let good = |proof: &Proof| proof.passed > 0 && proof.passed == proof.run;
    versions(&run.traefik)
        .iter()
        .all(|version| proofs.get(version).is_some_and(good))
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

fn claims(annotation: &Annotation, target: Target) -> bool {
    let fidelity = annotation.support(target).fidelity;
    annotation.converted && matches!(fidelity, Fidelity::Exact | Fidelity::Approximate)
}

/// `3.6`, `3.7`
fn versions(traefik: &[String]) -> BTreeSet<String> {
    let minor = |version: &String| version.split('.').take(2).collect::<Vec<_>>().join(".");
    traefik.iter().map(minor).collect()
}

/// The run, by annotation.
fn summary(results: &Results, examples: &[Listed]) -> Run {
    let mut run = Run {
        date: results.date.clone(),
        traefik: results.traefik.clone(),
        examples: results.examples.len(),
        requests: results.examples.values().map(|entry| entry.requests).sum(),
        ..Run::default()
    };
    for (name, annotations, _) in examples {
        let Some(entry) = results.examples.get(name) else {
            continue;
        };
        for target in TARGETS {
            for version in versions(&results.traefik) {
                let Some(passed) = passed(entry, target, &version) else {
                    continue;
                };
                for annotation in annotations {
                    let targets = run.annotations.entry(annotation.clone()).or_default();
                    let proof = targets.entry(target).or_default().entry(version.clone()).or_default();
                    proof.passed += usize::from(passed);
                    proof.run += 1;
                }
            }
        }
    }
    run
}

/// Whether it passed, plain and exact; none where it is blocked: nothing was executed.
fn passed(entry: &Entry, target: Target, version: &str) -> Option<bool> {
    let words: Vec<&String> = ["plain", "exact"]
        .iter()
        .filter_map(|mode| entry.runs.get(&format!("{} {version} {mode}", pass::word(target))))
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

fn page(results: &Results, run: &Run) -> String {
    let versions = versions(&run.traefik);
    let mut out = head(results, run);
    out += "| Annotation |";
    for target in TARGETS {
        let _ = write!(out, " `--target {}` |", pass::word(target));
        versions
            .iter()
            .for_each(|version| out += &format!(" Traefik {version} |"));
    }
    out += "\n|---|";
    (0..TARGETS.len() * (1 + versions.len())).for_each(|_| out += "---|");
    out += "\n";
    for (annotation, _) in annotations() {
        let _ = write!(out, "| `{}` |", annotation.name);
        for target in TARGETS {
            out += &cells(run, annotation, target, &versions);
        }
        out += "\n";
    }
    out
}

/// The grade for a target, and for each version the examples that passed.
fn cells(run: &Run, annotation: &Annotation, target: Target, versions: &BTreeSet<String>) -> String {
    let fidelity = annotation.support(target).fidelity;
    let grade = if annotation.converted {
        fidelity
    } else {
        Fidelity::Unsupported
    };
    let mut out = format!(" {} |", word(grade));
    let proofs = run.proofs(&annotation.name, target);
    for version in versions {
        let cell = proofs
            .get(version)
            .map(|proof| format!("{} of {}", proof.passed, proof.run));
        let _ = write!(out, " {} |", cell.unwrap_or_default());
    }
    out
}

fn head(results: &Results, run: &Run) -> String {
    let schemas = match results.schemas.as_slice() {
        [] => "without Traefik's schemas".to_owned(),
        files => format!("against the schemas of {}", files.join(", ")),
    };
    let counts = TARGETS.map(|target| {
        let claimed: Vec<_> = annotations().filter(|(annotation, _)| claims(annotation, target)).collect();
        let proved = claimed
            .iter()
            .filter(|(annotation, _)| proved(run, annotation, target))
            .count();
        let target = pass::word(target);
        format!(
            "- `--target {target}`: {} annotations are graded exact or approximate; {proved} of them have an example that passed in every version\n",
            claimed.len()
        )
    });
    format!(
        "# What is supported, and what was run\n\n\
         Written by `cargo xtask support` from the rule files and from the run of {} (`docs/conformance.json`): {} examples with {}\n\
         requests on a real Traefik ({}) behind a real kube-apiserver, which took every object with strict field validation,\n\
         {} and of the Gateway API's standard channel. Every example ran for both targets, plain\n\
         and with `--exact`; an annotation's examples are those in which it stands.\n\n\
         {}\n\
         - **exact**: the same for every client\n\
         - **default**: Traefik does so anyway\n\
         - **static**: needs a setting of Traefik itself, which is written out\n\
         - **approximate**: works, with differences named one by one (`nginx2traefik explain ANNOTATION`)\n\
         - **unsupported**: needs work by hand; an Ingress that uses it is blocked\n\n",
        run.date,
        run.examples,
        run.requests,
        run.traefik.join(", "),
        schemas,
        counts.concat(),
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
        let lines = |word| unproved(&summary(&results(word), &examples("1")));
        let rewrite = "rewrite-target: graded approximate with --target ingress";
        let told = |lines: Vec<String>, start: &str| lines.iter().any(|line| line.starts_with(start));
        assert!(!told(lines("passed"), rewrite));
        assert!(told(lines("failed"), rewrite));
        assert!(told(lines("blocked"), rewrite));
        assert!(told(
            lines("passed"),
            "rewrite-target: graded approximate with --target gateway"
        ));
        assert!(told(
            lines("passed"),
            "upstream-vhost: graded exact with --target ingress"
        ));
    }

    #[test]
    fn an_example_that_changed_is_stale() {
        assert!(stale(&results("passed"), &examples("1")).is_empty());
        assert!(tells(&stale(&results("passed"), &examples("2")), "rewrite"));
    }
}

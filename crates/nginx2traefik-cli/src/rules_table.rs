//! `nginx2traefik rules`: how well each annotation can be kept.
use crate::args::{ColorWhen, TableFormat};
use crate::exit::Exit;
use crate::output;
use crate::render::{Ink, Style};
use nginx2traefik::finding::Fidelity;
use nginx2traefik::rules::{Key, Proof, Run, Support, Target, recorded_run, registry};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Runs it.
pub(crate) fn run(format: TableFormat, color: ColorWhen) -> anyhow::Result<Exit> {
    let text = match format {
        TableFormat::Text => text(&Style::stdout(color)),
        TableFormat::Json => json()?,
        TableFormat::Markdown => markdown(),
    };
    output::stdout(text.as_bytes())
}

/// A grade as a word, and its colour.
pub(crate) fn word(fidelity: Fidelity) -> (&'static str, Ink) {
    match fidelity {
        Fidelity::Exact => ("exact", Ink::Green),
        Fidelity::Default => ("default", Ink::Green),
        Fidelity::Static => ("static", Ink::Green),
        Fidelity::Approximate => ("approximate", Ink::Yellow),
        Fidelity::Unsupported => ("unsupported", Ink::Red),
    }
}

/// The grade that counts: what this version does not convert is unsupported, whatever could be done.
fn grade(key: &Key, support: &Support) -> Fidelity {
    if key.rule.annotation.converted {
        support.fidelity
    } else {
        Fidelity::Unsupported
    }
}

fn text(style: &Style) -> String {
    let mut out = String::new();
    let run = recorded_run();
    let line = |cells: [String; 6]| cells.join("  ") + "\n";
    let head = |text: &str, width: usize| style.paint(Ink::Bold, &format!("{text:width$}"));
    out += &line([
        head("ANNOTATION", 38),
        head("INGRESS", 11),
        head("RUN", 3),
        head("GATEWAY", 11),
        head("RUN", 3),
        head("RULE", 0),
    ]);
    let cell = |fidelity| {
        let (word, ink) = word(fidelity);
        style.paint(ink, &format!("{word:11}"))
    };
    let count = |key: &Key, target| match run.passed(&key.rule.annotation.name, target) {
        0 => "   ".to_owned(),
        count => format!("{count:3}"),
    };
    for key in registry().keys() {
        let annotation = key.rule.annotation;
        out += &line([
            format!("{:38}", key.key),
            cell(grade(key, &annotation.ingress)),
            count(key, Target::Ingress),
            cell(grade(key, &annotation.gateway)),
            count(key, Target::Gateway),
            style.paint(Ink::Dim, &key.rule.rule.feature),
        ]);
    }
    out + "\n\
        exact        the same for every client\n\
        default      Traefik does so anyway\n\
        static       needs a setting of Traefik itself, which is written out\n\
        approximate  works, with differences named one by one\n\
        unsupported  needs work by hand; an Ingress that uses it is blocked\n\
        RUN          examples with the annotation that a real Traefik answered as ingress-nginx does\n\
        \n"
        + &proved(run)
        + "`nginx2traefik explain ANNOTATION` says more.\n"
}

/// What was run, in two lines.
fn proved(run: &Run) -> String {
    format!(
        "{} examples with {} requests, each for both targets, plain and with --exact,\nran on Traefik {} on {}.\n",
        run.examples,
        run.requests,
        run.traefik.join(" and "),
        run.date
    )
}

fn markdown() -> String {
    let run = recorded_run();
    let mut out = proved(run) + "\n| Annotation | Ingress | Gateway API | Rule |\n|---|---|---|---|\n";
    for key in registry().keys() {
        let annotation = key.rule.annotation;
        let cell = |support: &Support, target| {
            let (word, _) = word(grade(key, support));
            let word = match run.passed(&annotation.name, target) {
                0 => word.to_owned(),
                1 => format!("{word} (1 example)"),
                count => format!("{word} ({count} examples)"),
            };
            let differences = if key.rule.annotation.converted {
                support.differences.join("; ")
            } else {
                String::new()
            };
            let differences = differences.replace('|', "\\|");
            if differences.is_empty() {
                word
            } else {
                format!("{word}: {differences}")
            }
        };
        let feature = &key.rule.rule.feature;
        let ingress = cell(&annotation.ingress, Target::Ingress);
        let gateway = cell(&annotation.gateway, Target::Gateway);
        // writing to a String cannot fail
        let _ = writeln!(
            out,
            "| `{}` | {ingress} | {gateway} | [{feature}](rules/{feature}.md) |",
            key.key
        );
    }
    out
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    annotation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias_of: Option<&'a str>,
    rule: &'a str,
    summary: &'a str,
    scope: nginx2traefik::rules::Scope,
    protects: bool,
    converted: bool,
    targets: Targets<'a>,
}

#[derive(Serialize)]
struct Targets<'a> {
    ingress: Grade<'a>,
    gateway: Grade<'a>,
}

#[derive(Serialize)]
struct Grade<'a> {
    fidelity: Fidelity,
    #[serde(skip_serializing_if = "str::is_empty")]
    plain: &'a str,
    differences: &'a [String],
    /// By version of Traefik.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    examples: BTreeMap<String, Proof>,
}

impl<'a> Grade<'a> {
    fn new(key: &Key, support: &'a Support, target: Target) -> Self {
        Grade {
            fidelity: grade(key, support),
            plain: &support.plain,
            differences: &support.differences,
            examples: recorded_run().proofs(&key.rule.annotation.name, target),
        }
    }
}

fn json() -> anyhow::Result<String> {
    let rows: Vec<Row<'_>> = registry()
        .keys()
        .map(|key| {
            let annotation = key.rule.annotation;
            Row {
                annotation: key.key,
                alias_of: key.alias.then_some(annotation.name.as_str()),
                rule: &key.rule.rule.feature,
                summary: &annotation.summary,
                scope: annotation.scope,
                protects: annotation.protects,
                converted: annotation.converted,
                targets: Targets {
                    ingress: Grade::new(key, &annotation.ingress, Target::Ingress),
                    gateway: Grade::new(key, &annotation.gateway, Target::Gateway),
                },
            }
        })
        .collect();
    let run = recorded_run();
    let document = serde_json::json!({
        "schema": "nginx2traefik.rules/v1",
        "run": {"date": run.date, "traefik": run.traefik, "examples": run.examples, "requests": run.requests},
        "annotations": rows,
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

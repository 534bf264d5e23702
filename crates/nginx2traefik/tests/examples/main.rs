//! The examples of the rule files: each input through the whole line, each request asked of the model.
//!
//! `UPDATE_EXAMPLES=1 cargo test -p nginx2traefik --test examples` writes the results into the files.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod convert;
mod judge;
mod results;

use examples::Example;
use judge::Verdict;
use nginx2traefik::effective;
use nginx2traefik::model;
use nginx2traefik::source::Sources;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

/// All examples of the rule files.
fn examples() -> Vec<Example> {
    examples::of_folder(&folder()).expect("the rule files")
}

#[test]
fn the_model_answers_as_the_examples_say() {
    let (mut wrong, mut unknown, mut right) = (Vec::new(), Vec::new(), 0);
    for example in examples() {
        let Some(block) = &example.http else { continue };
        let name = example.name();
        let exchanges = examples::parse(block).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut sources = Sources::default();
        let id = sources.add("example.yaml", example.input.as_str());
        let manifests = model::join([model::read(id, &example.input)]);
        let effective = effective::build(&manifests, example.controller(&mut sources));
        for exchange in exchanges {
            let asked = &exchange.request;
            let answer = effective::serve_in(&effective, asked, &judge::Behind { asked });
            match judge::judge(&answer, &exchange.expected) {
                Verdict::Right => right += 1,
                Verdict::Wrong(why) => wrong.push(format!("{name}\n  {}\n  {why}", exchange.line)),
                Verdict::Unknown(why) => unknown.push(format!("{}: {why}", exchange.line)),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{right} right, {} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    insta::assert_snapshot!("unknown", unknown.join("\n"));
}

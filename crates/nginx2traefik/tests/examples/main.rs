//! The examples of the rule files: each input through the whole line, each request asked of the model.
//!
//! `UPDATE_EXAMPLES=1 cargo test -p nginx2traefik --test examples` writes the results into the files.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod convert;
mod http;
mod page;
mod results;

use http::Verdict;
use nginx2traefik::effective::{self, Controller};
use nginx2traefik::model;
use nginx2traefik::source::{Sources, Span};
use page::{Section, sections};
use std::path::PathBuf;

const INPUT: &str = "yaml nginx";

/// The rule files, sorted, with their texts.
fn files() -> Vec<(PathBuf, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder rules")
        .map(|entry| entry.expect("an entry of rules").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "md"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a rule file");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

fn name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Calls `f` with every section that has an input.
fn each_example(mut f: impl FnMut(&str, &Section, &str)) {
    for (path, text) in files() {
        for section in sections(&text) {
            if let Some(input) = section.block(INPUT) {
                f(&format!("{}, {}", name(&path), section.title), &section, &input.text);
            }
        }
    }
}

/// A controller that believes X-Forwarded-For, so that an example can choose the client's address.
fn controller(sources: &mut Sources) -> Controller {
    let id = sources.add("controller", "use-forwarded-headers");
    let mut controller = Controller::default();
    let on = ("true".to_owned(), Span::new(id, 0..0));
    controller.config.insert("use-forwarded-headers".to_owned(), on);
    controller.given = true;
    controller
}

#[test]
fn the_model_answers_as_the_examples_say() {
    let (mut wrong, mut unknown, mut right) = (Vec::new(), Vec::new(), 0);
    each_example(|example, section, input| {
        let Some(block) = section.block("http") else { return };
        let exchanges = http::parse(&block.text).unwrap_or_else(|error| panic!("{example}: {error}"));
        let mut sources = Sources::default();
        let id = sources.add("example.yaml", input);
        let manifests = model::join([model::read(id, input)]);
        let effective = effective::build(&manifests, controller(&mut sources));
        for exchange in exchanges {
            match http::judge(
                &effective::serve_in(&effective, &exchange.request, &http::Behind),
                &exchange.expected,
            ) {
                Verdict::Right => right += 1,
                Verdict::Wrong(why) => wrong.push(format!("{example}\n  {}\n  {why}", exchange.line)),
                Verdict::Unknown(why) => unknown.push(format!("{}: {why}", exchange.line)),
            }
        }
    });
    assert!(
        wrong.is_empty(),
        "{right} right, {} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    insta::assert_snapshot!("unknown", unknown.join("\n"));
}

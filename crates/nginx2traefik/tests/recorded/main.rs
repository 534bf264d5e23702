//! The model against recordings of a real ingress-nginx v1.15.1 (`fixtures/recorded`).
//!
//! Each entry holds manifests and the answers to requests. The model is built from the manifests, asked the same requests, and
//! compared as a client would. What is mispredicted stands in the snapshot, one line each; `Unknown` is not right.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints the shares"
)]

mod ask;
mod compare;
mod entry;
mod score;
mod world;

use score::Score;
use std::path::{Path, PathBuf};

/// The least share of right answers, in percent.
const FLOORS: &[(&str, f64)] = &[
    ("access", 99.5),
    ("atlas", 98.0),
    ("auth", 99.5),
    ("canary", 99.0),
    ("cors", 99.5),
    ("errors", 99.5),
    ("headers", 99.5),
    ("mix", 99.5),
    ("redirect", 99.5),
    ("regex", 99.5),
    ("rewrite", 99.5),
    ("routing", 99.5),
    ("serversnippet", 99.0),
    ("snippet", 99.5),
    ("tls", 99.5),
    ("value", 99.5),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/recorded")
}

fn files() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(folder())
        .into_iter()
        .map(|entry| entry.expect("the recordings").into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    found.sort();
    found
}

fn score() -> Score {
    let mut score = Score::default();
    for file in files() {
        for entry in entry::read(&file) {
            score.entry(&entry);
        }
    }
    score
}

#[test]
fn the_model_answers_as_ingress_nginx_did() {
    let score = score();
    println!("{}", score.table());
    insta::assert_snapshot!("mispredicted", score.mispredicted());
    insta::assert_snapshot!("shares", score.table());
    for (family, floor) in FLOORS {
        let share = score.share(family);
        assert!(
            share >= *floor,
            "{family}: {share:.1} % right, at least {floor} % wanted"
        );
    }
}

//! How fast a large cluster is read and migrated. Not a test: see `README.md` beside this file.
#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has to stop")]

mod generate;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_nginx2traefik");

static INGRESSES: LazyLock<String> = LazyLock::new(|| generate::ingresses(20_000));

/// Two folders: `one` holds a file of 20,000 Ingresses, `many` 10,000 files. Below `$KEEP` they stay.
static FOLDERS: LazyLock<Folders> = LazyLock::new(|| {
    let temporary = TempDir::new().expect("a folder");
    let root = std::env::var_os("KEEP").map_or(temporary.path().to_owned(), PathBuf::from);
    let (one, many) = (root.join("one"), root.join("many"));
    std::fs::create_dir_all(&one).expect("a folder");
    std::fs::write(one.join("all.yaml"), &*INGRESSES).expect("a file");
    generate::tree(&many, 10_000);
    Folders {
        one,
        many,
        _temporary: temporary,
    }
});

struct Folders {
    one: PathBuf,
    many: PathBuf,
    /// Removed with it.
    _temporary: TempDir,
}

fn main() {
    divan::main();
}

/// The parser underneath, events thrown away.
#[divan::bench(sample_count = 10)]
fn events_20_000_ingresses(bencher: Bencher) {
    bencher
        .counter(BytesCount::of_str(INGRESSES.as_str()))
        .bench(|| granit_parser::Parser::new_from_str(black_box(&INGRESSES)).count());
}

/// Spanned trees of all documents.
#[divan::bench(sample_count = 10)]
fn trees_20_000_ingresses(bencher: Bencher) {
    bencher
        .counter(BytesCount::of_str(INGRESSES.as_str()))
        .bench(|| spanned_yaml::parse(black_box(&INGRESSES)));
}

/// Exit codes 0 and 1 are those of a run that did its job.
fn run(args: &[&str], folder: &Path) {
    let status = Command::new(BINARY)
        .args(args)
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the binary");
    assert!(matches!(status.code(), Some(0 | 1)), "{args:?}: {status}");
}

#[divan::bench(sample_count = 5)]
fn lint_20_000_ingresses(bencher: Bencher) {
    let folder = &FOLDERS.one;
    let bytes = BytesCount::of_str(INGRESSES.as_str());
    bencher
        .counter(bytes)
        .bench(|| run(&["lint", "--format", "json"], folder));
}

#[divan::bench(sample_count = 5)]
fn migrate_20_000_ingresses(bencher: Bencher) {
    let folder = &FOLDERS.one;
    let bytes = BytesCount::of_str(INGRESSES.as_str());
    bencher
        .counter(bytes)
        .bench(|| run(&["migrate", "--target", "ingress"], folder));
}

#[divan::bench(sample_count = 10)]
fn lint_10_000_files(bencher: Bencher) {
    let folder = &FOLDERS.many;
    bencher.bench(|| run(&["lint", "--format", "json"], folder));
}

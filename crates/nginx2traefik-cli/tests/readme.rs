//! The screen in the README is what the binary prints. `UPDATE_README=1 cargo test -p nginx2traefik-cli --test readme` writes it anew.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

const OPEN: &str = "```console\n$ nginx2traefik ";

#[test]
fn the_screen_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let (before, rest) = readme.split_once(OPEN).expect("a console block");
    let (command, rest) = rest.split_once('\n').expect("a line");
    let (screen, after) = rest.split_once("```\n").expect("the end of the block");
    let printed = run(&root, command);
    if std::env::var_os("UPDATE_README").is_some() {
        let new = format!("{before}{OPEN}{command}\n{printed}```\n{after}");
        std::fs::write(&path, new).expect("the README");
        return;
    }
    let diff = similar::TextDiff::from_lines(screen, &printed);
    assert!(screen == printed, "README.md is not current:\n{}", diff.unified_diff());
}

/// What a person sees: standard output, then the report.
fn run(root: &Path, command: &str) -> String {
    let mut binary = Command::new(env!("CARGO_BIN_EXE_nginx2traefik"));
    binary.current_dir(root).args(command.split(' ')).env("NO_COLOR", "1");
    let output = binary.output().expect("the binary runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("UTF-8")
}

//! Where `migrate --target gateway` puts what belongs to no file alone.
use crate::program::{Folder, ingress};
use std::fs::File;
use std::process::Stdio;

const TARGET: [&str; 2] = ["--target", "gateway"];

fn run(folder: &Folder, args: &[&str]) -> (String, Option<i32>) {
    let output = folder.run(&[args, &TARGET].concat());
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn gateways_stand_in_a_file_of_their_own_and_a_second_run_changes_nothing() {
    let folder = Folder::with(&[("in/a.yaml", &ingress("a")), ("in/b.yaml", &ingress("b"))]);
    let (_, code) = run(&folder, &["migrate", "in", "--output-dir", "out"]);
    assert_eq!(code, Some(0));
    let gateway = folder.read("out/gateway.yaml");
    assert!(gateway.starts_with("# What the migrated routes hang on."), "{gateway}");
    assert_eq!(gateway.matches("kind: Gateway\n").count(), 1);
    assert!(!folder.read("out/a.yaml").contains("kind: Gateway\n"));
    assert_eq!(run(&folder, &["migrate", "out", "--check"]).1, Some(0));
    let lint = folder.run(&["lint", "out"]);
    assert_eq!(lint.status.code(), Some(0));
}

#[test]
fn written_in_place_they_stand_beside_the_first_file_and_overwrite_nobodys() {
    let own = "kind: Mine\n";
    let folder = Folder::with(&[
        ("in/a.yaml", &ingress("a")),
        ("one/b.yaml", &ingress("b")),
        ("one/gateway.yaml", own),
    ]);
    run(&folder, &["migrate", "in", "--write"]);
    assert!(folder.read("in/gateway.yaml").contains("kind: Gateway\n"));
    assert_eq!(run(&folder, &["migrate", "in", "--check"]).1, Some(0));
    run(&folder, &["migrate", "one/b.yaml", "--write"]);
    assert_eq!(folder.read("one/gateway.yaml"), own, "it was not among the inputs");
    assert!(folder.read("one/gateway-2.yaml").contains("kind: Gateway\n"));
}

#[test]
fn they_come_with_the_rest_on_standard_output_and_in_a_diff() {
    let folder = Folder::with(&[("in/a.yaml", &ingress("a")), ("input", &ingress("b"))]);
    let (text, _) = run(&folder, &["migrate", "in"]);
    assert!(text.contains("# Source: in/gateway.yaml\n"), "{text}");
    let (diff, _) = run(&folder, &["migrate", "in", "--diff"]);
    assert!(diff.contains("--- /dev/null\n+++ b/in/gateway.yaml\n"), "{diff}");
    let input = Stdio::from(File::open(folder.path("input")).unwrap());
    let output = folder.run_with(&[&["migrate", "-"][..], &TARGET].concat(), input);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("kind: HTTPRoute") && text.contains("---\n# What the migrated routes hang on."),
        "{text}"
    );
}

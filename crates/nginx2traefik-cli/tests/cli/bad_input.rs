//! Input that is wrong: one clear finding with its place, every other input processed, nothing half written, never a panic.
use crate::program::{Folder, ingress};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

/// What is said of the input: the migration's own findings and its summary are tested elsewhere.
fn of_input(said: &str) -> String {
    let end = said
        .lines()
        .position(|line| line == "Worth knowing" || line.contains(" Ingresses: ") || line.starts_with("1 Ingress"));
    let kept = said.lines().take(end.unwrap_or(usize::MAX));
    let after = said
        .lines()
        .filter(|line| line.starts_with("error: ") || line.starts_with("---------- exit"))
        .filter(|_| end.is_some());
    kept.chain(after).map(|line| format!("{line}\n")).collect()
}

/// A good file beside the bad one: it has to come out converted, whatever the bad one does.
fn beside_a_good_one(bad: &[u8]) -> (Folder, String) {
    let folder = Folder::with(&[("in/good.yaml", &ingress("good"))]);
    folder.write("in/bad.yaml", bad);
    let said = folder.said(&[
        "migrate",
        "in",
        "--target",
        "ingress",
        "--output-dir",
        "out",
        "--report",
        "out/report.json",
    ]);
    assert!(
        folder.read("out/good.yaml").contains("ingressClassName: traefik"),
        "the good file is converted\n{said}"
    );
    assert!(
        folder.read("out/report.json").contains("in/bad.yaml"),
        "the report names the bad file"
    );
    (folder, of_input(&said))
}

#[test]
fn invalid_yaml() {
    let (folder, said) = beside_a_good_one(b"apiVersion: v1\nkind: Ingress\nmetadata:\n  name: [unclosed\n");
    insta::assert_snapshot!(said);
    assert_eq!(
        folder.read("out/bad.yaml"),
        folder.read("in/bad.yaml"),
        "it is left as it was"
    );
}

#[test]
fn a_tab_for_indentation() {
    insta::assert_snapshot!(beside_a_good_one(b"kind: Ingress\nmetadata:\n\tname: a\n").1);
}

#[test]
fn a_template_expression() {
    let text = b"kind: Ingress\nmetadata:\n  name: {{ .Release.Name }}\n  {{- with .Values.labels }}\n  labels: {{ . | toYaml }}\n  {{- end }}\n";
    insta::assert_snapshot!(beside_a_good_one(text).1);
}

#[test]
fn invalid_utf8() {
    let (folder, said) = beside_a_good_one(b"kind: Ingress\nmetadata:\n  name: caf\xe9\n");
    insta::assert_snapshot!(said);
    assert!(
        !folder.path("out/bad.yaml").exists()
            || fs::read(folder.path("out/bad.yaml")).unwrap() == fs::read(folder.path("in/bad.yaml")).unwrap()
    );
}

#[test]
fn an_alias_bomb() {
    let mut text =
        String::from("apiVersion: networking.k8s.io/v1\nkind: Ingress\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..=9 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{items}]\n");
    }
    text += "metadata: {name: bomb, annotations: {a: *a9}}\n";
    insta::assert_snapshot!(beside_a_good_one(text.as_bytes()).1);
}

#[test]
fn a_file_above_the_limit() {
    let folder = Folder::with(&[("in/good.yaml", &ingress("good"))]);
    let huge = fs::File::create(folder.path("in/huge.yaml")).unwrap();
    huge.set_len(200 * 1024 * 1024).unwrap();
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "in",
        "--target",
        "ingress",
        "--output-dir",
        "out"
    ])));
    assert!(folder.read("out/good.yaml").contains("ingressClassName: traefik"));
}

#[test]
fn a_loop_of_folders() {
    let folder = Folder::with(&[("in/good.yaml", &ingress("good"))]);
    symlink("..", folder.path("in/again")).unwrap();
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "in",
        "--target",
        "ingress",
        "--output-dir",
        "out"
    ])));
    assert!(folder.read("out/good.yaml").contains("ingressClassName: traefik"));
}

#[test]
fn files_that_cannot_be_read() {
    let folder = Folder::with(&[("in/good.yaml", &ingress("good"))]);
    symlink("nowhere.yaml", folder.path("in/link.yaml")).unwrap();
    fs::create_dir(folder.path("in/folder.yaml")).unwrap();
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "in",
        "absent.yaml",
        "--target",
        "ingress",
        "--output-dir",
        "out"
    ])));
    assert!(folder.read("out/good.yaml").contains("ingressClassName: traefik"));
}

#[test]
fn a_file_that_is_write_protected() {
    let folder = Folder::with(&[("in/a.yaml", &ingress("a")), ("in/b.yaml", &ingress("b"))]);
    fs::set_permissions(folder.path("in/a.yaml"), fs::Permissions::from_mode(0o444)).unwrap();
    insta::assert_snapshot!(of_input(
        &folder.said(&["migrate", "in", "--target", "ingress", "--write"])
    ));
    assert_eq!(folder.read("in/a.yaml"), ingress("a"), "nothing is half written");
    assert!(
        folder.read("in/b.yaml").contains("ingressClassName: traefik"),
        "the other file is"
    );
}

#[test]
fn a_full_disk() {
    let folder = Folder::with(&[("in/a.yaml", &ingress("a"))]);
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "in",
        "--target",
        "ingress",
        "--write",
        "--report",
        "/dev/full"
    ])));
    assert_eq!(
        folder.read("in/a.yaml"),
        ingress("a"),
        "no file changes without its report"
    );
}

#[test]
fn an_output_folder_that_is_a_file() {
    let folder = Folder::with(&[("in/a.yaml", &ingress("a")), ("out", "mine\n")]);
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "in",
        "--target",
        "ingress",
        "--output-dir",
        "out"
    ])));
    assert_eq!(folder.read("out"), "mine\n");
}

#[test]
fn a_link_that_leads_outside() {
    let folder = Folder::with(&[("elsewhere/a.yaml", &ingress("a")), ("in/b.yaml", &ingress("b"))]);
    symlink("../elsewhere/a.yaml", folder.path("in/a.yaml")).unwrap();
    insta::assert_snapshot!(of_input(
        &folder.said(&["migrate", "in", "--target", "ingress", "--write"])
    ));
    assert_eq!(folder.read("elsewhere/a.yaml"), ingress("a"));
    assert!(folder.path("in/a.yaml").is_symlink(), "the link stays a link");
}

#[test]
fn one_object_in_two_files() {
    let folder = Folder::with(&[
        ("in/a.yaml", &ingress("a")),
        ("in/b.yaml", &ingress("a")),
        ("in/good.yaml", &ingress("good")),
    ]);
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "in",
        "--target",
        "ingress",
        "--output-dir",
        "out"
    ])));
    assert!(folder.read("out/good.yaml").contains("ingressClassName: traefik"));
}

#[test]
fn no_file_at_all() {
    let folder = Folder::with(&[("in/readme.txt", "nothing")]);
    insta::assert_snapshot!(of_input(&folder.said(&["migrate", "in", "--target", "ingress"])));
}

#[test]
fn a_controller_config_that_is_not_there() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "a.yaml",
        "--target",
        "ingress",
        "--controller-config",
        "absent.yaml",
        "--diff"
    ])));
}

#[test]
fn values_that_are_no_yaml() {
    let folder = Folder::with(&[("a.yaml", &ingress("a")), ("values.yaml", "ports: [web\n")]);
    insta::assert_snapshot!(of_input(&folder.said(&[
        "migrate",
        "a.yaml",
        "--target",
        "ingress",
        "--traefik-values",
        "values.yaml",
        "--write"
    ])));
    assert_eq!(folder.read("a.yaml"), ingress("a"));
}

#[test]
fn a_profile_that_is_wrong() {
    let folder = Folder::with(&[
        ("a.yaml", &ingress("a")),
        ("nginx2traefik.toml", "[traefik]\nversoin = \"3.7\"\n"),
    ]);
    insta::assert_snapshot!(of_input(&folder.said(&["migrate", "a.yaml", "--target", "ingress"])));
}

#[test]
fn escape_sequences_do_not_reach_the_terminal() {
    let text = ingress("a").replace("  name: a\n", "  name: a\n  annotations:\n    nginx.ingress.kubernetes.io/server-snippet: \"\\e[2J \u{202e}x\"\n    nginx.ingress.kubernetes.io/a\u{1b}[31m: b\n");
    let folder = Folder::with(&[("a.yaml", &text)]);
    for arguments in [
        vec!["lint", "a.yaml"],
        vec!["migrate", "a.yaml", "--target", "ingress", "--check"],
    ] {
        let said = folder.said(&arguments);
        assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said}");
    }
}

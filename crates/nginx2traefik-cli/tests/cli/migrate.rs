//! `migrate` in each of its modes.
use crate::program::{Folder, ingress};
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
const ROLE: &str = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\n";

#[test]
fn without_a_mode_the_documents_go_to_standard_output() {
    let folder = Folder::with(&[("a.yaml", &format!("# mine\n{}---\n{ROLE}", ingress("a")))]);
    let output = folder.run(&["migrate", "a.yaml", "--target", "ingress"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("# mine\n") && text.contains(ROLE), "{text}");
    assert!(text.contains("ingressClassName: traefik"));
    assert_eq!(
        folder.read("a.yaml"),
        format!("# mine\n{}---\n{ROLE}", ingress("a")),
        "the file is as it was"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn standard_input_comes_out_whole() {
    let folder = Folder::with(&[("input", &format!("{SERVICE}---\n{}", ingress("a"))), ("other", ROLE)]);
    let run = |input: &str| {
        let input = Stdio::from(File::open(folder.path(input)).unwrap());
        let output = folder.run_with(&["migrate", "-", "--target", "ingress"], input);
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run("input");
    assert!(
        text.starts_with(SERVICE) && text.contains("ingressClassName: traefik"),
        "{text}"
    );
    assert_eq!(run("other"), ROLE, "what is not ours passes");
}

#[test]
fn several_files_are_told_apart_on_standard_output() {
    let folder = Folder::with(&[
        ("in/a.yaml", &ingress("a")),
        ("in/b.yaml", &ingress("b")),
        ("in/role.yaml", ROLE),
    ]);
    let output = folder.run(&["migrate", "in", "--target", "ingress"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let sources: Vec<&str> = text.lines().filter(|line| line.starts_with("# Source")).collect();
    assert_eq!(sources, ["# Source: in/a.yaml", "# Source: in/b.yaml"]);
}

#[test]
fn an_output_folder_holds_every_input_file() {
    let folder = Folder::with(&[
        ("in/a.yaml", &ingress("a")),
        ("in/below/b.yml", SERVICE),
        ("in/role.yaml", ROLE),
    ]);
    let output = folder.run(&[
        "migrate",
        "in",
        "--target",
        "ingress",
        "--output-dir",
        "out",
        "--report",
        "out/report.json",
    ]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
    assert!(folder.read("out/a.yaml").contains("ingressClassName: traefik"));
    assert_eq!(folder.read("out/below/b.yml"), SERVICE);
    assert_eq!(folder.read("out/role.yaml"), ROLE);
    assert!(folder.read("out/traefik.yaml").contains("entryPoints"));
    assert!(folder.read("out/report.json").contains("nginx2traefik.report/v1"));
}

#[test]
fn an_output_folder_inside_the_input_is_no_input() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    for _ in 0..2 {
        folder.run(&["migrate", ".", "--target", "ingress", "--output-dir", "out"]);
    }
    assert!(!folder.path("out/out").exists());
}

#[test]
fn inputs_of_one_name_do_not_overwrite_each_other() {
    let folder = Folder::with(&[
        ("x/a.yaml", &ingress("a")),
        ("y/a.yaml", &ingress("b")),
        ("y/traefik.yaml", ROLE),
    ]);
    folder.run(&["migrate", "x", "y", "--target", "ingress", "--output-dir", "out"]);
    assert!(folder.read("out/a.yaml").contains("name: a"));
    assert!(folder.read("out/a-2.yaml").contains("name: b"));
    assert_eq!(
        folder.read("out/traefik-2.yaml"),
        ROLE,
        "the name is taken by Traefik's own configuration"
    );
}

#[test]
fn writing_in_place_keeps_permissions_and_is_done_once() {
    let folder = Folder::with(&[("in/a.yaml", &ingress("a")), ("in/role.yaml", ROLE)]);
    fs::set_permissions(folder.path("in/a.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    let role = fs::metadata(folder.path("in/role.yaml")).unwrap().modified().unwrap();
    folder.run(&["migrate", "in", "--target", "ingress", "--write"]);
    let first = folder.read("in/a.yaml");
    assert!(first.contains("ingressClassName: traefik"));
    let known = fs::metadata(folder.path("in/a.yaml")).unwrap();
    assert_eq!(known.permissions().mode() & 0o777, 0o640);
    let again = folder.run(&["migrate", "in", "--target", "ingress", "--write"]);
    assert_eq!(folder.read("in/a.yaml"), first, "a second run changes nothing");
    assert_eq!(
        fs::metadata(folder.path("in/a.yaml")).unwrap().modified().unwrap(),
        known.modified().unwrap()
    );
    assert_eq!(
        fs::metadata(folder.path("in/role.yaml")).unwrap().modified().unwrap(),
        role
    );
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(
        fs::read_dir(folder.path("in")).unwrap().count(),
        2,
        "no temporary file stays"
    );
}

#[test]
fn an_interrupted_run_can_be_taken_up() {
    let folder = Folder::with(&[("in/a.yaml", &ingress("a")), ("in/b.yaml", &ingress("b"))]);
    folder.run(&["migrate", "in", "--target", "ingress", "--output-dir", "whole"]);
    fs::copy(folder.path("whole/a.yaml"), folder.path("in/a.yaml")).unwrap();
    folder.run(&["migrate", "in", "--target", "ingress", "--write"]);
    let lines = |path: &str| {
        folder
            .read(path)
            .lines()
            .filter(|l| l.contains("kind: Ingress"))
            .count()
    };
    assert_eq!((lines("in/a.yaml"), lines("in/b.yaml")), (1, 1));
    assert!(folder.read("in/b.yaml").contains("ingressClassName: traefik"));
}

#[test]
fn a_link_inside_what_was_named_is_followed() {
    let folder = Folder::with(&[("in/real/a.yaml", &ingress("a"))]);
    symlink("real/a.yaml", folder.path("in/a.yaml")).unwrap();
    folder.run(&["migrate", "in", "--target", "ingress", "--write"]);
    assert!(folder.path("in/a.yaml").is_symlink());
    assert!(folder.read("in/real/a.yaml").contains("ingressClassName: traefik"));
}

#[test]
fn check_writes_nothing_and_says_whether_something_would_change() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    let check = ["migrate", "a.yaml", "--target", "ingress", "--check"];
    assert_eq!(folder.run(&check).status.code(), Some(1));
    assert_eq!(folder.read("a.yaml"), ingress("a"));
    folder.run(&["migrate", "a.yaml", "--target", "ingress", "--write"]);
    let after = folder.run(&check);
    assert_eq!((after.status.code(), after.stdout.len()), (Some(0), 0));
}

#[test]
fn diff_shows_what_would_change() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    let output = folder.run(&["migrate", "a.yaml", "--target", "ingress", "--diff"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("--- a/a.yaml\n+++ b/a.yaml\n@@ "), "{text}");
    assert!(
        text.contains("\n-  ingressClassName: nginx\n+  ingressClassName: traefik\n"),
        "{text}"
    );
    assert_eq!(folder.read("a.yaml"), ingress("a"));
}

#[test]
fn what_is_blocked_stays_and_fails() {
    let text = ingress("a").replace(
        "  name: a\n",
        "  name: a\n  annotations:\n    nginx.ingress.kubernetes.io/server-snippet: access_by_lua_block { ngx.exit(404) }\n",
    );
    let folder = Folder::with(&[("a.yaml", &text)]);
    let run = |level: &str| {
        folder
            .run(&[
                "migrate",
                "a.yaml",
                "--target",
                "ingress",
                "--write",
                "--fail-on",
                level,
            ])
            .status
            .code()
    };
    assert_eq!(run("error"), Some(1));
    assert_eq!(run("never"), Some(0));
    assert_eq!(folder.read("a.yaml"), text);
}

#[test]
fn the_report_as_json() {
    let folder = Folder::with(&[(
        "a.yaml",
        "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: a   # größe
  annotations: {größe: 'ß', nginx.ingress.kubernetes.io/client_max_body_size: 8m}
spec:
  ingressClassName: nginx
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]
",
    )]);
    folder.run(&[
        "migrate",
        "a.yaml",
        "--target",
        "ingress",
        "--traefik-version",
        "3.6",
        "--report",
        "report.json",
        "--check",
    ]);
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(
        (&report["schema"], &report["target"], &report["traefik"]),
        (&"nginx2traefik.report/v1".into(), &"ingress".into(), &"3.6".into())
    );
    let object = &report["objects"][0];
    assert_eq!(
        (&object["file"], &object["kind"], &object["namespace"], &object["name"]),
        (&"a.yaml".into(), &"Ingress".into(), &"default".into(), &"a".into())
    );
    let finding = object["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["rule"] == "never-existed")
        .unwrap();
    assert_eq!(
        finding["annotation"],
        "nginx.ingress.kubernetes.io/client_max_body_size"
    );
    assert_eq!(
        finding["span"],
        serde_json::json!({"line": 5, "column": 29, "endLine": 5, "endColumn": 77}),
        "columns are characters"
    );
    assert!(report["summary"].is_object() && report["notes"].is_array());
}

#[test]
fn two_runs_give_the_same_bytes() {
    let run = || {
        let folder = Folder::with(&[
            ("in/a.yaml", &ingress("a")),
            ("in/b.yaml", &ingress("b")),
            ("in/c.yaml", &ingress("c")),
        ]);
        folder.run(&[
            "migrate",
            "in",
            "--target",
            "ingress",
            "--output-dir",
            "out",
            "--report",
            "out/report.json",
        ]);
        [
            "a.yaml",
            "b.yaml",
            "c.yaml",
            "traefik.yaml",
            "traefik-values.yaml",
            "report.json",
        ]
        .map(|file| folder.read(&format!("out/{file}")))
    };
    assert_eq!(run(), run());
}

#[test]
fn wrong_usage_is_told_by_its_own_code() {
    let folder = Folder::new();
    for arguments in [
        vec!["migrate", "a.yaml"],
        vec!["migrate", "--target", "ingress"],
        vec!["migrate", "a.yaml", "--target", "ingress", "--write", "--diff"],
        vec!["migrate", "a.yaml", "--target", "ingress", "--traefik-version", "2.11"],
        vec!["migrat"],
    ] {
        assert_eq!(folder.run(&arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(folder.run(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_large_file_is_read_in_pieces_and_comes_out_in_order() {
    let padding = format!("# {}\n", "x".repeat(2000));
    let mut text = String::new();
    for number in 0..700 {
        text += &format!("---\n{padding}{}", ingress(&format!("a{number:03}")));
    }
    let broken = text.replacen("  name: a500\n", "  name: @a500\n", 1);
    let folder = Folder::with(&[("large.yaml", &broken)]);
    let said = folder.said(&["migrate", "large.yaml", "--target", "ingress", "--write"]);
    let line = 1 + broken[..broken.find("@a500").unwrap()].matches('\n').count();
    assert!(said.contains(&format!("large.yaml:{line}:9")), "{said}");
    let new = folder.read("large.yaml");
    assert_eq!(new.matches("ingressClassName: traefik").count(), 699);
    let names: Vec<&str> = new.lines().filter(|line| line.starts_with("    - host: a")).collect();
    assert!(names.len() == 700 && names.is_sorted());
}

#[test]
fn the_profile_says_what_is_installed() {
    let folder = Folder::with(&[
        ("repo/apps/a.yaml", &ingress("a")),
        ("repo/cluster/values.yaml", "image: {tag: v3.6.11}\n"),
        ("repo/cluster/nginx.yaml", "controller: {config: {hsts: 'false'}}\n"),
        (
            "repo/nginx2traefik.toml",
            "[ingress-nginx]\ncontroller-config = [\"cluster/nginx.yaml\"]\n[traefik]\nvalues = \"cluster/values.yaml\"\n",
        ),
    ]);
    let migrate = |more: &[&str]| {
        folder.run(
            &[
                &[
                    "migrate",
                    "repo/apps",
                    "--target",
                    "ingress",
                    "--check",
                    "--report",
                    "report.json",
                ],
                more,
            ]
            .concat(),
        );
        serde_json::from_str::<serde_json::Value>(&folder.read("report.json")).unwrap()
    };
    let report = migrate(&[]);
    assert_eq!(report["traefik"], "3.6");
    let notes = report["notes"].to_string();
    assert!(!notes.contains("Nothing was shown"), "{notes}");
    assert_eq!(
        migrate(&["--traefik-version", "3.7"])["traefik"],
        "3.7",
        "the command line wins"
    );
}

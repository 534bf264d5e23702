//! What a machine lacks is said before anything is started. Needs no server.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// A machine whose only programs are these: names and shell scripts.
fn machine(programs: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, script) in programs {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a program");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("an executable");
    }
    // where `GO` says that the Gateway API's module is
    let schemas = folder.path().join("config/crd/standard");
    std::fs::create_dir_all(&schemas).expect("a folder");
    std::fs::write(
        schemas.join("gateways.yaml"),
        "spec:\n  group: gateway.networking.k8s.io\n",
    )
    .expect("a schema");
    conformance(folder.path())
}

/// Builds everything, and has downloaded what is asked for.
const GO: &str = r#"[ "$1" = mod ] && echo "{\"Dir\": \"${0%/*}\"}"; exit 0"#;

fn conformance(path: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(["conformance", "class"])
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", path);
    command.env_remove("TRAEFIK").env_remove("TRAEFIK_36");
    command.output().expect("xtask runs")
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

const FINE: &[(&str, &str)] = &[
    ("unshare", "exit 0"),
    ("setpriv", "exit 0"),
    ("ip", "exit 0"),
    ("mount", "exit 0"),
];

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let out = machine(&[]);
    assert_eq!(out.status.code(), Some(2));
    let said = said(&out);
    assert!(said.starts_with("error: nothing was proved"), "{said}");
    for program in ["unshare (", "setpriv (", "ip (", "mount (", "go (", "traefik ("] {
        assert!(said.contains(&format!("\n  {program}")), "{program}: {said}");
    }
}

#[test]
fn no_go() {
    let out = machine(&[FINE, &[("traefik", "exit 0")]].concat());
    assert_eq!(out.status.code(), Some(2));
    let said = said(&out);
    assert!(said.contains("\n  go (") && !said.contains("\n  traefik ("), "{said}");
}

#[test]
fn no_traefik() {
    let out = machine(&[FINE, &[("go", "exit 0")]].concat());
    assert_eq!(out.status.code(), Some(2));
    let said = said(&out);
    assert!(said.contains("\n  traefik (") && !said.contains("\n  go ("), "{said}");
}

#[test]
fn a_namespace_that_is_not_allowed() {
    let refuses =
        r#"[ "$1" = --version ] && exit 0; echo "unshare: unshare failed: Operation not permitted" >&2; exit 1"#;
    let programs = [&FINE[1..], &[("unshare", refuses), ("go", GO), ("traefik", "exit 0")]].concat();
    let out = machine(&programs);
    assert_eq!(out.status.code(), Some(2));
    let said = said(&out);
    assert!(said.contains("this machine does not allow one"), "{said}");
    assert!(said.contains("Operation not permitted"), "{said}");
}

#[test]
fn a_build_that_fails() {
    let fails = r#"[ "$1" = version ] && exit 0; echo "no space left on device" >&2; exit 1"#;
    let out = machine(&[FINE, &[("go", fails), ("traefik", "exit 0")]].concat());
    assert_eq!(out.status.code(), Some(2));
    assert!(said(&out).contains("no space left on device"), "{}", said(&out));
}

//! `policy`: the ban without a webhook. `cargo xtask policy` shows what a real API server makes of it.
use crate::program::Folder;
use std::path::{Path, PathBuf};

fn deployed(mode: &str) -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    project.join(format!("deploy/policy/{mode}.yaml"))
}

#[test]
fn the_manifests_in_deploy_are_what_the_program_prints() {
    let folder = Folder::new();
    for mode in ["audit", "warn", "deny"] {
        let output = folder.run(&["policy", &format!("--{mode}")]);
        assert!(output.status.success());
        let printed = String::from_utf8(output.stdout).unwrap();
        if std::env::var_os("UPDATE_DEPLOY").is_some() {
            std::fs::write(deployed(mode), &printed).unwrap();
        }
        let stored = std::fs::read_to_string(deployed(mode)).unwrap();
        assert!(
            stored == printed,
            "deploy/policy/{mode}.yaml is stale: UPDATE_DEPLOY=1 cargo test"
        );
    }
}

#[test]
fn without_a_mode_it_refuses() {
    let folder = Folder::new();
    assert_eq!(folder.said(&["policy"]), folder.said(&["policy", "--deny"]));
}

#[test]
fn the_profile_says_what_is_banned_where() {
    let folder = Folder::with(&[(
        "nginx2traefik.toml",
        "[ingress-nginx]
classes = ['internal', 'external']
annotations-prefix = 'ingress.example.com'

[admission]
mode = 'warn'
rules.cors = 'audit'
namespaces.shop.mode = 'deny'
namespaces.blog.mode = 'deny'
namespaces.lab.mode = 'audit'

[admission.exempt]
users = ['system:serviceaccount:flux-system:kustomize-controller']
namespaces = ['pr-*']

[admission.exemptions]
max-days = 14
groups = ['platform']
",
    )]);
    let said = folder.said(&["policy", "--name", "ban", "--namespace", "policies"]);
    let documents: Vec<&str> = said.split("---\n").collect();
    let policies = |text: &&str| text.contains("\nkind: ValidatingAdmissionPolicy\n");
    let rest: Vec<&str> = documents.iter().copied().filter(|text| !policies(text)).collect();
    insta::assert_snapshot!(rest.join("---\n"));
}

#[test]
fn what_is_wrong_in_the_profile_is_told() {
    let folder = Folder::with(&[("nginx2traefik.toml", "[admission]\nrules.rewrite-taget = 'warn'\n")]);
    insta::assert_snapshot!(folder.said(&["policy"]));
}

#[test]
fn two_modes_are_one_too_many() {
    let output = Folder::new().run(&["policy", "--warn", "--deny"]);
    assert_eq!(output.status.code(), Some(2));
}

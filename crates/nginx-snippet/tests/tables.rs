//! The tables of directives agree with each other and with ingress-nginx.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use nginx_snippet::{Context, Meaning, directive_names, directives, meaning_of};

fn annotations() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/annotation-keys.txt");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| line.rsplit('/').next().unwrap_or(line).trim().to_owned())
        .collect()
}

#[test]
fn every_named_annotation_exists() {
    let known = annotations();
    for name in directive_names() {
        if let Meaning::Annotation(annotation) = meaning_of(name) {
            assert!(known.contains(annotation), "{name} names {annotation}");
        }
    }
}

#[test]
fn every_directive_has_a_meaning() {
    for name in directive_names() {
        assert_ne!(meaning_of(name), Meaning::Unknown, "{name}");
    }
    let graded = directive_names()
        .filter(|name| !matches!(meaning_of(name), Meaning::Manual(_)))
        .count();
    println!(
        "directives: {} known, {graded} of them with another end than work by hand",
        directive_names().count()
    );
    assert!(directive_names().count() > 600);
}

#[test]
fn contexts_and_counts_are_nginx_s_own() {
    let one = |name: &str| directives(name)[0].clone();
    assert!(!one("add_header").allowed_in(Context::ServerIf) && one("add_header").allowed_in(Context::LocationIf));
    assert!(!one("proxy_set_header").allowed_in(Context::LocationIf));
    assert!(!one("limit_req_zone").allowed_in(Context::Server) && one("limit_req_zone").allowed_in(Context::Http));
    assert!(one("rewrite").takes(2) && one("rewrite").takes(3) && !one("rewrite").takes(4));
    assert!(one("location").block && one("if").takes(7));
    assert_eq!(one("geoip2_proxy").loaded_by(), Some("use-geoip2"));
    // http and stream both have one
    assert_eq!(directives("proxy_pass").len(), 2);
}

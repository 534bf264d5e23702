//! One truth: what lint finds in the examples of the rules, the webhook refuses, and nothing else.
use crate::ask::{Ask, create};
use nginx2traefik::effective::{Controller, build};
use nginx2traefik::lint::lint;
use nginx2traefik::model::{join, read};
use nginx2traefik::rules::{Target, registry};
use nginx2traefik::source::Sources;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names of annotations that lint speaks of because they mean nothing but ingress-nginx, of one document.
fn linted(text: &str) -> BTreeSet<String> {
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", text);
    let manifests = join([read(id, text)]);
    let effective = build(&manifests, Controller::default());
    let findings = lint(&manifests, &effective, Target::Ingress);
    let names = findings.into_iter().filter_map(|finding| finding.annotation);
    names
        .filter(|name| name.starts_with("nginx.ingress.kubernetes.io/"))
        .collect()
}

fn refused(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let object = Value::deserialize(document).unwrap();
        if object["kind"] != "Ingress" {
            continue;
        }
        let ask: Ask = create(object.clone());
        let annotations = object["metadata"]["annotations"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let rules = ask.answer().rules;
        let banned = annotations
            .keys()
            .filter(|name| name.starts_with("nginx.ingress.kubernetes.io/"));
        let names: Vec<String> = banned.cloned().collect();
        let of_annotations = rules
            .iter()
            .filter(|rule| !["class", "names-class"].contains(rule))
            .count();
        assert_eq!(of_annotations, names.len(), "{rules:?} and {names:?}");
        found.extend(names);
    }
    found
}

#[test]
fn every_example_is_refused_for_what_lint_says() {
    let mut examples = 0;
    for rule in registry().features() {
        for block in rule.page.split("```yaml nginx\n").skip(1) {
            let text = block.split("\n```").next().unwrap_or_default();
            assert_eq!(refused(text), linted(text), "an example of {}", rule.feature);
            examples += 1;
        }
    }
    assert!(examples >= 50, "{examples}");
}

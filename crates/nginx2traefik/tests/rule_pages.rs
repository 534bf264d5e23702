//! The examples on the rule pages: there, readable, and each with a host of its own.
use nginx2traefik::rules::{Rule, registry};
use serde::Deserialize as _;
use std::collections::BTreeMap;

/// The texts of the fenced blocks that are opened by exactly `fence`.
fn blocks<'a>(page: &'a str, fence: &str) -> Vec<&'a str> {
    let open = format!("```{fence}\n");
    page.split(&open)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect()
}

fn hosts(rule: &Rule) -> Vec<String> {
    let mut hosts = Vec::new();
    for block in blocks(&rule.page, "yaml nginx") {
        let mut of_block = Vec::new();
        for document in serde_yaml::Deserializer::from_str(block) {
            let document = serde_yaml::Value::deserialize(document)
                .unwrap_or_else(|e| panic!("{}: an example is no YAML: {e}\n{block}", rule.feature));
            let rules = document
                .get("spec")
                .and_then(|spec| spec.get("rules"))
                .and_then(|r| r.as_sequence());
            let names = rules
                .into_iter()
                .flatten()
                .filter_map(|rule| rule.get("host")?.as_str());
            of_block.extend(names.map(str::to_owned));
        }
        of_block.dedup();
        hosts.extend(of_block);
    }
    hosts
}

#[test]
fn every_example_has_a_host_of_its_own() {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for rule in registry().features() {
        for host in hosts(rule) {
            assert!(host.ends_with(".example.test"), "{}: {host}", rule.feature);
            let other = owners.insert(host.clone(), &rule.feature);
            assert_eq!(other, None, "{}: {host} belongs to another example", rule.feature);
        }
    }
}

#[test]
fn a_converted_feature_has_an_example() {
    for rule in registry().features() {
        let converted = rule.annotations.iter().any(|annotation| annotation.converted);
        let only_dead = rule
            .annotations
            .iter()
            .all(|annotation| !annotation.converted || annotation.name == "http2-push-preload");
        assert!(
            !converted || only_dead || !hosts(rule).is_empty(),
            "{}: no example",
            rule.feature
        );
    }
}

#[test]
fn every_request_can_be_read() {
    for rule in registry().features() {
        for block in blocks(&rule.page, "http") {
            let exchanges = examples::parse(block).unwrap_or_else(|error| panic!("{}: {error}", rule.feature));
            assert!(!exchanges.is_empty(), "{}: an empty http block", rule.feature);
        }
    }
}

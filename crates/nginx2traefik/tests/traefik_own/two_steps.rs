//! Two steps equal one: `--target ingress`, and then its result with `--target gateway`. That both answer alike is shown by
//! requests elsewhere; here, that nothing stays behind without a word, and that both serve the same hosts.
use super::{Migrated, list, run};
use nginx2traefik::plan::Api;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn examples() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let all = examples::of_folder(&folder).unwrap();
    all.into_iter()
        .map(|example| (example.name(), example.input.clone()))
        .collect()
}

fn steps(text: &str, exact: bool) -> Migrated {
    run(&run(text, Api::Ingress, exact).text, Api::Gateway, exact)
}

/// Routes of Traefik's own kinds, also Ingresses of its class.
fn own(migrated: &Migrated) -> Vec<Value> {
    let is_own = |value: &Value| {
        let kind = value["kind"].as_str().unwrap_or_default();
        kind.starts_with("IngressRoute") || kind == "Ingress" && value["spec"]["ingressClassName"] == "traefik"
    };
    migrated.objects().into_iter().filter(is_own).collect()
}

fn hosts(migrated: &Migrated) -> BTreeSet<String> {
    let routes = migrated.of_kind("HTTPRoute");
    let names = routes.iter().flat_map(|route| list(&route["spec"]["hostnames"]));
    names.map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn nothing_stays_with_traefiks_own_kinds_without_a_word() {
    let mut left = Vec::new();
    for (name, text) in examples() {
        for exact in [false, true] {
            let second = steps(&text, exact);
            for object in own(&second) {
                let (kind, called) = (
                    object["kind"].as_str().unwrap(),
                    object["metadata"]["name"].as_str().unwrap(),
                );
                let told = second.findings.iter().any(|finding| {
                    let object = finding.object.as_ref();
                    object.is_some_and(|o| o.kind == kind && o.name == called)
                });
                if !told {
                    left.push(format!("{name} (exact: {exact}): {kind} {called}"));
                }
            }
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn two_steps_serve_the_hosts_of_one() {
    let mut differ = Vec::new();
    for (name, text) in examples() {
        for exact in [false, true] {
            let (direct, second) = (hosts(&run(&text, Api::Gateway, exact)), hosts(&steps(&text, exact)));
            if direct != second {
                differ.push(format!("{name} (exact: {exact}): {direct:?} {second:?}"));
            }
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

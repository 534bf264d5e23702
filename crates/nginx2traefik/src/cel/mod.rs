//! The ban of the webhook as `ValidatingAdmissionPolicy` objects: the API server judges by itself.
//!
//! The expressions stand in the YAML files beside this one. What they name comes from [`rules`](crate::rules) and from the webhook's
//! own [`Policy`]. Every expression stays below the cost limits of kube-apiserver (apiserver pkg/apis/cel/config.go) for an object with
//! as many annotations as can be stored, which a test on a real one holds.
mod bindings;

use crate::admission::{DEFAULT_CLASS, Policy, REASON, SOLVER_CLASSES, UNTIL};
use crate::rules::{DEFAULT_PREFIX, ValueType, registry};
use std::collections::BTreeSet;

const HEAD: &str = include_str!("head.txt");
const PARAMETERS: &str = include_str!("parameters.yaml");
const POLICIES: [&str; 4] = [
    include_str!("ingress.yaml"),
    include_str!("kept.yaml"),
    include_str!("class.yaml"),
    include_str!("issuer.yaml"),
];
/// Parts of several policies, and the names by which they ask for them.
const PARTS: [(&str, &str); 3] = [
    ("@exempt@\n", include_str!("exempt.yaml")),
    ("@given@\n", include_str!("given.yaml")),
    ("@exemption@\n", include_str!("exemption.yaml")),
];

/// Of the annotation `k`, and the names by which the policies ask for them.
const CONDITIONS: [(&str, &str); 2] = [
    (
        "fresh",
        "!(k in variables.before && variables.before[k] == variables.annotations[k])",
    ),
    (
        "kept",
        "k in variables.before && variables.before[k] == variables.annotations[k]",
    ),
];

/// What is written out.
#[derive(Debug, Clone, Copy)]
pub struct Export<'a> {
    /// The ban.
    pub policy: &'a Policy,
    /// Every object's name begins with it.
    pub name: &'a str,
    /// The namespace of the ConfigMap.
    pub namespace: &'a str,
}

impl Export<'_> {
    /// All objects, as YAML with comments.
    pub fn yaml(&self) -> String {
        let mut out = self.fill(HEAD);
        let documents = std::iter::once(PARAMETERS).chain(POLICIES);
        documents.for_each(|document| {
            out += "---\n";
            out += &self.fill(document);
        });
        out + &bindings::yaml(self)
    }

    /// Modes of single rules: a binding has one mode for all.
    fn left_out(&self) -> String {
        let of_namespaces = self.policy.namespaces.values().flat_map(|here| here.rules.keys());
        let rules: BTreeSet<&String> = self.policy.rules.keys().chain(of_namespaces).collect();
        let line = |rule: &&String| format!("#   LEFT OUT: the profile's own mode of `{rule}`.\n");
        rules.iter().map(line).collect()
    }

    fn fill(&self, document: &str) -> String {
        let with_parts = PARTS
            .iter()
            .fold(document.to_owned(), |text, (place, part)| text.replace(place, part));
        let values = CONDITIONS.map(|(place, text)| (place, text.to_owned()));
        let values = values.into_iter().chain(self.values());
        values.fold(with_parts, |text, (place, value)| {
            text.replace(&format!("@{place}@"), &value)
        })
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        let Policy {
            nginx,
            exempt,
            exemptions,
            ..
        } = self.policy;
        let prefixes: BTreeSet<String> = [DEFAULT_PREFIX, &nginx.annotations_prefix]
            .iter()
            .map(|prefix| format!("{prefix}/"))
            .collect();
        let days = if exemptions.allowed { exemptions.max_days } else { 0 };
        vec![
            ("left-out", self.left_out()),
            ("name", self.name.to_owned()),
            ("namespace", self.namespace.to_owned()),
            ("classes", lines(&nginx.classes)),
            ("controllers", lines(&nginx.controllers)),
            ("prefixes", lines(&prefixes)),
            ("only-classes", lines(&self.policy.only_classes)),
            ("without-class", format!("\"{}\"", nginx.watch_ingress_without_class)),
            ("exempt-namespaces", lines(&exempt.namespaces)),
            ("exempt-users", lines(&exempt.users)),
            ("exempt-groups", lines(&exempt.groups)),
            ("exemption-days", format!("\"{days}\"")),
            ("exemption-groups", lines(&exemptions.groups)),
            ("reason", REASON.to_owned()),
            ("until", UNTIL.to_owned()),
            ("default", DEFAULT_CLASS.to_owned()),
            ("solver-annotations", list(SOLVER_CLASSES)),
            ("snippets", names(true)),
            ("settings", names(false)),
        ]
    }
}

/// A text of one item a line.
fn lines(items: &BTreeSet<String>) -> String {
    if items.is_empty() {
        return "\"\"".to_owned();
    }
    items
        .iter()
        .fold("|-".to_owned(), |text, item| format!("{text}\n    {item}"))
}

/// The names of all annotations that ingress-nginx reads, in lines of a file: snippets, or all others.
fn names(snippets: bool) -> String {
    let is_snippet = |kind: ValueType| kind == ValueType::Snippet;
    let keys = registry().keys();
    let wanted = keys.filter(|key| is_snippet(key.rule.annotation.value.kind) == snippets);
    let mut rows = vec![String::new()];
    for key in wanted {
        match rows.last_mut() {
            Some(row) if row.is_empty() => *row += key.key,
            Some(row) if row.len() + key.key.len() < 120 => *row += &format!(" {}", key.key),
            _ => rows.push(key.key.to_owned()),
        }
    }
    rows.join("\n    ")
}

/// Strings as a list of CEL.
fn list(items: &[&str]) -> String {
    let items: Vec<String> = items.iter().map(|item| format!("'{item}'")).collect();
    format!("[{}]", items.join(", "))
}

//! Where which mode holds: for each policy a binding for every mode, by namespace.
use super::Export;
use crate::admission::Mode;
use std::collections::{BTreeMap, BTreeSet};

const HEAD: &str = "\
---
# Where which mode holds. A namespace is told by the label that the API server itself keeps.
";

/// A policy, and what of it belongs to a namespace: only that has a mode for each namespace.
struct Bound {
    suffix: &'static str,
    group: &'static str,
    namespaced: Option<&'static str>,
    warns_only: bool,
}

const BOUND: [Bound; 4] = [
    Bound {
        suffix: "ingress",
        group: "networking.k8s.io",
        namespaced: Some("ingresses, ingresses/status"),
        warns_only: false,
    },
    Bound {
        suffix: "ingress-kept",
        group: "networking.k8s.io",
        namespaced: Some("ingresses"),
        warns_only: true,
    },
    Bound {
        suffix: "ingressclass",
        group: "networking.k8s.io",
        namespaced: None,
        warns_only: false,
    },
    Bound {
        suffix: "issuer",
        group: "cert-manager.io",
        namespaced: Some("issuers"),
        warns_only: false,
    },
];

/// All bindings.
pub(super) fn yaml(export: &Export<'_>) -> String {
    let bindings: Vec<String> = BOUND.iter().flat_map(|bound| of_policy(export, bound)).collect();
    HEAD.to_owned() + &bindings.join("---\n")
}

fn of_policy(export: &Export<'_>, bound: &Bound) -> Vec<String> {
    let does = |mode: Mode| if bound.warns_only { mode.min(Mode::Warn) } else { mode };
    let usual = does(export.policy.mode);
    let mut others: BTreeMap<Mode, BTreeSet<&str>> = BTreeMap::new();
    if bound.namespaced.is_some() {
        for (namespace, here) in &export.policy.namespaces {
            let mode = does(here.mode.unwrap_or(export.policy.mode));
            if mode != usual {
                others.entry(mode).or_default().insert(namespace);
            }
        }
    }
    let named: BTreeSet<&str> = others.values().flatten().copied().collect();
    // its name does not tell the mode: another mode is a change of this object, and no second one beside it
    let mut bindings = vec![binding(export, bound, "", usual, &selector("NotIn", &named))];
    for (mode, namespaces) in &others {
        let here = rule(bound) + &selector("In", namespaces);
        let word = match mode {
            Mode::Deny => "-deny",
            Mode::Warn => "-warn",
            Mode::Audit => "-audit",
        };
        bindings.push(binding(export, bound, word, *mode, &here));
    }
    bindings
}

/// What belongs to no namespace is matched by every selector of namespaces, so a binding for some of them names what does.
fn rule(bound: &Bound) -> String {
    let resources = bound.namespaced.unwrap_or_default();
    format!(
        "    resourceRules:\n      - apiGroups: [{}]\n        apiVersions: [\"*\"]\n        operations: [CREATE, UPDATE]\n        resources: [{resources}]\n",
        bound.group
    )
}

fn selector(operator: &str, namespaces: &BTreeSet<&str>) -> String {
    if namespaces.is_empty() {
        return String::new();
    }
    let names: Vec<String> = namespaces.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        "    namespaceSelector:\n      matchExpressions:\n        - key: kubernetes.io/metadata.name\n          operator: {operator}\n          values: [{}]\n",
        names.join(", ")
    )
}

fn binding(export: &Export<'_>, bound: &Bound, word: &str, mode: Mode, matched: &str) -> String {
    let (actions, missing) = match mode {
        // without its ConfigMap a ban would be none
        Mode::Deny => ("[Deny, Audit]", "Deny"),
        Mode::Warn => ("[Warn, Audit]", "Allow"),
        Mode::Audit => ("[Audit]", "Allow"),
    };
    let (name, suffix) = (export.name, bound.suffix);
    let matched = if matched.is_empty() {
        String::new()
    } else {
        format!("  matchResources:\n{matched}")
    };
    format!(
        "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {name}-{suffix}{word}
  labels:
    app.kubernetes.io/part-of: {name}
spec:
  policyName: {name}-{suffix}
  validationActions: {actions}
  paramRef:
    name: {name}
    namespace: {}
    parameterNotFoundAction: {missing}
{matched}",
        export.namespace
    )
}

//! Static settings that the written objects rely on.
use super::branch::{ServiceTarget, Target};
use super::decide::Decision;
use super::host::{Given, HostPlan};
use super::rule::PathMatch;
use super::{Collected, requirement};
use crate::model::IngressId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Asks for what the installation lacks.
pub(crate) fn on(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &Decision, collected: &mut Collected) {
    let mut require = |from: &[IngressId], key: &str, value: Value, reason: &str| {
        if !from.is_empty() && !requirement::satisfied(&given.options.installation, key, &value) {
            collected.require(from, key, value, reason);
        }
    };
    let services = given.manifests.services.iter().filter(|s| s.external_name.is_some());
    let outside: BTreeSet<_> = services.map(|s| (s.namespace.as_str(), s.name.as_str())).collect();
    let (mut https, mut prefixes, mut plain, mut routed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut external_plain, mut external_routed) = (Vec::new(), Vec::new());
    for host in hosts {
        for spot in host.spots.iter().filter(|spot| !decision.blocked.contains(&spot.owner)) {
            let id = spot.owner;
            let is_plain = decision.shapes.get(&id);
            if is_plain.is_none_or(|shape| !shape.websecure_only) {
                https.push(id);
            }
            if is_plain.is_some() && matches!(spot.path, PathMatch::Prefix(_)) {
                prefixes.push(id);
            }
            let external = leads_outside(&outside, &spot.plan);
            match (is_plain.is_some(), external) {
                (true, true) => external_plain.push(id),
                (false, true) => external_routed.push(id),
                _ => {}
            }
            if is_plain.is_some() {
                plain.push(id)
            } else {
                routed.push(id)
            }
        }
    }
    let websecure = &given.options.installation.websecure.name;
    require(
        &https,
        &format!("entryPoints.{websecure}.http.tls"),
        json!({}),
        "https is served for every host, as ingress-nginx does",
    );
    require(
        &prefixes,
        "providers.kubernetesIngress.strictPrefixMatching",
        json!(true),
        "a Prefix path matches whole elements: /foo is not /foobar",
    );
    let empty = "a Service without endpoints answers 503; otherwise a less specific route would answer";
    require(
        &plain,
        "providers.kubernetesIngress.allowEmptyServices",
        json!(true),
        empty,
    );
    require(
        &routed,
        "providers.kubernetesCRD.allowEmptyServices",
        json!(true),
        empty,
    );
    let external = "backends that are ExternalName Services";
    require(
        &external_plain,
        "providers.kubernetesIngress.allowExternalNameServices",
        json!(true),
        external,
    );
    require(
        &external_routed,
        "providers.kubernetesCRD.allowExternalNameServices",
        json!(true),
        external,
    );
}

fn leads_outside(outside: &BTreeSet<(&str, &str)>, plan: &super::LocationPlan) -> bool {
    let is_outside = |target: &ServiceTarget| {
        let service = &target.service;
        outside.contains(&(service.namespace.as_str(), service.name.as_str()))
    };
    plan.branches.iter().any(|branch| match &branch.target {
        Target::Service(target) => is_outside(target),
        Target::Weighted { services, .. } => services.iter().any(|(target, _)| is_outside(target)),
        Target::Nothing | Target::Composed(_) => false,
    })
}

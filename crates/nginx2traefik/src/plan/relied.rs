//! Static settings that the written objects rely on.
use super::branch::{ServiceTarget, Target};
use super::decide::Decision;
use super::host::{Given, HostPlan};
use super::rule::PathMatch;
use super::{Collected, requirement};
use crate::effective::Standing;
use crate::model::IngressId;
use serde_json::json;
use std::collections::BTreeSet;

/// Ingresses by what they rely on.
#[derive(Debug, Default)]
struct Needs {
    https: Vec<IngressId>,
    prefixes: Vec<IngressId>,
    plain: Vec<IngressId>,
    routed: Vec<IngressId>,
    outside_plain: Vec<IngressId>,
    outside_routed: Vec<IngressId>,
}

/// Traefik serves Ingresses that name no class, unless it is told which class is its own: those that ingress-nginx leaves alone
/// today would be opened (traefik:pkg/provider/kubernetes/ingress/kubernetes.go shouldProcessIngress).
pub(crate) fn own_class(given: Given<'_>, decision: &Decision, collected: &mut Collected) {
    let ingresses = || given.effective.ingresses.iter();
    let key = "providers.kubernetesIngress.ingressClass";
    let installation = &given.options.installation;
    let value = json!(installation.providers.ingress_class);
    let classless = ingresses().any(|i| i.standing == Standing::Classless);
    if classless && !requirement::satisfied(installation, key, &value) {
        let moved: Vec<IngressId> = ingresses()
            .map(|i| i.id)
            .filter(|id| !decision.blocked.contains(id))
            .collect();
        let reason =
            "Ingresses that name no class stay unserved, as they are today; otherwise Traefik would serve them";
        collected.require(&moved, key, value, reason);
    }
}

/// Asks for what the installation lacks.
pub(crate) fn on(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &Decision, collected: &mut Collected) {
    own_class(given, decision, collected);
    let needs = Needs::of(given, hosts, decision);
    let websecure = &given.options.installation.websecure.name;
    let tls = format!("entryPoints.{websecure}.http.tls");
    let empty = "a Service without endpoints answers 503; otherwise a less specific route would answer";
    let outside = "backends that are ExternalName Services";
    let ingress = |option: &str| format!("providers.kubernetesIngress.{option}");
    let crd = |option: &str| format!("providers.kubernetesCRD.{option}");
    let asked = [
        (
            &needs.https,
            tls,
            "https is served for every host, as ingress-nginx does",
        ),
        (
            &needs.prefixes,
            ingress("strictPrefixMatching"),
            "a Prefix path matches whole elements: /foo is not /foobar",
        ),
        (&needs.plain, ingress("allowEmptyServices"), empty),
        (&needs.routed, crd("allowEmptyServices"), empty),
        (&needs.outside_plain, ingress("allowExternalNameServices"), outside),
        (&needs.outside_routed, crd("allowExternalNameServices"), outside),
    ];
    for (from, key, reason) in asked {
        let value = if key.ends_with(".tls") { json!({}) } else { json!(true) };
        if !from.is_empty() && !requirement::satisfied(&given.options.installation, &key, &value) {
            collected.require(from, &key, value, reason);
        }
    }
}

impl Needs {
    fn of(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &Decision) -> Self {
        let services = given.manifests.services.iter().filter(|s| s.external_name.is_some());
        let outside: BTreeSet<_> = services.map(|s| (s.namespace.as_str(), s.name.as_str())).collect();
        let mut needs = Needs::default();
        let spots = hosts.iter().flat_map(|host| &host.spots);
        for spot in spots.filter(|spot| !decision.blocked.contains(&spot.owner)) {
            let id = spot.owner;
            let shape = decision.shapes.get(&id);
            if shape.is_none_or(|shape| !shape.websecure_only) {
                needs.https.push(id);
            }
            let is_outside = leads_outside(&outside, &spot.plan);
            match shape {
                Some(_) => {
                    needs.plain.push(id);
                    needs.outside_plain.extend(is_outside.then_some(id));
                    let prefix = matches!(spot.path, PathMatch::Prefix(_));
                    needs.prefixes.extend(prefix.then_some(id));
                }
                None => {
                    needs.routed.push(id);
                    needs.outside_routed.extend(is_outside.then_some(id));
                }
            }
        }
        needs
    }
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

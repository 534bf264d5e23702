//! Static settings that the routes rely on.
use super::hosts::Server;
use crate::model::IngressId;
use crate::plan::branch::{ServiceTarget, Target};
use crate::plan::decide::Decision;
use crate::plan::host::Given;
use crate::plan::{Collected, requirement};
use serde_json::json;
use std::collections::BTreeSet;

/// Asks for what the installation lacks.
pub(crate) fn on(given: Given<'_>, servers: &[Server], decision: &Decision, collected: &mut Collected) {
    let all: Vec<IngressId> = decision.routed.iter().copied().collect();
    let mut kept = BTreeSet::new();
    let mut outside = BTreeSet::new();
    let mut services = BTreeSet::new();
    for server in servers {
        for router in &server.routers {
            if server.kept.is_some() {
                kept.insert(router.owner);
            }
            if server.kept.is_some() || needs_crd(&router.target) {
                services.insert(router.owner);
            }
            if leads_outside(given, &router.target) {
                outside.insert(router.owner);
            }
        }
    }
    let websecure = &given.options.installation.websecure.name;
    let crd = |option: &str| format!("providers.kubernetesCRD.{option}");
    let list = |set: BTreeSet<IngressId>| set.into_iter().collect::<Vec<_>>();
    let asked = [
        (
            all,
            "providers.kubernetesGateway".to_owned(),
            json!({}),
            "HTTPRoutes are read by this provider alone",
        ),
        (
            list(kept),
            format!("entryPoints.{websecure}.http.tls"),
            json!({}),
            "https is served for the hosts that stay with IngressRoutes, as ingress-nginx does",
        ),
        (
            list(services),
            crd("allowEmptyServices"),
            json!(true),
            "a Service without endpoints answers 503; otherwise a less specific route would answer",
        ),
        (
            list(outside),
            crd("allowExternalNameServices"),
            json!(true),
            "backends that are ExternalName Services",
        ),
    ];
    for (from, key, value, reason) in asked {
        if !from.is_empty() && !requirement::satisfied(&given.options.installation, &key, &value) {
            collected.require(&from, &key, value, reason);
        }
    }
}

/// A TraefikService stands between, or may.
fn needs_crd(target: &Target) -> bool {
    let plain = |target: &ServiceTarget| *target == ServiceTarget::new(target.service.clone());
    match target {
        Target::Service(target) => !plain(target),
        Target::Weighted { services, sticky } => sticky.is_some() || services.iter().any(|(target, _)| !plain(target)),
        Target::Composed(_) => true,
        Target::Nothing => false,
    }
}

fn leads_outside(given: Given<'_>, target: &Target) -> bool {
    let outside = |target: &ServiceTarget| {
        let service = given.manifests.service(&target.service.namespace, &target.service.name);
        service.is_some_and(|service| service.external_name.is_some())
    };
    match target {
        Target::Service(target) => outside(target),
        Target::Weighted { services, .. } => services.iter().any(|(target, _)| outside(target)),
        Target::Nothing | Target::Composed(_) => false,
    }
}

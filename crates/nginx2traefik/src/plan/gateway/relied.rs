//! Static settings that the routes rely on.
use super::hosts::Server;
use crate::installation::Version;
use crate::model::IngressId;
use crate::plan::branch::{ServiceTarget, Target};
use crate::plan::decide::Decision;
use crate::plan::host::Given;
use crate::plan::relied::own_class;
use crate::plan::{Collected, requirement};
use serde_json::json;
use std::collections::BTreeSet;

/// As many routes as Traefik can write the status of at once.
const AT_ONCE: usize = 50;

/// Asks for what the installation lacks.
pub(crate) fn on(given: Given<'_>, servers: &[Server], decision: &Decision, collected: &mut Collected) {
    own_class(given, decision, collected);
    let all: Vec<IngressId> = decision.routed.iter().copied().collect();
    let websecure = &given.options.installation.websecure.name;
    let gateway = "providers.kubernetesGateway".to_owned();
    let crd = |option: &str| format!("providers.kubernetesCRD.{option}");
    let needs = Needs::of(given, servers);
    let kept = "https is served for the hosts that stay with IngressRoutes, as ingress-nginx does";
    let empty = "a Service without endpoints answers 503; otherwise a less specific route would answer";
    let mut asked = vec![
        (
            all.clone(),
            gateway.clone(),
            json!({}),
            "HTTPRoutes are read by this provider alone",
        ),
        (needs.kept, format!("entryPoints.{websecure}.http.tls"), json!({}), kept),
        (needs.services, crd("allowEmptyServices"), json!(true), empty),
        (
            needs.outside,
            crd("allowExternalNameServices"),
            json!(true),
            "backends that are ExternalName Services",
        ),
    ];
    // traefik:pkg/provider/kubernetes/gateway/kubernetes.go, since 3.7.2 (and 3.6.18, which is not asked for)
    let routes = collected
        .objects
        .iter()
        .filter(|object| object.name.kind == "HTTPRoute")
        .count();
    if routes > AT_ONCE && given.options.installation.version >= Version::V3_7 {
        let reason =
            "the status of every route is written before any is served, 50 a second unless this says otherwise";
        asked.push((all.clone(), format!("{gateway}.qps"), json!(500), reason));
        asked.push((all, format!("{gateway}.burst"), json!(1000), reason));
    }
    for (from, key, value, reason) in asked {
        if !from.is_empty() && !requirement::satisfied(&given.options.installation, &key, &value) {
            collected.require(&from, &key, value, reason);
        }
    }
}

/// Ingresses by what their routes rely on.
#[derive(Debug, Default)]
struct Needs {
    kept: Vec<IngressId>,
    services: Vec<IngressId>,
    outside: Vec<IngressId>,
}

impl Needs {
    fn of(given: Given<'_>, servers: &[Server]) -> Self {
        let of = |wanted: &dyn Fn(&Server, &Target) -> bool| {
            let mut found = BTreeSet::new();
            for server in servers {
                let routers = server.routers.iter().filter(|router| wanted(server, &router.target));
                found.extend(routers.map(|router| router.owner));
            }
            found.into_iter().collect()
        };
        Needs {
            kept: of(&|server, _| server.kept.is_some()),
            services: of(&|server, target| server.kept.is_some() || needs_crd(target)),
            outside: of(&|_, target| leads_outside(given, target)),
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

//! ssl-passthrough: TLS goes to the pod, plain http is served as ever.
use super::Collected;
use super::branch::Entries;
use super::collected::Draft;
use super::context::TRAEFIK_API;
use super::decide::Decision;
use super::host::{Given, HostPlan};
use super::host_redirect::owner;
use crate::effective::HostName;
use crate::model::PortRef;
use serde_json::{Map, json};

/// https never comes to an HTTP router of the host.
pub(crate) fn restrict(plan: &mut HostPlan<'_>) {
    if plan.host.passthrough.is_none() {
        return;
    }
    for spot in &mut plan.spots {
        spot.plan.branches.retain(|branch| branch.entries != Entries::Websecure);
        for branch in &mut spot.plan.branches {
            branch.entries = Entries::Web;
        }
    }
}

/// The IngressRouteTCP (recipes/tls: ssl-passthrough).
pub(crate) fn write(given: Given<'_>, plan: &HostPlan<'_>, decision: &Decision, collected: &mut Collected) {
    let Some(passthrough) = &plan.host.passthrough else {
        return;
    };
    let Some(owner) = owner(&passthrough.origin).filter(|id| !decision.blocked.contains(id)) else {
        return;
    };
    let names = plan.names.iter().filter_map(|name| match name {
        HostName::Exact(name) => Some(format!("HostSNI(`{name}`)")),
        HostName::Wildcard(_) | HostName::Regex(_) | HostName::CatchAll => None,
    });
    let ingress = given.manifests.ingress(owner);
    let service = &passthrough.value;
    let port = match &service.port {
        PortRef::Number(number) => json!(number),
        PortRef::Name(name) => json!(name),
    };
    let spec = json!({
        "entryPoints": [given.options.installation.websecure.name],
        "routes": [{
            "match": names.collect::<Vec<_>>().join(" || "),
            "services": [{"name": service.name, "port": port}],
        }],
        "tls": {"passthrough": true},
    });
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "IngressRouteTCP",
        namespace: &ingress.namespace,
        wanted: &ingress.name.value,
        metadata: Map::new(),
        body: Map::from_iter([("spec".to_owned(), spec)]),
    };
    collected.object(&[owner], draft, "");
}

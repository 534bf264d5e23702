//! external-dns reads an Ingress's annotations from other objects where it becomes a route.
use super::Collected;
use super::host::Given;
use crate::finding::{Fidelity, Finding};
use crate::model::{Annotation, Ingress, IngressId};

/// The second one since external-dns 0.22.
const PREFIXES: [&str; 2] = ["external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"];

/// The key without prefix.
pub(crate) fn key(name: &str) -> Option<&str> {
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix))
}

/// Read of routes; `target` is read of Gateways alone, and a route's hosts are always its own.
pub(crate) fn on_route(name: &str) -> bool {
    key(name).is_some_and(|key| !matches!(key, "target" | "ingress-hostname-source"))
}

/// The annotation that names where records lead.
pub(crate) fn target(ingress: &Ingress) -> Option<(String, String)> {
    let target = ingress.annotations.iter().find(|annotation| is_target(annotation))?;
    Some((target.name.value.clone(), target.value.value.clone()))
}

fn is_target(annotation: &Annotation) -> bool {
    key(&annotation.name.value) == Some("target") && !annotation.value.value.is_empty()
}

/// Tells what became of an Ingress's annotations. `on_gateway`: its Gateway has the same target.
pub(crate) fn tell(given: Given<'_>, id: IngressId, on_gateway: bool, collected: &mut Collected) {
    let ingress = given.manifests.ingress(id);
    let mut own = ingress
        .annotations
        .iter()
        .filter(|annotation| key(&annotation.name.value).is_some());
    let Some(first) = own.next() else { return };
    let finding = Finding::note(
        "external-dns",
        first.name.span,
        "external-dns reads HTTPRoutes with its source gateway-httproute",
    )
    .fidelity(Fidelity::Static)
    .difference("Without that source the DNS record goes with the Ingress")
    .help(
        match collected
            .objects
            .iter()
            .any(|o| o.name.kind == "GRPCRoute" && o.from.contains(&id))
        {
            true => "Run external-dns with --source=gateway-httproute and --source=gateway-grpcroute.",
            false => "Run external-dns with --source=gateway-httproute.",
        },
    )
    .annotation(&first.name.value)
    .object(ingress.object());
    collected.tell(Some(id), finding);
    let lost = ingress
        .annotations
        .iter()
        .find(|annotation| is_target(annotation))
        .filter(|_| !on_gateway);
    if let Some(target) = lost {
        let finding = Finding::warning("external-dns", target.name.span, "external-dns takes the target of records from the Gateway, and the Ingresses of this one name different ones")
            .difference("The record leads to the Gateway's own address")
            .help("Give it a Gateway of its own (`per = \"namespace\"` below [gateway] in nginx2traefik.toml), or write the record as a DNSEndpoint.")
            .annotation(&target.name.value)
            .object(ingress.object());
        collected.tell(Some(id), finding);
    }
}

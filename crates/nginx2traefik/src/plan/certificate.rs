//! cert-manager reads Ingresses: one that becomes an IngressRoute leaves nobody to ask for its certificates, so a Certificate takes
//! its place (cert-manager:pkg/controller/certificate-shim names and fills it the same way).
use super::collected::Draft;
use super::decide::Decision;
use super::host::Given;
use super::{Api, Collected};
use crate::finding::{Fidelity, Finding};
use crate::model::{Annotation, Ingress, IngressId};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Annotations that go into the Certificate, with the field they become.
const FIELDS: [(&str, &str); 9] = [
    ("common-name", "commonName"),
    ("duration", "duration"),
    ("renew-before", "renewBefore"),
    ("revision-history-limit", "revisionHistoryLimit"),
    ("usages", "usages"),
    ("private-key-algorithm", "privateKey.algorithm"),
    ("private-key-encoding", "privateKey.encoding"),
    ("private-key-size", "privateKey.size"),
    ("private-key-rotation-policy", "privateKey.rotationPolicy"),
];

/// Of no use on an IngressRoute.
pub(crate) fn reads(name: &str) -> bool {
    name.starts_with("cert-manager.io/")
        || name.starts_with("acme.cert-manager.io/")
        || name == "kubernetes.io/tls-acme"
}

/// `ordered`: Ingresses whose Gateway asks in their place.
pub(crate) fn write(given: Given<'_>, decision: &Decision, ordered: &BTreeSet<IngressId>, collected: &mut Collected) {
    let replaced = decision.routed.iter().filter(|id| !decision.blocked.contains(id));
    for id in replaced {
        let ingress = given.manifests.ingress(*id);
        let asks = ingress.annotations.iter().find(|a| asks(a));
        let Some(annotation) = asks.filter(|_| !ingress.tls.is_empty()) else {
            continue;
        };
        match ordered.contains(id) {
            true => by_gateway(*id, ingress, annotation, collected),
            false => of_ingress(*id, ingress, annotation, collected),
        }
        if given.options.api == Api::Gateway {
            solver(*id, ingress, annotation, collected);
        }
    }
}

fn by_gateway(id: IngressId, ingress: &Ingress, annotation: &Annotation, collected: &mut Collected) {
    let message = "The annotation moves to the Gateway, from where cert-manager orders the certificate";
    let finding = Finding::note("cert-manager", annotation.name.span, message)
        .fidelity(Fidelity::Static)
        .help("cert-manager has to read Gateways (config.gatewayAPI.enabled: true in its chart). It owns a Certificate of that name through the old Ingress: take its ownerReferences out before the Ingress goes, or the Certificate goes too, and is ordered again.");
    collected.tell(
        Some(id),
        finding.annotation(&annotation.name.value).object(ingress.object()),
    );
}

/// A solver's Ingress is no match for an HTTPRoute: its router has the length of its rule as priority, the route's may have more
/// (traefik:pkg/provider/kubernetes/gateway/httproute.go buildMatchRule).
fn solver(id: IngressId, ingress: &Ingress, annotation: &Annotation, collected: &mut Collected) {
    let message = "HTTP-01 challenges have to be answered by an HTTPRoute, too";
    let finding = Finding::note("cert-manager-solver", annotation.name.span, message)
        .fidelity(Fidelity::Static)
        .difference("Where the issuer solves HTTP-01 by an Ingress, routes of the host may answer before it, and the certificate is not renewed")
        .help("Write `http01: {gatewayHTTPRoute: {parentRefs: [{name: ..., namespace: ...}]}}` into the issuer's solver, with the Gateway's name.")
        .annotation(&annotation.name.value)
        .object(ingress.object());
    collected.tell(Some(id), finding);
}

fn asks(annotation: &Annotation) -> bool {
    match annotation.name.value.as_str() {
        "cert-manager.io/cluster-issuer" | "cert-manager.io/issuer" => !annotation.value.value.is_empty(),
        "kubernetes.io/tls-acme" => annotation.value.value == "true",
        _ => false,
    }
}

fn of_ingress(id: IngressId, ingress: &Ingress, annotation: &Annotation, collected: &mut Collected) {
    let name = &annotation.name.value;
    let said = |finding: Finding| finding.annotation(name).object(ingress.object());
    let Some(issuer) = issuer(ingress) else {
        let message =
            "cert-manager's default issuer orders this certificate, and which one that is does not stand here";
        let finding = Finding::warning("cert-manager", annotation.name.span, message)
            .difference("Nothing orders the certificate any more")
            .help("Write a Certificate for it, with the issuer that cert-manager's --default-issuer-name names.");
        collected.tell(Some(id), said(finding));
        return;
    };
    for tls in &ingress.tls {
        let Some(secret) = tls.secret_name.as_ref().filter(|_| !tls.hosts.is_empty()) else {
            continue;
        };
        let hosts: Vec<_> = tls.hosts.iter().map(|host| host.value.as_str()).collect();
        let mut spec = Map::from_iter([
            ("secretName".to_owned(), json!(secret.value)),
            ("dnsNames".to_owned(), json!(hosts)),
            ("issuerRef".to_owned(), issuer.clone()),
        ]);
        options(ingress, &mut spec);
        let draft = Draft {
            api_version: "cert-manager.io/v1",
            kind: "Certificate",
            namespace: &ingress.namespace,
            wanted: &secret.value,
            metadata: Map::new(),
            body: Map::from_iter([("spec".to_owned(), Value::Object(spec))]),
        };
        collected.object(&[id], draft, "");
    }
    let finding = Finding::note("cert-manager", annotation.name.span, "A Certificate takes the place of the annotation")
        .help("cert-manager owns a Certificate of that name through the old Ingress: take its ownerReferences out before the Ingress goes, or it goes too.");
    collected.tell(Some(id), said(finding));
}

fn value<'a>(ingress: &'a Ingress, key: &str) -> Option<&'a str> {
    let annotation = ingress.annotation(&format!("cert-manager.io/{key}"))?;
    Some(annotation.value.value.as_str()).filter(|value| !value.is_empty())
}

fn issuer(ingress: &Ingress) -> Option<Value> {
    let (name, kind) = match (value(ingress, "cluster-issuer"), value(ingress, "issuer")) {
        (Some(name), _) => (name, "ClusterIssuer"),
        (None, Some(name)) => (name, value(ingress, "issuer-kind").unwrap_or("Issuer")),
        (None, None) => return None,
    };
    let mut issuer = json!({"name": name, "kind": kind});
    if let Some(group) = value(ingress, "issuer-group") {
        issuer["group"] = json!(group);
    }
    Some(issuer)
}

fn options(ingress: &Ingress, spec: &mut Map<String, Value>) {
    for (key, field) in FIELDS {
        let Some(text) = value(ingress, key) else { continue };
        let value = match key {
            "usages" => text.split(',').map(|usage| json!(usage.trim())).collect(),
            _ => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
        };
        match field.split_once('.') {
            Some((group, field)) => {
                let group = spec.entry(group).or_insert_with(|| json!({}));
                group[field] = value;
            }
            None => {
                spec.insert(field.to_owned(), value);
            }
        }
    }
}

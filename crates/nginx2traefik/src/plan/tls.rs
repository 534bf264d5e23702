//! What a router of a server says about TLS.
use super::Collected;
use super::client_auth::Handshake;
use super::collected::Draft;
use super::context::TRAEFIK_API;
use super::host::{Given, HostPlan};
use super::ingress_route::chain;
use super::rule::{PathMatch, rule};
use crate::model::IngressId;
use serde_json::{Map, Value, json};

/// How the routers of a host stand on websecure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Https {
    /// With this `tls`.
    Own(Map<String, Value>),
    /// Below this IngressRoute (namespace and name), which has it.
    Below(String, String),
}

/// The value of `tls` of an IngressRoute. The certificate is named where the route stands in its namespace; elsewhere it is found
/// by the server name.
pub(crate) fn of_route(plan: &HostPlan<'_>, namespace: &str) -> Map<String, Value> {
    let mut tls = Map::new();
    if let Some(secret) = &plan.host.tls.secret
        && secret.value.0 == namespace
    {
        tls.insert("secretName".into(), json!(secret.value.1));
    }
    if let Some(handshake) = &plan.handshake {
        let (of, name) = &handshake.options;
        let options = match of == namespace {
            true => json!({"name": name}),
            false => json!({"name": name, "namespace": of}),
        };
        tls.insert("options".into(), options);
    }
    tls
}

/// Writes the parent layer of a host that has one.
pub(crate) fn parent(
    given: Given<'_>,
    plan: &HostPlan<'_>,
    handshake: &Handshake,
    owner: IngressId,
    collected: &mut Collected,
) -> Option<Https> {
    let middlewares = handshake.parent.as_ref()?;
    let ingress = given.manifests.ingress(owner);
    let names = chain(given, owner, middlewares, collected);
    let references: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
    let spec = json!({
        "entryPoints": [given.options.installation.websecure.name],
        "routes": [{
            "match": rule(&plan.names, &PathMatch::All, &[]),
            "kind": "Rule",
            "middlewares": references,
        }],
        "tls": of_route(plan, &ingress.namespace),
    });
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "IngressRoute",
        namespace: &ingress.namespace,
        wanted: &format!("{}-client-certificate", ingress.name.value),
        metadata: Map::new(),
        body: Map::from_iter([("spec".to_owned(), spec)]),
    };
    let name = collected.object(
        &[owner],
        draft,
        "Asks for the client's certificate; what it leads to stands in the routes below it.",
    );
    Some(Https::Below(ingress.namespace.clone(), name))
}

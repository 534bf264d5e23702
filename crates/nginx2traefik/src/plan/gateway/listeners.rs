//! Where routes hang: the Gateway and its listeners.
use crate::effective::HostName;
use crate::plan::branch::Entries;
use crate::plan::collected::Draft;
use crate::plan::host::{Given, HostPlan};
use crate::plan::{Collected, IngressId};
use serde_json::{Map, Value, json};

/// API group of Gateways and routes.
pub(crate) const GATEWAY_API: &str = "gateway.networking.k8s.io/v1";

/// Listeners of one Gateway, one for each entryPoint.
#[derive(Debug)]
pub(crate) struct Listeners {
    namespace: String,
    name: String,
    https: bool,
}

impl Listeners {
    /// Writes the Gateway.
    pub(crate) fn new(given: Given<'_>, hosts: &[HostPlan<'_>], from: &[IngressId], collected: &mut Collected) -> Self {
        let installation = &given.options.installation;
        let secret = hosts.iter().find_map(|host| host.host.tls.secret.as_ref());
        let namespace = match secret {
            Some(secret) => secret.value.0.clone(),
            None => from
                .first()
                .map_or("default".into(), |id| given.manifests.ingress(*id).namespace.clone()),
        };
        let all = json!({"namespaces": {"from": "All"}});
        let mut listeners = vec![json!({
            "name": "http", "port": installation.web.exposed_port, "protocol": "HTTP", "allowedRoutes": all,
        })];
        if let Some(secret) = secret {
            listeners.push(json!({
                "name": "https", "port": installation.websecure.exposed_port, "protocol": "HTTPS",
                "tls": {"certificateRefs": [{"name": secret.value.1}]}, "allowedRoutes": all,
            }));
        }
        let spec = json!({"gatewayClassName": "traefik", "listeners": listeners});
        let draft = Draft {
            api_version: GATEWAY_API,
            kind: "Gateway",
            namespace: &namespace,
            wanted: "traefik",
            metadata: Map::new(),
            body: Map::from_iter([("spec".to_owned(), spec)]),
        };
        let name = collected.object(from, draft, "");
        Listeners {
            namespace,
            name,
            https: secret.is_some(),
        }
    }

    /// The parentRefs of a route for these hosts; empty where nothing listens for them.
    pub(crate) fn parents(&self, _names: &[HostName], entries: Entries, route_namespace: &str) -> Vec<Value> {
        let sections: &[&str] = match (entries, self.https) {
            (Entries::Web, _) | (Entries::Both, false) => &["http"],
            (Entries::Both, true) => &["http", "https"],
            (Entries::Websecure, true) => &["https"],
            (Entries::Websecure, false) => &[],
        };
        let parent = |section: &&str| match self.namespace == route_namespace {
            true => json!({"name": self.name, "sectionName": section}),
            false => json!({"name": self.name, "namespace": self.namespace, "sectionName": section}),
        };
        sections.iter().map(parent).collect()
    }
}

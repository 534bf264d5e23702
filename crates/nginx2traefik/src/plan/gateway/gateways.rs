//! The Gateways themselves, their class, and the permissions to use certificates of other namespaces.
use super::certificates::Secret;
use super::listeners::{GATEWAY_API, Key, Kind, Listeners};
use crate::finding::Finding;
use crate::model::IngressId;
use crate::plan::Collected;
use crate::plan::collected::Draft;
use crate::plan::host::HostPlan;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What stands above the routes, for each namespace that has a Gateway.
pub(crate) type Annotations = BTreeMap<String, Map<String, Value>>;

/// Writes what routes were hung on.
pub(crate) fn write(
    listeners: &Listeners<'_>,
    annotations: &Annotations,
    from: &[IngressId],
    collected: &mut Collected,
) {
    let mut of_gateways: BTreeMap<&Key, Vec<(&Kind, &BTreeSet<String>)>> = BTreeMap::new();
    for ((key, kind), namespaces) in &listeners.used {
        of_gateways.entry(key).or_default().push((kind, namespaces));
    }
    if of_gateways.is_empty() {
        return;
    }
    class(listeners, from, collected);
    ports(listeners, collected);
    let mut foreign: BTreeSet<(Secret, String)> = BTreeSet::new();
    for ((home, number), kinds) in of_gateways {
        let values = kinds.iter().map(|(kind, namespaces)| {
            let secret = secret(listeners, kind, home);
            foreign.extend(
                secret
                    .iter()
                    .filter(|secret| secret.0 != *home)
                    .map(|s| (s.clone(), home.clone())),
            );
            listener(listeners, kind, secret, namespaces, home)
        });
        let spec = json!({
            "gatewayClassName": listeners.given.options.gateway.class,
            "listeners": values.collect::<Vec<_>>(),
        });
        let metadata = annotations.get(home).filter(|annotations| !annotations.is_empty());
        let draft = Draft {
            api_version: GATEWAY_API,
            kind: "Gateway",
            namespace: home,
            wanted: &listeners.name(home, *number),
            metadata: metadata
                .map(|annotations| Map::from_iter([("annotations".to_owned(), json!(annotations))]))
                .unwrap_or_default(),
            body: Map::from_iter([("spec".to_owned(), spec)]),
        };
        collected.shared(from, draft);
    }
    for (secret, home) in foreign {
        grant(listeners, &secret, &home, from, collected);
    }
}

fn secret(listeners: &Listeners<'_>, kind: &Kind, home: &str) -> Option<Secret> {
    match kind {
        Kind::Http | Kind::Passthrough(_) => None,
        Kind::Https => listeners.default_certificate(home),
        Kind::Host(host) => Some(listeners.certificates.get(host)?.secret.clone()),
    }
}

fn listener(
    listeners: &Listeners<'_>,
    kind: &Kind,
    secret: Option<Secret>,
    namespaces: &BTreeSet<String>,
    home: &str,
) -> Value {
    let mut value = Map::from_iter([("name".to_owned(), json!(kind.name()))]);
    if let Some(host) = kind.hostname() {
        value.insert("hostname".into(), json!(host));
    }
    value.insert("port".into(), json!(listeners.port(kind)));
    value.insert("protocol".into(), json!(kind.protocol()));
    if let Some((namespace, name)) = secret {
        let reference = match namespace == home {
            true => json!({"name": name}),
            false => json!({"name": name, "namespace": namespace}),
        };
        value.insert("tls".into(), json!({"certificateRefs": [reference]}));
    }
    if matches!(kind, Kind::Passthrough(_)) {
        value.insert("tls".into(), json!({"mode": "Passthrough"}));
    }
    if let Some(from) = admitted(namespaces, home) {
        value.insert("allowedRoutes".into(), json!({"namespaces": from}));
    }
    Value::Object(value)
}

/// Whose routes may hang there: those of every namespace, as any Ingress may name any host today. A selector would go by the
/// label `kubernetes.io/metadata.name`, which not every API server writes, and a listener without it drops its routes without a
/// word. None: those of the Gateway's own namespace, which is the default.
fn admitted(namespaces: &BTreeSet<String>, home: &str) -> Option<Value> {
    let home_only = namespaces.iter().all(|namespace| namespace == home);
    (!home_only).then(|| json!({"from": "All"}))
}

/// A listener names the port of an entryPoint, which is another one in the Helm chart than the port that clients use.
fn ports(listeners: &Listeners<'_>, collected: &mut Collected) {
    let installation = &listeners.given.options.installation;
    if !installation.given {
        collected.notes.insert(format!(
            "Listeners of Gateways have the ports {} and {}, which have to be those that Traefik's entryPoints listen on; in its Helm \
             chart these are 8000 and 8443 unless its values say otherwise: give the values (--traefik-values).",
            installation.web.port, installation.websecure.port
        ));
    }
}

/// Unless it is there, or the Helm chart makes it.
fn class(listeners: &Listeners<'_>, from: &[IngressId], collected: &mut Collected) {
    let given = listeners.given;
    let class = &given.options.gateway.class;
    let of_chart = given.options.installation.providers.gateway_class.as_ref() == Some(class);
    if of_chart || given.manifests.gateway_classes.contains(class) {
        return;
    }
    let draft = Draft {
        api_version: GATEWAY_API,
        kind: "GatewayClass",
        namespace: "",
        wanted: class,
        metadata: Map::new(),
        // traefik:pkg/provider/kubernetes/gateway/kubernetes.go controllerName
        body: Map::from_iter([(
            "spec".to_owned(),
            json!({"controllerName": "traefik.io/gateway-controller"}),
        )]),
    };
    collected.shared(from, draft);
}

fn grant(
    listeners: &Listeners<'_>,
    (namespace, name): &Secret,
    home: &str,
    from: &[IngressId],
    collected: &mut Collected,
) {
    let manifests = listeners.given.manifests;
    let owners = listeners
        .certificates
        .values()
        .filter(|c| c.secret.0 == *namespace && c.secret.1 == *name);
    let owners: BTreeSet<IngressId> = owners.filter_map(|certificate| certificate.owner).collect();
    let owners: Vec<IngressId> = owners.into_iter().filter(|id| from.contains(id)).collect();
    let spec = json!({
        "from": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": home}],
        "to": [{"group": "", "kind": "Secret", "name": name}],
    });
    let draft = Draft {
        api_version: "gateway.networking.k8s.io/v1beta1",
        kind: "ReferenceGrant",
        namespace,
        wanted: &format!("{}-{name}", listeners.given.options.gateway.name),
        metadata: Map::new(),
        body: Map::from_iter([("spec".to_owned(), spec)]),
    };
    // whoever owns the certificate gives it away
    match owners.iter().any(|id| manifests.ingress(*id).namespace == *namespace) {
        true => {
            collected.object(&owners, draft, "");
        }
        false => collected.shared(from, draft),
    }
}

/// Says of each host whose https is not served that it is not.
pub(crate) fn tell_unserved(
    listeners: &Listeners<'_>,
    hosts: &[HostPlan<'_>],
    from: &[IngressId],
    collected: &mut Collected,
) {
    for plan in hosts
        .iter()
        .filter(|plan| plan.names.iter().any(|name| listeners.unserved.contains(name)))
    {
        for id in plan.members().into_iter().filter(|id| from.contains(id)) {
            let ingress = listeners.given.manifests.ingress(id);
            let finding = Finding::warning("gateway-certificate", ingress.name.span, "https of its hosts is not served: there is no certificate for it")
                .nginx("answers https with its own certificate, which no client trusts")
                .difference("https connections are refused")
                .help("Name a Secret: `default-certificate = \"NAMESPACE/NAME\"` below [gateway] in nginx2traefik.toml, or spec.tls of the Ingress.")
                .object(ingress.object());
            collected.tell(Some(id), finding);
        }
    }
}

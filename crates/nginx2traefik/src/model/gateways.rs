//! Gateways and GatewayClasses: what is there already is not made again.
use super::objects_read::names;
use super::raw::Meta;
use super::read::{Object, Reading};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// metadata.namespace; `default` where it is absent.
    pub namespace: String,
    /// metadata.name
    pub name: String,
    /// spec.gatewayClassName
    pub class: String,
    /// spec.listeners
    pub listeners: Vec<Listener>,
}

/// One of its listeners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its name.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// `HTTP`, `HTTPS`, `TLS`, ...
    pub protocol: String,
    /// None: every host.
    pub hostname: Option<String>,
    /// From where routes may come.
    pub allowed: AllowedRoutes,
}

/// Namespaces whose routes may hang on a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedRoutes {
    /// The Gateway's own.
    Same,
    /// All of them.
    All,
    /// These, by their label `kubernetes.io/metadata.name`.
    Named(Vec<String>),
    /// Those with labels that do not stand here.
    Unknown,
}

impl AllowedRoutes {
    /// Whether a route of this namespace may hang on a listener of a Gateway in that one.
    pub fn admits(&self, route: &str, gateway: &str) -> bool {
        match self {
            AllowedRoutes::Same => route == gateway,
            AllowedRoutes::All => true,
            AllowedRoutes::Named(names) => names.iter().any(|name| name == route),
            AllowedRoutes::Unknown => false,
        }
    }
}

/// Every namespace has it (kubernetes.io: Well-Known Labels).
const NAME: &str = "kubernetes.io/metadata.name";

#[derive(Debug, Deserialize)]
struct RawGateway {
    #[serde(default)]
    metadata: Meta,
    #[serde(default)]
    spec: RawSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawSpec {
    gateway_class_name: String,
    listeners: Vec<RawListener>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawListener {
    name: String,
    port: u16,
    protocol: String,
    hostname: Option<String>,
    allowed_routes: RawAllowed,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawAllowed {
    namespaces: RawNamespaces,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawNamespaces {
    from: Option<String>,
    selector: RawSelector,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawSelector {
    match_labels: BTreeMap<String, String>,
    match_expressions: Vec<RawExpression>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawExpression {
    key: String,
    operator: String,
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct RawClass {
    #[serde(default)]
    metadata: Meta,
}

/// Reads a Gateway; one of another group (Istio's) is left alone.
pub(super) fn gateway<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>) {
    if !is_gateway_api(object) {
        return;
    }
    let Some(raw) = reading.typed::<RawGateway>(object, "Gateway") else {
        return;
    };
    let Some((namespace, name)) = names(&raw.metadata) else {
        return;
    };
    let listeners = raw.spec.listeners.into_iter().map(|raw| Listener {
        name: raw.name,
        port: raw.port,
        protocol: raw.protocol,
        hostname: raw.hostname.filter(|name| !name.is_empty()),
        allowed: allowed(raw.allowed_routes.namespaces),
    });
    reading.manifests.gateways.push(Gateway {
        namespace,
        name,
        class: raw.spec.gateway_class_name,
        listeners: listeners.collect(),
    });
}

/// Reads a GatewayClass.
pub(super) fn class<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>) {
    let Some(raw) = reading.typed::<RawClass>(object, "GatewayClass") else {
        return;
    };
    if let Some((_, name)) = names(&raw.metadata) {
        reading.manifests.gateway_classes.push(name);
    }
}

fn is_gateway_api(object: Object<'_, '_>) -> bool {
    let root = object.document.root.as_ref();
    let version = object.node.get("apiVersion").or_else(|| root?.get("apiVersion"));
    let version = version.and_then(|(_, value)| value.as_str()).unwrap_or("");
    version.starts_with("gateway.networking.k8s.io/")
}

fn allowed(raw: RawNamespaces) -> AllowedRoutes {
    match raw.from.as_deref() {
        None | Some("Same") => AllowedRoutes::Same,
        Some("All") => AllowedRoutes::All,
        Some("Selector") => named(raw.selector),
        Some(_) => AllowedRoutes::Unknown,
    }
}

fn named(selector: RawSelector) -> AllowedRoutes {
    let labels: Vec<_> = selector.match_labels.into_iter().collect();
    match (labels.as_slice(), selector.match_expressions.as_slice()) {
        ([(key, name)], []) if key == NAME => AllowedRoutes::Named(vec![name.clone()]),
        ([], [one]) if one.key == NAME && one.operator == "In" => AllowedRoutes::Named(one.values.clone()),
        _ => AllowedRoutes::Unknown,
    }
}

//! Where a route of Traefik's leads.
use crate::effective::host::{ServiceRef, ServiceState};
use crate::installation::Version;
use crate::model::{Ingress, IngressId, Manifests, PortRef, Service, ServicePort};
use crate::plan::Collected;
use crate::plan::branch::{ServiceTarget, Target};
use crate::plan::collected::Draft;
use crate::plan::context::TRAEFIK_API;
use crate::plan::gateway::backend::{Child, child};
use crate::plan::host::Given;
use crate::source::Span;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The services of a route as a target.
pub(super) fn target(
    given: Given<'_>,
    owner: IngressId,
    services: &[Map<String, Value>],
    at: Span,
    collected: &mut Collected,
) -> Result<Target, String> {
    let namespace = &given.manifests.ingress(owner).namespace;
    let elsewhere = |service: &Map<String, Value>| text(service, "namespace").is_some_and(|of| of != namespace);
    match services {
        [] => Err("a route of it leads to no service".into()),
        [one] if is_traefik_service(one) => traefik_service(given, one, elsewhere(one)),
        all if all.iter().any(is_traefik_service) || all.iter().any(elsewhere) => {
            Ok(Target::Composed(verbatim(given, owner, all, collected)))
        }
        [one] => service(given, namespace, one, at).map(|(target, _)| Target::Service(Box::new(target))),
        all => {
            let each = all.iter().map(|one| service(given, namespace, one, at));
            Ok(Target::Weighted {
                services: each.collect::<Result<_, _>>()?,
                sticky: None,
            })
        }
    }
}

fn is_traefik_service(service: &Map<String, Value>) -> bool {
    text(service, "kind") == Some("TraefikService")
}

fn text<'a>(service: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    service.get(key)?.as_str()
}

fn traefik_service(given: Given<'_>, service: &Map<String, Value>, elsewhere: bool) -> Result<Target, String> {
    let name = text(service, "name").unwrap_or_default();
    if name == "noop@internal" {
        return Ok(Target::Nothing);
    }
    if name.contains('@') {
        return Err(format!("it leads to `{name}`, which is no object"));
    }
    if elsewhere {
        return Err(format!("it leads to the TraefikService `{name}` of another namespace"));
    }
    if name.contains('.') && given.options.installation.version < Version::V3_7 {
        return Err(format!(
            "Traefik 3.6 drops a rule that leads to `{name}`, which has a dot in its name"
        ));
    }
    Ok(Target::Composed(name.to_owned()))
}

/// The services as they are, as one that a backendRef can name.
fn verbatim(given: Given<'_>, owner: IngressId, services: &[Map<String, Value>], collected: &mut Collected) -> String {
    let ingress = given.manifests.ingress(owner);
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "TraefikService",
        namespace: &ingress.namespace,
        wanted: &ingress.name.value,
        metadata: Map::new(),
        body: Map::from_iter([("spec".to_owned(), json!({"weighted": {"services": services}}))]),
    };
    collected.object(&[owner], draft, "")
}

/// A Service with its weight.
fn service(
    given: Given<'_>,
    namespace: &str,
    written: &Map<String, Value>,
    at: Span,
) -> Result<(ServiceTarget, u64), String> {
    let name = text(written, "name").ok_or("a service of it has no name")?;
    let port = port(written).ok_or_else(|| format!("it names no port of the Service {name}"))?;
    let mut more = written.clone();
    let weight = more.shift_remove("weight").and_then(|w| w.as_u64()).unwrap_or(1);
    for field in ["name", "namespace", "port", "kind"] {
        more.shift_remove(field);
    }
    Ok((spoken_to(given, (namespace, name), port, more, at), weight))
}

/// The one Service of a route of TCP, of its own namespace and with nothing else said of it.
pub(super) fn of_tcp(given: Given<'_>, ingress: &Ingress, written: &Map<String, Value>) -> Option<ServiceTarget> {
    let known = |key: &String| ["name", "namespace", "port", "weight"].contains(&key.as_str());
    let elsewhere = text(written, "namespace").is_some_and(|of| of != ingress.namespace);
    if elsewhere || !written.keys().all(known) {
        return None;
    }
    let (name, port) = (text(written, "name")?, port(written)?);
    let service = given.manifests.service(&ingress.namespace, name);
    let state = state(
        given,
        &ingress.namespace,
        service,
        service.and_then(|service| port_of(service, &port)),
    );
    Some(ServiceTarget::new(ServiceRef {
        namespace: ingress.namespace.clone(),
        name: name.to_owned(),
        state,
        port,
        span: ingress.name.span,
    }))
}

/// A Service with what is said of it; Traefik's defaults are left out, and what it chooses by the port is written out, since its
/// Gateway does not (recipes/gateway: grpc; traefik:pkg/provider/kubernetes/crd/kubernetes_http.go:825-837).
pub(super) fn spoken_to(
    given: Given<'_>,
    (namespace, name): (&str, &str),
    port: PortRef,
    mut more: Map<String, Value>,
    at: Span,
) -> ServiceTarget {
    let service = given.manifests.service(namespace, name);
    let known = service.and_then(|service| port_of(service, &port));
    let by_port = by_port(&port, known);
    let by_gateway = known.is_some_and(|known| known.app_protocol.is_some())
        || by_port == "https" && given.options.installation.version < Version::V3_7;
    let scheme = match more.shift_remove("scheme") {
        Some(Value::String(scheme)) => scheme,
        _ => by_port.to_owned(),
    };
    if scheme != "http" || by_gateway {
        more.insert("scheme".into(), json!(scheme));
    }
    leave_out_defaults(&mut more);
    let reference = ServiceRef {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        state: state(given, namespace, service, known),
        port,
        span: at,
    };
    ServiceTarget {
        more,
        ..ServiceTarget::new(reference)
    }
}

fn leave_out_defaults(more: &mut Map<String, Value>) {
    let defaults = [
        ("passHostHeader", json!(true)),
        ("nativeLB", json!(false)),
        ("strategy", json!("wrr")),
    ];
    for (field, value) in &defaults {
        if more.get(*field) == Some(value) {
            more.shift_remove(*field);
        }
    }
}

fn port_of<'a>(service: &'a Service, port: &PortRef) -> Option<&'a ServicePort> {
    service.ports.iter().find(|known| match port {
        PortRef::Number(number) => known.port == *number,
        PortRef::Name(name) => known.name.as_ref() == Some(name),
    })
}

/// The scheme that Traefik takes where none is written.
fn by_port(port: &PortRef, known: Option<&ServicePort>) -> &'static str {
    let number = known.map(|known| known.port).or(match port {
        PortRef::Number(number) => Some(*number),
        PortRef::Name(_) => None,
    });
    let name = known.and_then(|known| known.name.as_deref()).or(match port {
        PortRef::Name(name) => Some(name.as_str()),
        PortRef::Number(_) => None,
    });
    match number == Some(443) || name.is_some_and(|name| name.starts_with("https")) {
        true => "https",
        false => "http",
    }
}

fn state(given: Given<'_>, namespace: &str, service: Option<&Service>, known: Option<&ServicePort>) -> ServiceState {
    match service {
        Some(service) if service.external_name.is_none() && known.is_none() => ServiceState::NoSuchPort,
        Some(_) => ServiceState::Assumed,
        None if given.manifests.services.iter().any(|s| s.namespace == namespace) => ServiceState::NotAmongInputs,
        None => ServiceState::Assumed,
    }
}

/// The first Service of its own namespace that an IngressRoute names.
pub(crate) fn first(ingress: &Ingress) -> Option<(String, PortRef)> {
    let routes = ingress.route.as_ref()?.spec.get("routes")?.as_array()?;
    let services = routes
        .iter()
        .filter_map(|route| route.get("services")?.as_array())
        .flatten();
    let own = |service: &&Map<String, Value>| {
        !is_traefik_service(service) && text(service, "namespace").is_none_or(|of| of == ingress.namespace)
    };
    let mut named = services.filter_map(Value::as_object).filter(own);
    named.find_map(|service| Some((text(service, "name")?.to_owned(), port(service)?)))
}

fn port(service: &Map<String, Value>) -> Option<PortRef> {
    match service.get("port")? {
        Value::String(name) => Some(PortRef::Name(name.clone())),
        other => other.as_u64().and_then(|n| u16::try_from(n).ok()).map(PortRef::Number),
    }
}

/// Services that TraefikServices among the inputs lead to, with what each says of it.
pub(crate) fn children(manifests: &Manifests) -> BTreeMap<Child, Vec<Map<String, Value>>> {
    let mut all = BTreeMap::new();
    for object in manifests
        .traefik
        .iter()
        .filter(|object| object.kind == "TraefikService")
    {
        below(&object.namespace, &object.spec, &mut all);
    }
    all
}

/// Of any kind of TraefikService: whatever has a name and a port.
fn below(namespace: &str, value: &Value, all: &mut BTreeMap<Child, Vec<Map<String, Value>>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| below(namespace, item, all)),
        Value::Object(fields) => {
            if let (Some(name), Some(port)) = (text(fields, "name"), port(fields)) {
                let named = child(text(fields, "namespace").unwrap_or(namespace), name, &port);
                let other = |key: &String| {
                    ![
                        "name",
                        "namespace",
                        "port",
                        "kind",
                        "weight",
                        "percent",
                        "mirrors",
                        "mirrorBody",
                        "maxBodySize",
                    ]
                    .contains(&key.as_str())
                };
                let settings = fields.iter().filter(|(key, _)| other(key));
                let settings = settings.map(|(key, value)| (key.clone(), value.clone()));
                all.entry(named).or_default().push(settings.collect());
            }
            fields.values().for_each(|value| below(namespace, value, all));
        }
        _ => {}
    }
}

//! Where a rule leads: a Service by the number of its port, or a TraefikService that says what a backendRef cannot.
use super::policy::Policies;
use super::said::Unsaid;
use crate::effective::host::{ServiceRef, ServiceState};
use crate::model::{IngressId, Manifests, PortRef, Service};
use crate::plan::branch::{ServiceTarget, Target};
use crate::plan::collected::Draft;
use crate::plan::context::TRAEFIK_API;
use crate::plan::host::Given;
use crate::plan::{Collected, ingress_route, native};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Namespace, Service and port: the name that Traefik gives a child of a TraefikService, whichever one it is of. Of two children
/// with one name but different settings one's settings are lost (recipes/gateway trap 4).
pub(crate) type Child = (String, String, String);

/// How each child is spoken to.
#[derive(Debug, Default)]
pub(crate) struct Children {
    known: BTreeMap<Child, Vec<ServiceTarget>>,
    /// Those of TraefikServices among the inputs, with what they say of each.
    taken: BTreeMap<Child, Vec<Map<String, Value>>>,
}

/// A child's Service under a name that no other setting has.
#[derive(Debug, Clone, PartialEq)]
enum Named {
    Own(PortRef),
    Copy,
}

impl Children {
    /// None yet, but for those of the inputs.
    pub(crate) fn new(manifests: &Manifests) -> Self {
        Children {
            taken: native::children(manifests),
            ..Children::default()
        }
    }

    /// Takes note of what a target needs; an error where there is no further name for a setting.
    pub(crate) fn admit(&mut self, manifests: &Manifests, target: &Target) -> Result<(), Unsaid> {
        for service in children(manifests, target) {
            let known = self.known.entry(key(manifests, &service.service)).or_default();
            if !known.iter().any(|one| same(one, service)) {
                known.push(service.clone());
            }
            if self.named(manifests, service).is_none() {
                return Err(Unsaid::Service);
            }
        }
        Ok(())
    }

    fn named(&self, manifests: &Manifests, target: &ServiceTarget) -> Option<Named> {
        let own = &target.service;
        let known = self.known.get(&key(manifests, own))?;
        let at = known.iter().position(|one| same(one, target))?;
        let service = manifests.service(&own.namespace, &own.name);
        let first = &known.first()?.service.port;
        let port = service.and_then(|service| port_of(service, first));
        // the port's other name makes another child
        let other = port.and_then(|port| match first {
            PortRef::Number(_) => port.name.clone().map(PortRef::Name),
            PortRef::Name(_) => Some(PortRef::Number(port.port)),
        });
        let settings = settings(target);
        let free = |port: &PortRef| {
            let taken = self.taken.get(&child(&own.namespace, &own.name, port));
            taken.is_none_or(|taken| taken.iter().all(|taken| Some(taken) == settings.as_ref()))
        };
        let ports = std::iter::once(first.clone()).chain(other).filter(free).map(Named::Own);
        let copied = service.is_some_and(|service| !service.selector.is_empty());
        ports.chain(copied.then_some(Named::Copy)).nth(at)
    }
}

/// What a child says beside its Service; none where it refers to an object that has no name yet.
fn settings(target: &ServiceTarget) -> Option<Map<String, Value>> {
    if target.transport.is_some() {
        return None;
    }
    let mut settings = target.more.clone();
    let mut put = |key: &str, value: Option<Value>| settings.extend(value.map(|value| (key.to_owned(), value)));
    put("scheme", target.scheme.as_ref().map(|scheme| json!(scheme)));
    put("passHostHeader", target.own_host.then(|| json!(false)));
    put("nativeLB", target.native_lb.then(|| json!(true)));
    put("strategy", target.strategy.as_ref().map(|strategy| json!(strategy)));
    put("sticky", target.sticky.clone());
    Some(settings)
}

/// The name of a child, by the port as it is written.
pub(crate) fn child(namespace: &str, name: &str, port: &PortRef) -> Child {
    let port = match port {
        PortRef::Number(number) => number.to_string(),
        PortRef::Name(name) => name.clone(),
    };
    (namespace.to_owned(), name.to_owned(), port)
}

/// The same for both names of a port.
fn key(manifests: &Manifests, service: &ServiceRef) -> Child {
    let known = manifests.service(&service.namespace, &service.name);
    let number = known
        .and_then(|known| port_of(known, &service.port))
        .map(|port| PortRef::Number(port.port));
    child(
        &service.namespace,
        &service.name,
        number.as_ref().unwrap_or(&service.port),
    )
}

/// Wherever they are written, and by whichever name of the port.
fn same(a: &ServiceTarget, b: &ServiceTarget) -> bool {
    let service = a.service.clone();
    *a == ServiceTarget { service, ..b.clone() } && a.service.state == b.service.state
}

pub(super) fn port_of<'a>(service: &'a Service, port: &PortRef) -> Option<&'a crate::model::ServicePort> {
    service.ports.iter().find(|known| match port {
        PortRef::Number(number) => known.port == *number,
        PortRef::Name(name) => known.name.as_ref() == Some(name),
    })
}

/// Those of a target's Services that stand in a TraefikService.
fn children<'a>(manifests: &Manifests, target: &'a Target) -> Vec<&'a ServiceTarget> {
    match target {
        Target::Service(service) if plain_port(manifests, service).is_none() => vec![service],
        Target::Weighted { services, sticky } => services
            .iter()
            .map(|(service, _)| service)
            .filter(|service| sticky.is_some() || plain_port(manifests, service).is_none())
            .collect(),
        _ => Vec::new(),
    }
}

/// The number of the port, where a backendRef says everything. Traefik's Gateway knows no ExternalName, and a Service that is
/// missing answers 500 there (recipes/gateway: routing).
pub(crate) fn plain_port(manifests: &Manifests, target: &ServiceTarget) -> Option<u16> {
    let own = &target.service;
    let service = manifests.service(&own.namespace, &own.name);
    let outside = service.is_some_and(|service| service.external_name.is_some());
    if outside || *target != ServiceTarget::new(own.clone()) || own.state == ServiceState::NotAmongInputs {
        return None;
    }
    match &own.port {
        PortRef::Number(number) => Some(*number),
        PortRef::Name(_) => service
            .and_then(|service| port_of(service, &own.port))
            .map(|port| port.port),
    }
}

/// Writes backendRefs.
#[derive(Debug)]
pub(crate) struct Backends<'a> {
    pub(crate) given: Given<'a>,
    pub(crate) children: &'a Children,
    pub(crate) policies: &'a Policies,
}

impl Backends<'_> {
    /// The backendRefs of a rule. `noop@internal` answers 418, which a redirect of another status starts from.
    pub(crate) fn refs(&self, owner: IngressId, target: &Target, collected: &mut Collected) -> Vec<Value> {
        match target {
            Target::Nothing => vec![traefik_service("noop@internal")],
            Target::Composed(name) => vec![traefik_service(name)],
            Target::Service(service) => vec![self.one(owner, service, collected)],
            Target::Weighted { services, sticky: None } => {
                let mut refs = Vec::new();
                for (service, weight) in services {
                    let mut one = self.one(owner, service, collected);
                    one["weight"] = json!(weight);
                    refs.push(one);
                }
                refs
            }
            Target::Weighted {
                services,
                sticky: Some(sticky),
            } => {
                let children: Vec<_> = services
                    .iter()
                    .map(|(service, weight)| self.child(owner, service, Some(*weight), collected))
                    .collect();
                let spec = json!({"weighted": {"services": children, "sticky": sticky}});
                let name = &self.given.manifests.ingress(owner).name.value;
                vec![traefik_service(&self.object(
                    owner,
                    &format!("{name}-split"),
                    spec,
                    collected,
                ))]
            }
        }
    }

    /// A backend that answers 503: the Ingress's own, with nothing sent to it.
    pub(crate) fn closed(&self, owner: IngressId, target: &Target) -> Vec<Value> {
        let known = match target {
            Target::Service(service) => Some(&service.service),
            Target::Weighted { services, .. } => services.first().map(|(service, _)| &service.service),
            Target::Composed(_) | Target::Nothing => None,
        };
        let of_target = known.map(|service| (service.name.clone(), service.port.clone()));
        let Some((name, port)) = of_target.or_else(|| self.first(owner)) else {
            return Vec::new();
        };
        let namespace = &self.given.manifests.ingress(owner).namespace;
        let service = self.given.manifests.service(namespace, &name);
        let number = match port {
            PortRef::Number(number) => Some(number),
            PortRef::Name(_) => service
                .and_then(|service| port_of(service, &port))
                .map(|port| port.port),
        };
        vec![json!({"name": name, "port": number.unwrap_or(80), "weight": 0})]
    }

    /// The first Service that an Ingress names.
    fn first(&self, owner: IngressId) -> Option<(String, PortRef)> {
        let ingress = self.given.manifests.ingress(owner);
        let paths = ingress
            .rules
            .iter()
            .flat_map(|rule| &rule.paths)
            .map(|path| &path.backend);
        let mut all = paths.chain(&ingress.default_backend);
        let of_ingress = all.find_map(|backend| {
            Some((
                backend.service.as_ref()?.value.clone(),
                backend.port.as_ref()?.value.clone(),
            ))
        });
        of_ingress.or_else(|| native::first_service(ingress))
    }

    fn one(&self, owner: IngressId, service: &ServiceTarget, collected: &mut Collected) -> Value {
        let plain = plain_port(self.given.manifests, service);
        if let Some(port) = plain.or_else(|| self.policies.port(self.given, owner, service, collected)) {
            return json!({"name": service.service.name, "port": port});
        }
        let ingress = &self.given.manifests.ingress(owner).name.value;
        let plain = *service == ServiceTarget::new(service.service.clone());
        let wanted = match plain || *ingress == service.service.name {
            true => service.service.name.clone(),
            false => format!("{ingress}-{}", service.service.name),
        };
        let child = self.child(owner, service, None, collected);
        let spec = json!({"weighted": {"services": [child]}});
        traefik_service(&self.object(owner, &wanted, spec, collected))
    }

    fn child(&self, owner: IngressId, target: &ServiceTarget, weight: Option<u64>, collected: &mut Collected) -> Value {
        let mut value = ingress_route::service(self.given, owner, target, weight, collected);
        match self.children.named(self.given.manifests, target) {
            Some(Named::Own(PortRef::Name(name))) => value["port"] = json!(name),
            Some(Named::Own(PortRef::Number(number))) => value["port"] = json!(number),
            Some(Named::Copy) => {
                if let Some(name) = self.copy(owner, target, collected) {
                    value["name"] = json!(name);
                }
            }
            None => {}
        }
        value
    }

    /// A Service of its own for the same pods.
    fn copy(&self, owner: IngressId, target: &ServiceTarget, collected: &mut Collected) -> Option<String> {
        let own = &target.service;
        let service = self.given.manifests.service(&own.namespace, &own.name)?;
        let known = port_of(service, &own.port)?;
        let mut one = Map::new();
        one.extend(known.name.as_ref().map(|name| ("name".to_owned(), json!(name))));
        one.insert("port".into(), json!(known.port));
        one.extend(known.target.as_ref().map(|target| {
            let target = match target {
                PortRef::Number(number) => json!(number),
                PortRef::Name(name) => json!(name),
            };
            ("targetPort".to_owned(), target)
        }));
        let spec = json!({"selector": service.selector, "ports": [one]});
        let draft = Draft {
            api_version: "v1",
            kind: "Service",
            namespace: &own.namespace,
            wanted: &own.name,
            metadata: Map::new(),
            body: Map::from_iter([("spec".to_owned(), spec)]),
        };
        Some(collected.object(
            &[owner],
            draft,
            "The same pods under another name, so that they can be spoken to in another way.",
        ))
    }

    fn object(&self, owner: IngressId, wanted: &str, spec: Value, collected: &mut Collected) -> String {
        let draft = Draft {
            api_version: TRAEFIK_API,
            kind: "TraefikService",
            namespace: &self.given.manifests.ingress(owner).namespace,
            wanted,
            metadata: Map::new(),
            body: Map::from_iter([("spec".to_owned(), spec)]),
        };
        collected.object(&[owner], draft, "")
    }
}

fn traefik_service(name: &str) -> Value {
    json!({"group": "traefik.io", "kind": "TraefikService", "name": name})
}

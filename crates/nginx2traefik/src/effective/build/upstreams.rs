//! Upstreams: one for each namespace, Service and port; the first Ingress that names it decides what it is.
//!
//! ingress-nginx `controller.go` createUpstreams.
use super::Source;
use crate::effective::ServiceRef;
use crate::effective::host::ServiceState;
use crate::model::{IngressBackend, IngressId, PortRef};
use std::collections::BTreeMap;

/// `namespace-service-port`.
pub(super) type Name = String;

/// One upstream.
#[derive(Debug, Clone)]
pub(super) struct Upstream {
    /// What it leads to.
    pub(super) service: ServiceRef,
    /// The canary Ingress that made it: it gets no locations of its own.
    pub(super) canary: Option<IngressId>,
    /// Canaries of it, in the order of merging.
    pub(super) alternatives: Vec<Name>,
}

/// All upstreams by name.
pub(super) type Upstreams = BTreeMap<Name, Upstream>;

/// The name of the upstream of this backend; none where it names no Service.
pub(super) fn name(namespace: &str, backend: &IngressBackend) -> Option<Name> {
    let service = backend.service.as_ref()?;
    let port = match backend.port.as_ref().map(|p| &p.value) {
        Some(PortRef::Number(n)) => n.to_string(),
        Some(PortRef::Name(n)) => n.clone(),
        None => String::new(),
    };
    Some(format!("{namespace}-{}-{port}", service.value))
}

/// Makes them from the Ingresses, oldest first.
pub(super) fn create(source: &Source<'_>) -> Upstreams {
    let mut upstreams = Upstreams::new();
    for id in &source.order {
        let ingress = source.manifests.ingress(*id);
        let mut backends = Vec::new();
        if let Some(backend) = &ingress.default_backend
            && let Some(name) = name(&ingress.namespace, backend)
        {
            // a default backend makes its upstream anew, whoever made it before
            upstreams.remove(&name);
            backends.push(backend);
        }
        backends.extend(ingress.rules.iter().flat_map(|r| &r.paths).map(|p| &p.backend));
        for backend in backends {
            let Some(name) = name(&ingress.namespace, backend) else {
                continue;
            };
            if !upstreams.contains_key(&name)
                && let Some(service) = service_ref(source, &ingress.namespace, backend)
            {
                let upstream = Upstream {
                    service,
                    canary: source.is_canary(*id).then_some(*id),
                    alternatives: Vec::new(),
                };
                upstreams.insert(name, upstream);
            }
        }
    }
    upstreams
}

/// A backend as a reference, with what the inputs show of its Service.
pub(super) fn service_ref(source: &Source<'_>, namespace: &str, backend: &IngressBackend) -> Option<ServiceRef> {
    let service = backend.service.as_ref()?;
    let port = backend.port.as_ref().map_or(PortRef::Number(0), |p| p.value.clone());
    Some(ServiceRef {
        namespace: namespace.into(),
        name: service.value.clone(),
        state: source.service_state(namespace, &service.value, &port),
        port,
        span: backend.span,
    })
}

/// What the inputs show of a Service's port (`serviceEndpoints`: by number, by targetPort, by name; any port of an ExternalName).
pub(super) fn state(service: &crate::model::Service, port: &PortRef) -> ServiceState {
    let named = |p: &crate::model::ServicePort| match port {
        PortRef::Number(n) => p.port == *n || p.target == Some(PortRef::Number(*n)),
        PortRef::Name(n) => p.name.as_deref() == Some(n) || p.target == Some(PortRef::Name(n.clone())),
    };
    if service.external_name.is_some() || service.ports.iter().any(named) {
        ServiceState::Assumed
    } else {
        ServiceState::NoSuchPort
    }
}

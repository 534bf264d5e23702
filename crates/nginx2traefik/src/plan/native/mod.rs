//! What Traefik serves already from objects of its own, as routers like those that come of ingress-nginx's Ingresses: the way
//! from `--target ingress` to the Gateway API, and from Ingresses that somebody wrote for Traefik.
mod annotations;
mod chain;
mod hosts;
mod ingress;
mod places;
mod route;
mod rows;
mod service;
mod tcp;

pub(crate) use hosts::{NativeServer, shown, spread, stays};
pub(crate) use service::{children, first as first_service};

use super::branch::{Entries, Target};
use super::host::Given;
use super::{Collected, Middleware};
use crate::effective::HostName;
use crate::finding::{Fidelity, Finding};
use crate::model::{IngressId, RouteKind};
use crate::source::Span;
use rows::Row;
use std::collections::{BTreeMap, BTreeSet};

/// Why an object stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stay {
    pub(crate) at: Span,
    pub(crate) reason: String,
}

impl Stay {
    pub(crate) fn new(at: Span, reason: impl Into<String>) -> Self {
        Stay {
            at,
            reason: reason.into(),
        }
    }
}

/// One router of Traefik's.
#[derive(Debug, Clone)]
struct Routed {
    owner: IngressId,
    entries: Entries,
    priority: i64,
    rows: Vec<Row>,
    chain: Vec<Middleware>,
    target: Target,
}

/// One object of Traefik's with its routers.
#[derive(Debug, Default)]
struct Object {
    routers: Vec<Routed>,
    /// None of its routers can be had without all of them.
    stay: Option<Stay>,
    /// Hosts that it answers for on web or websecure, whether it stays or not.
    hosts: Vec<HostName>,
    /// The highest of its priorities.
    priority: i64,
    /// Namespace and name of the Secrets with certificates, by host.
    certificates: Vec<(HostName, (String, String))>,
    passes: Option<Passes>,
}

/// TLS of these hosts goes through to a Service.
#[derive(Debug, Clone)]
pub(crate) struct Passes {
    pub(crate) names: Vec<String>,
    pub(crate) service: String,
    pub(crate) port: u16,
}

impl Object {
    /// The first reason counts.
    fn stay(&mut self, stay: Stay) {
        self.stay.get_or_insert(stay);
    }
}

/// Everything of Traefik's own.
#[derive(Debug, Default)]
pub(crate) struct Native {
    /// By host.
    pub(crate) servers: Vec<NativeServer>,
    /// Objects that are looked at, with the reason for which they stay.
    pub(crate) objects: BTreeMap<IngressId, Option<Stay>>,
    /// What IngressRouteTCPs say, where a TLSRoute can say it.
    pub(crate) passes: BTreeMap<IngressId, Passes>,
}

impl Native {
    /// Those that may not be converted, whatever they say (`--portable`).
    pub(crate) fn keep(&mut self, given: Given<'_>, refused: &BTreeSet<IngressId>) {
        for (id, stay) in &mut self.objects {
            if stay.is_none() && refused.contains(id) {
                let at = given.manifests.ingress(*id).name.span;
                *stay = Some(Stay::new(at, "it is not to be converted"));
            }
        }
    }

    /// Those that become TLSRoutes.
    pub(crate) fn converted_passes(&self) -> impl Iterator<Item = (IngressId, &Passes)> {
        let stays = |id: &IngressId| self.objects.get(id).is_some_and(Option::is_some);
        self.passes
            .iter()
            .filter(move |(id, _)| !stays(id))
            .map(|(id, passes)| (*id, passes))
    }
}

/// Reads everything that Traefik serves already.
pub(crate) fn read(given: Given<'_>, collected: &mut Collected) -> Native {
    let mut native = Native::default();
    let mut objects = BTreeMap::new();
    for id in (0..given.manifests.ingresses.len()).map(IngressId) {
        let Some(object) = object(given, id, collected) else {
            continue;
        };
        native.objects.insert(id, object.stay.clone());
        native.passes.extend(object.passes.clone().map(|passes| (id, passes)));
        objects.insert(id, object);
    }
    native.servers = hosts::servers(&objects);
    native
}

fn object(given: Given<'_>, id: IngressId, collected: &mut Collected) -> Option<Object> {
    let ingress = given.manifests.ingress(id);
    match ingress.route.as_deref() {
        Some(route) if places::is_other_class(given, ingress) => {
            let _ = route;
            None
        }
        Some(route) if route.kind == RouteKind::Tcp => Some(tcp::read(given, id, route)),
        Some(route) => Some(route::read(given, id, route, collected)),
        None if places::is_traefik(given, id) => Some(ingress::read(given, id, collected)),
        None => None,
    }
}

/// Says which objects stay, and why; of those that were refused it is said already.
pub(crate) fn tell(
    given: Given<'_>,
    objects: &BTreeMap<IngressId, Option<Stay>>,
    refused: &BTreeSet<IngressId>,
    collected: &mut Collected,
) {
    for (id, stay) in objects.iter().filter(|(id, _)| !refused.contains(id)) {
        let Some(stay) = stay else { continue };
        let ingress = given.manifests.ingress(*id);
        let object = ingress.object();
        let message = format!("{} {} stays as it is: {}", object.kind, object.name, stay.reason);
        let finding = Finding::warning("gateway-host", stay.at, message)
            .fidelity(Fidelity::Unsupported)
            .traefik("serves it as before: all routes of a host are of one kind, so that Traefik never has to choose between two")
            .object(object);
        collected.tell(Some(*id), finding);
    }
}

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
use std::collections::BTreeMap;

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
        Some(route) if route.kind == RouteKind::Tcp => Some(Object {
            stay: Some(Stay::new(
                ingress.name.span,
                "TLS that passes through, and other TCP, stays with Traefik's own kind",
            )),
            ..Object::default()
        }),
        Some(route) => Some(route::read(given, id, route, collected)),
        None if places::is_traefik(given, id) => Some(ingress::read(given, id, collected)),
        None => None,
    }
}

/// Says which objects stay, and why.
pub(crate) fn tell(given: Given<'_>, objects: &BTreeMap<IngressId, Option<Stay>>, collected: &mut Collected) {
    for (id, stay) in objects {
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

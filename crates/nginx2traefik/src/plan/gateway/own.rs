//! Routes that are Traefik's already, beside those that come of ingress-nginx's Ingresses.
use super::backend::Children;
use super::certificates::Secret;
use super::hosts::{self, Server};
use super::http_route::Routes;
use super::listeners::Listeners;
use super::order::share;
use super::path;
use crate::effective::HostName;
use crate::finding::{Fidelity, Finding};
use crate::plan::Collected;
use crate::plan::host::Given;
use crate::plan::native::{Native, NativeServer, Stay, shown, spread, stays};
use crate::plan::routers::Router;
use std::collections::BTreeSet;

/// Everything with its place.
#[derive(Debug)]
pub(crate) struct Placed {
    /// First those that were given, in their order.
    pub(crate) servers: Vec<Server>,
    /// The routes of each server; none for one that is kept.
    pub(crate) routes: Vec<Option<Routes>>,
    pub(crate) children: Children,
    /// Hosts that both controllers serve.
    pub(crate) mixed: Vec<HostName>,
}

/// Places the servers together with Traefik's own. One of those that no HTTPRoute can say keeps its objects as they are, and with
/// them all that they are on; then the rest is placed anew.
pub(crate) fn place(given: Given<'_>, servers: &[Server], native: &mut Native) -> Placed {
    let at = |id| given.manifests.ingress(id).name.span;
    for server in &native.servers {
        let alias = servers
            .iter()
            .any(|s| s.names.len() > 1 && s.names.contains(&server.name));
        if alias {
            keep(
                native_stay(server, &mut native.objects),
                at,
                "its host is an alias, too, of an Ingress of ingress-nginx",
            );
        }
    }
    spread(&native.servers, &mut native.objects, at);
    loop {
        let mut all = servers.to_vec();
        let mixed = add(&mut all, native);
        let mut children = Children::new(given.manifests);
        let routes = hosts::place(given, &mut all, &mut children);
        if !kept(&all, native, at) {
            return Placed {
                servers: all,
                routes,
                children,
                mixed,
            };
        }
    }
}

/// A host of Traefik's own routes that is served by a Gateway.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) name: HostName,
    /// Of its routes.
    pub(crate) namespaces: BTreeSet<String>,
    pub(crate) certificate: Option<Secret>,
    /// Its TLS goes through to a backend.
    pub(crate) passes: bool,
}

/// Those that are converted.
pub(crate) fn served(given: Given<'_>, native: &Native) -> Vec<Own> {
    let converted = native.servers.iter().filter(|server| !stays(server, &native.objects));
    let own = |server: &NativeServer| Own {
        name: server.name.clone(),
        namespaces: server
            .owners
            .iter()
            .map(|id| given.manifests.ingress(*id).namespace.clone())
            .collect(),
        certificate: server.certificate.clone(),
        passes: false,
    };
    let passed = native.converted_passes().flat_map(|(id, passes)| {
        let namespace = given.manifests.ingress(id).namespace.clone();
        passes.names.iter().map(move |name| Own {
            name: HostName::Exact(name.clone()),
            namespaces: BTreeSet::from([namespace.clone()]),
            certificate: None,
            passes: true,
        })
    });
    converted.map(own).chain(passed).collect()
}

/// What differs for a client of a host that is converted.
pub(crate) fn tell(listeners: &Listeners<'_>, native: &Native, collected: &mut Collected) {
    let given = listeners.given;
    for server in native.servers.iter().filter(|server| !stays(server, &native.objects)) {
        for id in server.owners.iter().copied() {
            let ingress = given.manifests.ingress(id);
            if listeners.unserved.contains(&server.name) {
                let finding = Finding::warning("gateway-certificate", ingress.name.span, "https of its hosts is not served: there is no certificate for it")
                    .difference("https connections are refused")
                    .help("Name a Secret: `default-certificate = \"NAMESPACE/NAME\"` below [gateway] in nginx2traefik.toml, or spec.tls of the Ingress.")
                    .object(ingress.object());
                collected.tell(Some(id), finding);
            }
            if let HostName::Wildcard(rest) = &server.name {
                let message = format!("*.{rest} is not quite the same to a Gateway");
                let mut finding = Finding::note("gateway-host", ingress.name.span, message)
                    .fidelity(Fidelity::Approximate)
                    .difference(format!("a_b.{rest} is not served"))
                    .object(ingress.object());
                if !given.options.exact {
                    finding = finding
                        .difference(format!("a.b.{rest} is served, too"))
                        .help("--exact matches X-Forwarded-Host as well.");
                }
                collected.tell(Some(id), finding);
            }
        }
    }
}

type Slots<'a> = Vec<(crate::model::IngressId, &'a mut Option<Stay>)>;

fn native_stay<'a>(
    server: &NativeServer,
    objects: &'a mut std::collections::BTreeMap<crate::model::IngressId, Option<Stay>>,
) -> Slots<'a> {
    let own = objects.iter_mut().filter(|(id, _)| server.owners.contains(id));
    own.map(|(id, stay)| (*id, stay)).collect()
}

fn keep(slots: Slots<'_>, at: impl Fn(crate::model::IngressId) -> crate::source::Span, reason: &str) -> bool {
    let mut changed = false;
    for (id, stay) in slots {
        if stay.is_none() {
            *stay = Some(Stay::new(at(id), reason));
            changed = true;
        }
    }
    changed
}

/// Objects of servers that turned out to be kept.
fn kept(
    all: &[Server],
    native: &mut Native,
    at: impl Fn(crate::model::IngressId) -> crate::source::Span + Copy,
) -> bool {
    let mut changed = false;
    for server in all {
        let Some(reason) = &server.kept else { continue };
        let owners: BTreeSet<_> = server.routers.iter().map(|router| router.owner).collect();
        let slots = native.objects.iter_mut().filter(|(id, _)| owners.contains(id));
        changed |= keep(slots.map(|(id, stay)| (*id, stay)).collect(), at, reason);
    }
    spread(&native.servers, &mut native.objects, at) || changed
}

/// Adds Traefik's own servers: to the server of the same host, else by themselves. Gives the hosts of the former.
fn add(all: &mut Vec<Server>, native: &Native) -> Vec<HostName> {
    let given = all.len();
    let mut mixed = Vec::new();
    for server in &native.servers {
        let names = vec![server.name.clone()];
        if stays(server, &native.objects) {
            let reason = format!("other routes for {} stay with Traefik's own kinds", shown(&server.name));
            for other in all[..given].iter_mut().filter(|other| must_stay(server, &other.names)) {
                other.kept.get_or_insert_with(|| reason.clone());
            }
            let routers = Vec::new();
            all.push(Server {
                names,
                routers,
                kept: Some(reason),
            });
            continue;
        }
        if server.routers.is_empty() {
            continue;
        }
        if let Some(same) = all[..given].iter_mut().find(|other| other.names == names) {
            same.routers = merged(std::mem::take(&mut same.routers), &server.routers);
            mixed.push(server.name.clone());
            continue;
        }
        match all[given..].iter_mut().find(|other| alike(other, server)) {
            Some(other) => rename(other, &server.name),
            None => all.push(Server {
                kept: hosts::reason_of_names(&names),
                names,
                routers: server.routers.clone(),
            }),
        }
    }
    mixed
}

/// Says which hosts have routes of both controllers, of which a client gets one list now.
pub(crate) fn tell_mixed(given: Given<'_>, native: &Native, mixed: &[HostName], collected: &mut Collected) {
    for server in native.servers.iter().filter(|server| mixed.contains(&server.name)) {
        for id in &server.owners {
            let ingress = given.manifests.ingress(*id);
            let message = format!("ingress-nginx and Traefik both serve {}", shown(&server.name));
            let finding = Finding::warning("gateway-host", ingress.name.span, message)
                .fidelity(Fidelity::Approximate)
                .traefik("has one list of both, the narrower path first")
                .difference("clients of either controller reach the routes of both; a path that both have is answered as ingress-nginx did")
                .object(ingress.object());
            collected.tell(Some(*id), finding);
        }
    }
}

/// The same host, or a wider one, whose HTTPRoutes would answer for what stays.
fn must_stay(stays: &NativeServer, names: &[HostName]) -> bool {
    let own = std::slice::from_ref(&stays.name);
    names.contains(&stays.name) || share(names, own) && hosts::width(names) < hosts::width(own)
}

/// Hosts with the same routers are one HTTPRoute.
fn alike(other: &Server, server: &NativeServer) -> bool {
    let exact = |name: &HostName| matches!(name, HostName::Exact(_));
    let same = |(a, b): (&Router, &Router)| {
        let names = b.names.clone();
        Router { names, ..a.clone() } == *b
    };
    other.kept.is_none()
        && other.names.iter().all(exact)
        && exact(&server.name)
        && other.names.len() < hosts::NAMES
        && other.routers.len() == server.routers.len()
        && other.routers.iter().zip(&server.routers).all(same)
}

fn rename(server: &mut Server, more: &HostName) {
    server.names.push(more.clone());
    for router in &mut server.routers {
        router.names.clone_from(&server.names);
    }
}

/// Which of two controllers answered is not written down anywhere: the narrower path comes first.
fn merged(first: Vec<Router>, own: &[Router]) -> Vec<Router> {
    let mut all = first;
    for router in own {
        let before = all
            .iter()
            .position(|other| other.path != router.path && path::covers(&other.path, &router.path));
        all.insert(before.unwrap_or(all.len()), router.clone());
    }
    all
}

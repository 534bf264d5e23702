//! The routers of each host in the order in which Traefik asks them.
//!
//! Traefik has one list for everything, the highest priority first, where a Gateway looks for the narrowest host first. So a host
//! gets copies of the routers of wider hosts that stand between its own.
use super::rows::Row;
use super::{Object, Routed, Stay};
use crate::effective::HostName;
use crate::model::IngressId;
use crate::plan::gateway::order::share;
use crate::plan::routers::Router;
use std::collections::{BTreeMap, BTreeSet};

/// A host with its routers, first match first.
#[derive(Debug, Clone)]
pub(crate) struct NativeServer {
    pub(crate) name: HostName,
    pub(crate) routers: Vec<Router>,
    /// Objects that its routers are of, and objects for it that cannot be converted.
    pub(crate) owners: BTreeSet<IngressId>,
    /// The highest priority that any of them gives.
    pub(crate) priority: i64,
    /// Namespace and name of the Secret with its certificate.
    pub(crate) certificate: Option<(String, String)>,
}

/// The servers of all objects, by name.
pub(super) fn servers(objects: &BTreeMap<IngressId, Object>) -> Vec<NativeServer> {
    let mut ordered: Vec<&Routed> = objects.values().flat_map(|object| &object.routers).collect();
    ordered.sort_by_key(|routed| std::cmp::Reverse(routed.priority));
    let of_rows = ordered
        .iter()
        .flat_map(|routed| routed.rows.iter().map(|row| &row.host));
    let named = objects.values().flat_map(|object| &object.hosts);
    let names: BTreeSet<&HostName> = of_rows.chain(named).collect();
    names.into_iter().map(|name| server(name, &ordered, objects)).collect()
}

fn server(name: &HostName, ordered: &[&Routed], objects: &BTreeMap<IngressId, Object>) -> NativeServer {
    let own = |routed: &&Routed| routed.rows.iter().any(|row| row.host == *name);
    let last = ordered.iter().rposition(own).map_or(0, |at| at + 1);
    let mut routers = Vec::new();
    for (at, routed) in ordered[..last].iter().enumerate() {
        let rows = routed
            .rows
            .iter()
            .filter(|row| row.host == *name || is_wider(&row.host, name));
        routers.extend(rows.map(|row| router(name, at, routed, row)));
    }
    let mut owners: BTreeSet<IngressId> = routers.iter().map(|router| router.owner).collect();
    let answers = objects.iter().filter(|(_, object)| object.hosts.contains(name));
    owners.extend(answers.map(|(id, _)| *id));
    let named = |is_of: &dyn Fn(&HostName) -> bool| {
        let mut all = objects.values().flat_map(|object| &object.certificates);
        all.find(|(host, _)| is_of(host)).map(|(_, names)| names.clone())
    };
    NativeServer {
        name: name.clone(),
        priority: owners.iter().map(|id| objects[id].priority).max().unwrap_or(0),
        certificate: named(&|host| host == name).or_else(|| named(&|host| is_wider(host, name))),
        routers,
        owners,
    }
}

/// Requests for `name` come to the other one, too.
fn is_wider(other: &HostName, name: &HostName) -> bool {
    match (other, name) {
        (other, name) if other == name => false,
        (HostName::CatchAll, _) => true,
        (HostName::Wildcard(rest), HostName::Exact(name)) => {
            name.split_once('.').is_some_and(|(_, parent)| parent == rest)
        }
        (HostName::Regex(pattern), HostName::Exact(name)) => regex::Regex::new(pattern).is_ok_and(|r| r.is_match(name)),
        _ => false,
    }
}

fn router(name: &HostName, at: usize, routed: &Routed, row: &Row) -> Router {
    Router {
        owner: routed.owner,
        canaries: Vec::new(),
        entries: routed.entries,
        names: vec![name.clone()],
        path: row.path.clone(),
        conditions: row.conditions.clone(),
        priority: None,
        chain: routed.chain.clone(),
        target: routed.target.clone(),
        written: true,
        spot: at,
        plain: 0,
    }
}

/// Priorities of HTTPRoutes are above this where they have to be.
const LOW: i64 = 1_000;

/// What stays keeps with it all that shares a host with it: an object is converted as a whole or not at all, and so is a host.
/// Gives whether anything changed.
pub(crate) fn spread(
    servers: &[NativeServer],
    objects: &mut BTreeMap<IngressId, Option<Stay>>,
    at: impl Fn(IngressId) -> crate::source::Span,
) -> bool {
    let mut changed = false;
    loop {
        let mut more: BTreeMap<IngressId, String> = BTreeMap::new();
        for server in servers.iter().filter(|server| stays(server, objects)) {
            for other in servers.iter().filter(|other| holds(server, other)) {
                let reason = format!("{} stays with Traefik's own kinds", shown(&server.name));
                let free = other.owners.iter().filter(|id| objects.get(id) == Some(&None));
                more.extend(free.map(|id| (*id, reason.clone())));
            }
        }
        if more.is_empty() {
            return changed;
        }
        changed = true;
        for (id, reason) in more {
            objects.insert(id, Some(Stay::new(at(id), reason)));
        }
    }
}

/// One of its objects stays.
pub(crate) fn stays(server: &NativeServer, objects: &BTreeMap<IngressId, Option<Stay>>) -> bool {
    server
        .owners
        .iter()
        .any(|id| objects.get(id).is_some_and(Option::is_some))
}

/// Where `stays` stays, the other cannot be HTTPRoutes: it is the same host, or a wider one, whose HTTPRoutes would answer for it; or
/// a narrower one whose HTTPRoutes would not be above it.
fn holds(stays: &NativeServer, other: &NativeServer) -> bool {
    let same = stays.name == other.name;
    let shared = share(std::slice::from_ref(&stays.name), std::slice::from_ref(&other.name));
    same || shared && (is_wider(&other.name, &stays.name) || stays.priority >= LOW)
}

/// As people write it.
pub(crate) fn shown(name: &HostName) -> String {
    match name {
        HostName::Exact(name) => name.clone(),
        HostName::Regex(pattern) => format!("the expression {pattern}"),
        HostName::Wildcard(rest) => format!("*.{rest}"),
        HostName::CatchAll => "what names no host".into(),
    }
}

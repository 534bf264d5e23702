//! Servers and their locations, as the controller collects them from the Ingresses.
//!
//! ingress-nginx `controller.go` createServers and getBackendServers.
use super::upstreams::{self, Name, Upstreams};
use super::{Source, age, findings, shared};
use crate::effective::{Setting, host::ClientAuth};
use crate::finding::Finding;
use crate::model::{IngressId, IngressPath, PathType};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the server that answers for all other hosts.
pub(super) const CATCH_ALL: &str = "_";

/// A location before nginx's own transformations.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) path: String,
    pub(super) exact: bool,
    /// Whose settings apply; none: the catch-all `/` that no Ingress owns.
    pub(super) ingress: Option<IngressId>,
    /// None: the controller's default backend.
    pub(super) upstream: Option<Name>,
    /// The `/` that every server gets, as long as no path replaces it.
    pub(super) implicit: bool,
    pub(super) without_redirects: bool,
    pub(super) span: Option<Span>,
}

impl Raw {
    fn root(ingress: Option<IngressId>, upstream: Option<Name>) -> Self {
        Raw {
            path: "/".into(),
            exact: false,
            ingress,
            upstream,
            implicit: true,
            without_redirects: false,
            span: None,
        }
    }
}

/// A server while it is being filled.
#[derive(Debug, Clone, Default)]
pub(super) struct Server {
    pub(super) ingresses: Vec<IngressId>,
    pub(super) locations: Vec<Raw>,
    pub(super) client_auth: Option<ClientAuth>,
    pub(super) refused: Option<Setting<String>>,
    /// A location that is filled from a path asked for it.
    pub(super) www: Option<Setting<()>>,
}

/// Servers by host.
pub(super) type Servers = BTreeMap<String, Server>;

/// The host of a rule: absent and empty are the catch-all server.
pub(super) fn host_of(rule: &crate::model::IngressRule) -> &str {
    match &rule.host {
        Some(host) if !host.value.is_empty() => &host.value,
        _ => CATCH_ALL,
    }
}

/// A server with its implicit `/` for each host of the Ingresses that are no canaries.
pub(super) fn create(source: &Source<'_>, upstreams: &Upstreams, findings: &mut Vec<Finding>) -> Servers {
    let mut servers = Servers::new();
    servers.insert(
        CATCH_ALL.into(),
        Server {
            locations: vec![Raw::root(None, None)],
            ..Server::default()
        },
    );
    for id in source.order.iter().filter(|id| !source.is_canary(**id)) {
        let ingress = source.manifests.ingress(*id);
        let default = ingress.default_backend.as_ref();
        let default = default.and_then(|b| upstreams::name(&ingress.namespace, b));
        let default = default.filter(|name| upstreams.contains_key(name));
        if ingress.rules.is_empty()
            && let Some(name) = &default
            && let Some(server) = servers.get_mut(CATCH_ALL)
        {
            claim_catch_all(source, server, *id, name, findings);
        }
        for rule in &ingress.rules {
            let server = servers.entry(host_of(rule).into()).or_insert_with(|| Server {
                locations: vec![Raw::root(Some(*id), default.clone())],
                ..Server::default()
            });
            if !server.ingresses.contains(id) {
                server.ingresses.push(*id);
            }
        }
    }
    servers
}

/// An Ingress with a default backend and no rules takes the catch-all server; the first one wins.
fn claim_catch_all(source: &Source<'_>, server: &mut Server, id: IngressId, name: &Name, findings: &mut Vec<Finding>) {
    let root = &mut server.locations[0];
    if root.ingress.is_none() {
        root.ingress = Some(id);
        root.upstream = Some(name.clone());
        root.without_redirects = true;
        root.implicit = false;
        root.span = source.manifests.ingress(id).default_backend.as_ref().map(|b| b.span);
    } else if let Some(owner) = root.ingress {
        findings.push(findings::second_catch_all(source, id, owner));
    }
    if !server.ingresses.contains(&id) {
        server.ingresses.push(id);
    }
}

/// Fills in the paths of all Ingresses, canaries among them (whose upstreams get no locations). Returns the Ingresses that nginx
/// refuses to load.
pub(super) fn fill(
    source: &Source<'_>,
    upstreams: &Upstreams,
    servers: &mut Servers,
    findings: &mut Vec<Finding>,
) -> BTreeSet<IngressId> {
    for id in &source.order {
        let ingress = source.manifests.ingress(*id);
        for rule in &ingress.rules {
            let host = host_of(rule);
            let host = if servers.contains_key(host) { host } else { CATCH_ALL };
            let Some(server) = servers.get_mut(host) else {
                continue;
            };
            if rule.paths.is_empty() && host != CATCH_ALL {
                continue;
            }
            shared::take_client_auth(source, *id, server);
            for path in &rule.paths {
                let name = upstreams::name(&ingress.namespace, &path.backend);
                let Some(name) = name.filter(|n| upstreams.get(n).is_some_and(|u| u.canary.is_none())) else {
                    continue;
                };
                add_path(source, server, *id, path, name, findings);
            }
        }
    }
    let mut broken = BTreeSet::new();
    for (host, server) in servers.iter_mut() {
        broken.extend(findings::drop_duplicates(source, host, server, findings));
    }
    broken
}

/// One path: replaces the implicit `/`, loses to an equal one, or becomes a location.
///
/// As in the controller, only the first location of the same path is compared: another type beside it makes a new location.
fn add_path(
    source: &Source<'_>,
    server: &mut Server,
    id: IngressId,
    path: &IngressPath,
    upstream: Name,
    findings: &mut Vec<Finding>,
) {
    let text = path.path.as_ref().map_or("/", |p| &p.value);
    let text = if text.is_empty() { "/" } else { text };
    let exact = path.path_type.as_ref().is_some_and(|t| t.value == PathType::Exact);
    let new = Raw {
        path: text.into(),
        exact,
        ingress: Some(id),
        upstream: Some(upstream),
        implicit: false,
        without_redirects: false,
        span: Some(path.span),
    };
    let www = &source.settings(id).www_redirect;
    match server.locations.iter_mut().find(|l| l.path == text) {
        Some(existing) if existing.exact == exact => {
            if !existing.implicit {
                let assumed = existing
                    .ingress
                    .is_some_and(|o| age::is_assumed(source.manifests, o, id));
                findings.push(findings::path_loses(source, id, path.span, existing, assumed));
                return;
            }
            *existing = new;
        }
        _ => server.locations.push(new),
    }
    if server.www.is_none() {
        server.www.clone_from(www);
    }
}

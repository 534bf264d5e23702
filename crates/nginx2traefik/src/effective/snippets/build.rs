//! Puts the snippets of each server together, as ingress-nginx's template does.
use super::{HostSnippets, Snippet, SnippetId, SnippetKind};
use crate::effective::host::Matcher;
use crate::effective::{Effective, Host, Location, Origin};
use crate::model::IngressId;
use nginx_snippet::{LocationMatch, Program, Tree, read};

/// Fills in [`Host::snippets`] where a host has any.
pub(in crate::effective) fn of_hosts(effective: &mut Effective) {
    let found: Vec<_> = effective.hosts.iter().map(|host| of_host(effective, host)).collect();
    for (host, snippets) in effective.hosts.iter_mut().zip(found) {
        host.snippets = snippets.map(Box::new);
    }
}

fn of_host(effective: &Effective, host: &Host) -> Option<HostSnippets> {
    let server = of_server(effective, host);
    let locations: Vec<Vec<SnippetId>> = host.locations.iter().map(|l| of_location(effective, l)).collect();
    if server.is_empty() && locations.iter().all(Vec::is_empty) {
        return None;
    }
    let mut builder = Program::builder();
    for id in &server {
        builder = builder.server(id.0, &effective.snippet(*id).tree);
    }
    for (index, (location, ids)) in host.locations.iter().zip(&locations).enumerate() {
        let texts: Vec<(u32, &Tree)> = ids.iter().map(|id| (id.0, &effective.snippet(*id).tree)).collect();
        builder = builder.location(&index.to_string(), matcher(location), &texts);
    }
    let program = builder.build();
    Some(HostSnippets {
        reading: read(&program),
        program,
        server,
        locations,
    })
}

/// The location as nginx has it; of the two that it makes of a prefix the one that serves what is below it.
fn matcher(location: &Location) -> LocationMatch {
    let path = &location.path;
    match location.matcher {
        Matcher::Exact => LocationMatch::exact(path),
        Matcher::Prefix if path.ends_with('/') => LocationMatch::prefix(path),
        Matcher::Prefix => LocationMatch::prefix(&format!("{path}/")),
        Matcher::Regex => LocationMatch::regex(&format!("^{path}"), true),
    }
}

/// `controller.go`, createServers: the first Ingress of the host that has a server-snippet; nginx.tmpl: behind it the ConfigMap's.
fn of_server(effective: &Effective, host: &Host) -> Vec<SnippetId> {
    let own = host
        .ingresses
        .iter()
        .find_map(|id| of_ingress(effective, *id, SnippetKind::Server));
    own.into_iter()
        .chain(of_config(effective, SnippetKind::Server))
        .collect()
}

/// nginx.tmpl: the configuration-snippet, then the ConfigMap's location-snippet; a denied location has neither.
fn of_location(effective: &Effective, location: &Location) -> Vec<SnippetId> {
    if effective.ingress(location.ingress).settings.denied.is_some() {
        return Vec::new();
    }
    let own = of_ingress(effective, location.ingress, SnippetKind::Location);
    own.into_iter()
        .chain(of_config(effective, SnippetKind::Location))
        .collect()
}

fn of_ingress(effective: &Effective, ingress: IngressId, kind: SnippetKind) -> Option<SnippetId> {
    let ids = &effective.ingress(ingress).settings.snippets;
    let mut snippets = ids.iter().map(|id| effective.snippet(*id));
    let found = snippets.find(|s| s.kind == kind && s.is_written())?;
    Some(found.id)
}

fn of_config(effective: &Effective, kind: SnippetKind) -> Option<SnippetId> {
    let of_config = |s: &&Snippet| s.kind == kind && matches!(s.origin, Origin::ConfigMap { .. });
    effective.snippets.iter().find(of_config).map(|s| s.id)
}

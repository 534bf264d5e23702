//! Puts the snippets of each server together, as ingress-nginx's template does.
use super::http::is_setting;
use super::written::{self, WRITTEN};
use super::zones;
use super::{HostSnippets, Snippet, SnippetId, SnippetKind, refused};
use crate::effective::host::Matcher;
use crate::effective::{Effective, Host, Location, Origin, Standing};
use crate::model::IngressId;
use nginx_snippet::{LocationMatch, Program, ProgramBuilder, Tree, read};

/// Fills in [`Host::snippets`] where a host has any.
pub(in crate::effective) fn of_hosts(effective: &mut Effective) {
    let found: Vec<_> = effective.hosts.iter().map(|host| of_host(effective, host)).collect();
    for (host, snippets) in effective.hosts.iter_mut().zip(found) {
        host.snippets = snippets.map(Box::new);
    }
    drop_losers(effective);
    refused::refuse(effective);
    zones::refuse_unknown(effective);
}

/// A server-snippet that no host has: an older Ingress of each of its hosts has one.
fn drop_losers(effective: &mut Effective) {
    let used = |id: SnippetId| {
        let mut hosts = effective.hosts.iter().filter_map(|h| h.snippets.as_deref());
        hosts.any(|snippets| snippets.server.contains(&id))
    };
    let served = |s: &Snippet| match &s.origin {
        Origin::Annotation { ingress, .. } => effective.ingress(*ingress).standing == Standing::Served,
        _ => false,
    };
    let loses = |s: &Snippet| s.kind == SnippetKind::Server && s.is_written() && served(s) && !used(s.id);
    let losers: Vec<bool> = effective.snippets.iter().map(loses).collect();
    for (snippet, loses) in effective.snippets.iter_mut().zip(losers) {
        if loses {
            snippet.dropped = Some("an older Ingress of the host has one, and the first counts".to_owned());
        }
    }
}

fn of_host(effective: &Effective, host: &Host) -> Option<HostSnippets> {
    let http = of_config(effective, SnippetKind::Http);
    let server = of_server(effective, host);
    let locations: Vec<Vec<SnippetId>> = host.locations.iter().map(|l| of_location(effective, l)).collect();
    let hands_down = |id: SnippetId| effective.snippet(id).tree.directives.iter().any(is_setting);
    if !http.is_some_and(hands_down) && server.is_empty() && locations.iter().all(Vec::is_empty) {
        return None;
    }
    Some(HostSnippets {
        reading: read(&of_snippets(effective, host, &server, &locations)),
        program: whole(effective, host, &server, &locations),
        http,
        server,
        locations,
    })
}

/// The snippets alone.
fn of_snippets(effective: &Effective, host: &Host, server: &[SnippetId], locations: &[Vec<SnippetId>]) -> Program {
    let mut builder = with_server(effective, server);
    for (index, (location, ids)) in host.locations.iter().zip(locations).enumerate() {
        builder = builder.location(&index.to_string(), matcher(location), &texts(effective, ids));
    }
    builder.build()
}

fn with_server(effective: &Effective, server: &[SnippetId]) -> ProgramBuilder {
    let add = |builder: ProgramBuilder, id: &SnippetId| builder.server(id.0, &effective.snippet(*id).tree);
    let http = of_config(effective, SnippetKind::Http).map(|id| effective.snippet(id));
    let builder = Program::builder();
    let builder = match http {
        Some(http) => builder.http(http.id.0, &of_settings(&http.tree)),
        None => builder,
    };
    server.iter().fold(builder, add)
}

/// What a text around all servers hands down to them.
fn of_settings(tree: &Tree) -> Tree {
    Tree {
        directives: tree.directives.iter().filter(|d| is_setting(d)).cloned().collect(),
        errors: Vec::new(),
    }
}

fn texts<'e>(effective: &'e Effective, ids: &[SnippetId]) -> Vec<(u32, &'e Tree)> {
    ids.iter().map(|id| (id.0, &effective.snippet(*id).tree)).collect()
}

/// The server as nginx has it.
fn whole(effective: &Effective, host: &Host, server: &[SnippetId], locations: &[Vec<SnippetId>]) -> Program {
    let mut builder = with_server(effective, server).server(WRITTEN, &written::app_root(host));
    let after = written::after();
    for (index, (location, ids)) in host.locations.iter().zip(locations).enumerate() {
        let before = written::before(effective, location, index);
        let mut all = vec![(WRITTEN, &before)];
        all.extend(texts(effective, ids));
        all.push((WRITTEN, &after));
        for matcher in matchers(host, location) {
            builder = builder.location(&index.to_string(), matcher, &all);
        }
        if location.slash_redirect {
            let bare = location.path.trim_end_matches('/');
            builder = builder.location(&format!("slash {index}"), LocationMatch::exact(bare), &[]);
        }
    }
    if !host
        .locations
        .iter()
        .any(|l| l.path == "/" && l.matcher == Matcher::Prefix)
    {
        builder = builder.location("nobody", LocationMatch::prefix("/"), &[]);
    }
    builder.build()
}

/// A prefix serves itself and what is below it.
pub(super) fn matchers(host: &Host, location: &Location) -> Vec<LocationMatch> {
    let mut all = vec![matcher(location)];
    let exact = |l: &Location| l.matcher == Matcher::Exact && l.path == location.path;
    if location.matcher == Matcher::Prefix && !location.path.ends_with('/') && !host.locations.iter().any(exact) {
        all.push(LocationMatch::exact(&location.path));
    }
    all
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

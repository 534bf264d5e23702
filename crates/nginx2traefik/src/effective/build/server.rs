//! From the collected servers to the hosts of the model.
use super::servers::{CATCH_ALL, Server, Servers};
use super::upstreams::Upstreams;
use super::{Source, findings, locations, order, shared, tls};
use crate::effective::host::{Backend, Host, HostName};
use crate::effective::serve::path_regex;
use crate::effective::{Location, Setting};
use crate::finding::Finding;
use crate::model::IngressId;
use std::collections::BTreeSet;

/// The hosts, sorted by name, the catch-all server last; and the Ingresses that nginx refuses to load.
pub(super) fn finish(
    source: &Source<'_>,
    upstreams: &Upstreams,
    servers: Servers,
    findings: &mut Vec<Finding>,
) -> (Vec<Host>, BTreeSet<IngressId>) {
    let mut aliases = shared::aliases(source, &servers);
    findings.extend(findings::lost_aliases(source, &servers, &aliases));
    let mut broken = BTreeSet::new();
    let mut hosts = Vec::new();
    for (name, server) in &servers {
        let blocks = locations::blocks(source, server);
        let regex_mode = locations::regex_mode(source, &blocks);
        let locations = locations::finish(source, upstreams, &blocks, regex_mode.is_some());
        if locations.is_empty() && server.ingresses.is_empty() {
            continue;
        }
        findings.extend(order::assumed(source, name, server));
        let www = shared::www(source, &servers, name, server);
        if let Some(www) = www.as_ref().filter(|_| name.starts_with("*.")) {
            broken.extend(findings::www_of_wildcard(source, name, www, findings));
        }
        broken.extend(invalid_regexes(&locations, regex_mode.is_some(), findings, source));
        hosts.push(Host {
            name: host_name(name),
            aliases: aliases.remove(name).unwrap_or_default(),
            ingresses: server.ingresses.clone(),
            tls: tls::of_server(source, name, server),
            client_auth: server.client_auth.clone(),
            refused: server.refused.clone(),
            app_root: app_root(source, &blocks),
            www,
            passthrough: passthrough(source, server, &locations),
            regex_mode,
            locations,
            snippets: None,
        });
    }
    // `_` sorts among the names; people look for it at the end
    hosts.sort_by(|a, b| a.name.cmp(&b.name));
    (hosts, broken)
}

fn host_name(name: &str) -> HostName {
    if name == CATCH_ALL {
        HostName::CatchAll
    } else if let Some(rest) = name.strip_prefix("*.") {
        HostName::Wildcard(rest.into())
    } else {
        HostName::Exact(name.into())
    }
}

/// app-root is written once for each location of the server; the first one in the configuration answers.
fn app_root(source: &Source<'_>, blocks: &[locations::Block<'_>]) -> Option<Setting<String>> {
    blocks.iter().find_map(|block| {
        let id = block.raw.ingress.filter(|_| !block.raw.without_redirects)?;
        let root = source.settings(id).app_root.clone()?;
        Some(root.map(|r| r.target))
    })
}

fn passthrough(
    source: &Source<'_>,
    server: &Server,
    locations: &[Location],
) -> Option<Setting<crate::effective::ServiceRef>> {
    let setting = shared::first(source, server, |s| &s.ssl_passthrough)?;
    let root = locations.iter().find(|l| l.path == "/")?;
    match &root.backend {
        Backend::Service(service) => Some(setting.map(|()| service.clone())),
        Backend::Default => None,
    }
}

/// Paths that are no regular expression although their host is in regex mode: nginx refuses the configuration.
fn invalid_regexes(
    locations: &[Location],
    regex: bool,
    findings: &mut Vec<Finding>,
    source: &Source<'_>,
) -> Vec<IngressId> {
    let mut broken = Vec::new();
    for location in locations.iter().filter(|_| regex) {
        if let Some(reason) = path_regex::invalid(&location.path) {
            findings.push(findings::invalid_regex(source, location, &reason));
            broken.push(location.ingress);
        }
    }
    broken
}

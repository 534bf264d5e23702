//! What belongs to the whole host, whichever Ingress says it: client certificates, aliases, ciphers, www redirects.
use super::Source;
use super::servers::{CATCH_ALL, Server, Servers};
use crate::effective::Setting;
use crate::effective::host::{ClientAuth, HostName, WwwRedirect};
use crate::features::ssl_redirect::redirect_code;
use crate::model::IngressId;
use std::collections::{BTreeMap, BTreeSet};

/// auth-tls-*: the first Ingress with a usable CA wins for the host; the first unusable Secret refuses the host.
/// (`getBackendServers`; a Secret without `ca.crt` counts as none, so that a later Ingress replaces it.)
pub(super) fn take_client_auth(source: &Source<'_>, id: IngressId, server: &mut Server) {
    let Some(read) = &source.settings(id).client_certificate else {
        return;
    };
    if let Some(reason) = &read.unusable {
        if server.refused.is_none() {
            server.refused = Some(read.secret.clone().map(|_| reason.clone()));
        }
        return;
    }
    if server.client_auth.as_ref().is_none_or(|a| a.usable == Some(false)) {
        server.client_auth = Some(ClientAuth {
            secret: read.secret.clone(),
            usable: read.has_ca,
            verify: read.verify.clone(),
            depth: read.depth.clone(),
            error_page: read.error_page.clone(),
            pass_certificate: read.pass_certificate.clone(),
            match_cn: read.match_cn.clone(),
        });
    }
}

/// server-alias of each host: the first Ingress that has any wins; names that are hosts, and names that an earlier host has, are left out.
pub(super) fn aliases(source: &Source<'_>, servers: &Servers) -> BTreeMap<String, Vec<Setting<HostName>>> {
    let mut of_hosts = BTreeMap::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for (host, server) in servers {
        let mut settings = primaries(source, server)
            .into_iter()
            .map(|id| &source.settings(id).server_alias);
        let Some(aliases) = settings.find(|a| !a.is_empty()) else {
            continue;
        };
        let aliases: &Vec<Setting<String>> = aliases;
        let free = aliases.iter().filter(|a| !servers.contains_key(&a.value));
        // two servers with one name: nginx serves the first, which is the one whose host sorts first
        let own: Vec<_> = free.filter(|a| taken.insert(a.value.as_str())).collect();
        let named = own.into_iter().map(|a| a.clone().map(|n| alias_name(&n)));
        of_hosts.insert(host.clone(), named.collect());
    }
    of_hosts
}

fn alias_name(alias: &str) -> HostName {
    if let Some(rest) = alias.strip_prefix('~') {
        HostName::Regex(rest.into())
    } else if let Some(rest) = alias.strip_prefix("*.") {
        HostName::Wildcard(rest.into())
    } else {
        HostName::Exact(alias.into())
    }
}

/// The Ingresses of a server that are no canaries, oldest first.
pub(super) fn primaries(source: &Source<'_>, server: &Server) -> Vec<IngressId> {
    server
        .ingresses
        .iter()
        .copied()
        .filter(|id| !source.is_canary(*id))
        .collect()
}

/// The first setting of this kind among the Ingresses of a server.
pub(super) fn first<T: Clone>(
    source: &Source<'_>,
    server: &Server,
    pick: impl Fn(&crate::effective::Settings) -> &Option<Setting<T>>,
) -> Option<Setting<T>> {
    primaries(source, server)
        .into_iter()
        .find_map(|id| pick(source.settings(id)).clone())
}

/// from-to-www-redirect: the sibling name, unless it is a host itself. (`utilingress.BuildRedirects`)
pub(super) fn www(source: &Source<'_>, servers: &Servers, host: &str, server: &Server) -> Option<WwwRedirect> {
    let setting = server.www.clone()?;
    if host == CATCH_ALL {
        return None;
    }
    let from = match host.strip_prefix("www.") {
        Some(bare) => bare.to_owned(),
        None => format!("www.{host}"),
    };
    if servers.contains_key(&from) {
        return None;
    }
    Some(WwwRedirect {
        from,
        code: redirect_code(source.controller).value,
        setting,
    })
}

//! Where an assumed age decides something: objects from files mostly do not show which of them is older.
use super::servers::{CATCH_ALL, Server};
use super::{Source, age};
use crate::effective::Settings;
use crate::finding::Finding;
use crate::model::IngressId;

/// What the first Ingress of a host decides for all of it, where another would decide otherwise and nobody shows which is older. Paths that
/// two Ingresses have, and aliases, are told where they are lost.
pub(super) fn assumed(source: &Source<'_>, host: &str, server: &Server) -> Vec<Finding> {
    let primaries: Vec<IngressId> = super::shared::primaries(source, server);
    let Some((first, others)) = primaries.split_first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut tell = |what: &str, differs: &dyn Fn(IngressId) -> bool| {
        let other = others
            .iter()
            .find(|o| age::is_assumed(source.manifests, *first, **o) && differs(**o));
        found.extend(other.map(|other| finding(source, host, *first, *other, what)));
    };
    let settings = |id| source.settings(id);
    let implicit = server.locations.iter().any(|l| l.implicit && l.ingress.is_some());
    if implicit && host != CATCH_ALL {
        let own = |id| unmatched(settings(id), source, id);
        tell("what becomes of paths that no rule names", &|o| own(o) != own(*first));
    }
    let certificate = |id| {
        let asked = settings(id).client_certificate.as_ref();
        asked.map(|c| (&c.secret.value, &c.verify.value, c.match_cn.as_ref().map(|m| &m.value)))
    };
    tell("which client certificates the host asks for", &|o| {
        certificate(o).is_some() && certificate(*first).is_some() && certificate(o) != certificate(*first)
    });
    found
}

/// What an Ingress does with a path that no rule names, as far as a client or an attacker would notice.
fn unmatched(settings: &Settings, source: &Source<'_>, id: IngressId) -> impl PartialEq + use<> {
    let backend = source.manifests.ingress(id).default_backend.as_ref();
    (
        settings.denied.is_some(),
        settings
            .redirect
            .as_ref()
            .map(|r| (r.target.value.clone(), r.code.value)),
        settings.access.allow.as_ref().map(|a| a.value.clone()),
        settings.access.deny.as_ref().map(|d| d.value.clone()),
        settings.basic_auth.as_ref().map(|b| b.secret.value.clone()),
        settings.external_auth.as_ref().map(|e| e.url.value.clone()),
        settings.cors.is_some(),
        settings.ssl_redirect.force.value,
        backend.and_then(|b| b.service.as_ref()).map(|s| s.value.clone()),
    )
}

fn finding(source: &Source<'_>, host: &str, first: IngressId, other: IngressId, what: &str) -> Finding {
    let (first, other) = (source.manifests.ingress(first), source.manifests.ingress(other));
    let message = format!(
        "Ingress {} is taken to be older than {}, and so decides {what} on {host}",
        first.name.value, other.name.value
    );
    Finding::note("age", first.name.span, message)
        .nginx("the oldest Ingress of a host decides; the inputs show no creationTimestamp, so their order was taken for their age")
        .help("check `kubectl get ingress --sort-by=.metadata.creationTimestamp`, or give manifests with their timestamps")
        .also(other.name.span, "would decide otherwise")
        .object(first.object())
}

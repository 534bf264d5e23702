//! Statements about the model itself.
use super::servers::{Raw, Server, Servers};
use super::{Source, age, classes, locations};
use crate::effective::host::{HostName, WwwRedirect};
use crate::effective::{Controller, Effect, EffectiveIngress, Location, Origin, Problem, Setting, Standing, keys};
use crate::finding::{Fidelity, Finding};
use crate::model::{IngressId, Manifests};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be said of each Ingress by itself.
pub(super) fn of_ingresses(
    manifests: &Manifests,
    ingresses: &[EffectiveIngress],
    controller: &Controller,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for effective in ingresses {
        let ingress = manifests.ingress(effective.id);
        if effective.standing == Standing::Classless {
            found.push(classes::classless(ingress));
        }
        for problem in &effective.problems {
            found.push(of_problem(manifests, effective, problem, controller));
        }
    }
    found
}

fn of_problem(
    manifests: &Manifests,
    effective: &EffectiveIngress,
    problem: &Problem,
    controller: &Controller,
) -> Finding {
    let Problem { key, span, reason, .. } = problem;
    let (error, nginx) = match problem.effect {
        Effect::Inert => (false, "does nothing with it"),
        Effect::Ignored => (false, "ignores the value"),
        Effect::Open => (true, "leaves the location open, without what these annotations ask for"),
        Effect::Closed => (true, "answers 503 to every request of this Ingress"),
        Effect::Refused => (true, "does not serve this Ingress at all"),
        Effect::Breaks => (
            true,
            "cannot load any configuration while this Ingress exists, for anybody",
        ),
    };
    let message = format!("{key}: {reason}; ingress-nginx {nginx}");
    let finding = match problem.effect {
        // who writes auth-secret alone may believe that somebody is asked for a password
        Effect::Inert if !key.starts_with("auth-") => Finding::note(key, *span, message),
        _ if error => Finding::error(key, *span, message),
        _ => Finding::warning(key, *span, message),
    };
    // what the value does today it does after the migration
    let mut finding = finding
        .fidelity(Fidelity::Exact)
        .object(manifests.ingress(effective.id).object());
    // some problems are the ConfigMap's
    if keys::find(key).is_some() {
        finding = finding.annotation(format!("{}/{key}", controller.annotations_prefix));
    }
    let said = reason
        .strip_prefix("nginx says `")
        .and_then(|said| said.strip_suffix('`'));
    if let Some(advice) = said.and_then(nginx_snippet::advice) {
        finding = finding.help(advice);
    }
    match problem.effect {
        Effect::Refused | Effect::Breaks => finding.fidelity(Fidelity::Unsupported).blocking(),
        _ => finding,
    }
}

fn about(source: &Source<'_>, id: IngressId, rule: &str, span: Span, message: String) -> Finding {
    let finding = Finding::warning(rule, span, message).fidelity(Fidelity::Exact);
    finding.object(source.manifests.ingress(id).object())
}

/// A path that an older Ingress has already.
pub(super) fn path_loses(source: &Source<'_>, id: IngressId, span: Span, winner: &Raw, assumed: bool) -> Finding {
    let owner = winner.ingress.map(|id| source.manifests.ingress(id));
    let name = owner.map_or(String::new(), |i| format!("{}/{}", i.namespace, i.name.value));
    let message = format!(
        "path {} of this host belongs to Ingress {name}: this entry is never served",
        winner.path
    );
    let mut finding = about(source, id, "duplicate-path", span, message)
        .nginx("the oldest Ingress keeps a host and path; the admission webhook refuses the second");
    if let Some(other) = winner.span {
        finding = finding.also(other, "served");
    }
    if assumed {
        finding = finding.help(
            "the objects show no creationTimestamp, so their order in the input was taken for their age: check which one is older",
        );
    }
    finding
}

/// Two Ingresses with a default backend and no rules.
pub(super) fn second_catch_all(source: &Source<'_>, id: IngressId, owner: IngressId) -> Finding {
    let ingress = source.manifests.ingress(id);
    let owner = source.manifests.ingress(owner);
    let span = ingress.default_backend.as_ref().map_or(ingress.name.span, |b| b.span);
    let message = format!(
        "the catch-all server already leads to Ingress {}: this one is never served",
        owner.name.value
    );
    about(source, id, "default-backend", span, message).also(owner.name.span, "served")
}

/// A canary whose host, path and type nobody else has.
pub(super) fn without_primary(source: &Source<'_>, id: IngressId, span: Option<Span>) -> Finding {
    let ingress = source.manifests.ingress(id);
    let span = span.unwrap_or(ingress.name.span);
    let message = "canary without a primary: no other Ingress has this host, path and pathType".to_owned();
    about(source, id, "canary", span, message).nginx("serves nothing for it")
}

/// A canary that leads to the primary's own Service.
pub(super) fn canary_of_itself(source: &Source<'_>, id: IngressId, span: Span) -> Finding {
    let message = "the canary leads to the same Service and port as its primary".to_owned();
    about(source, id, "canary", span, message).nginx("ignores it")
}

/// A second canary of one primary.
pub(super) fn second_canary(source: &Source<'_>, id: IngressId, span: Span) -> Finding {
    let message = "the primary has a canary already, and only the first counts".to_owned();
    about(source, id, "canary", span, message).nginx("ignores it")
}

/// Names of server-alias that are not served for this host.
pub(super) fn lost_aliases(
    source: &Source<'_>,
    servers: &Servers,
    served: &BTreeMap<String, Vec<Setting<HostName>>>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for (host, server) in servers {
        for id in &server.ingresses {
            let wanted = &source.settings(*id).server_alias;
            let kept = served.get(host).map_or(&[][..], Vec::as_slice);
            let lost = |a: &&Setting<String>| !kept.iter().any(|k| k.origin == a.origin) && a.value != *host;
            let Some(alias) = wanted.iter().find(lost) else {
                continue;
            };
            let Some(span) = alias.origin.span() else {
                continue;
            };
            let message = format!(
                "server-alias {} has no effect on {host}: another server has the name",
                alias.value
            );
            found.push(about(source, *id, "server-alias", span, message));
        }
    }
    found
}

/// A path that is no regular expression.
pub(super) fn invalid_regex(source: &Source<'_>, location: &Location, reason: &str) -> Finding {
    let ingress = source.manifests.ingress(location.ingress);
    let span = location.span.unwrap_or(ingress.name.span);
    let message = format!(
        "the host is in regex mode, and {} is no regular expression: {reason}",
        location.path
    );
    breaks(source, location.ingress, span, message)
}

fn breaks(source: &Source<'_>, id: IngressId, span: Span, message: String) -> Finding {
    Finding::error("breaks-controller", span, message)
        .nginx("nginx refuses the configuration: the controller loads no change of any Ingress, and serves nothing after a restart")
        .object(source.manifests.ingress(id).object())
        .blocking()
}

/// from-to-www-redirect on a wildcard host: `www.*.x` is no name that nginx accepts.
pub(super) fn www_of_wildcard(
    source: &Source<'_>,
    host: &str,
    www: &WwwRedirect,
    findings: &mut Vec<Finding>,
) -> Option<IngressId> {
    let Origin::Annotation { ingress, span, .. } = &www.setting.origin else {
        return None;
    };
    let message = format!("from-to-www-redirect makes {} of the wildcard host {host}", www.from);
    findings.push(breaks(source, *ingress, *span, message));
    Some(*ingress)
}

/// Locations that nginx would see twice: the younger one is taken out, and breaks the controller.
pub(super) fn drop_duplicates(
    source: &Source<'_>,
    host: &str,
    server: &mut Server,
    findings: &mut Vec<Finding>,
) -> BTreeSet<IngressId> {
    let mut broken = BTreeSet::new();
    loop {
        let Some((first, second)) = duplicate(source, server) else {
            return broken;
        };
        let loser = server.locations.remove(second);
        let winner = &server.locations[first];
        let (Some(id), Some(span)) = (loser.ingress, loser.span) else {
            continue;
        };
        let message = format!("{host} has the location {} twice", loser.path);
        let mut finding = breaks(source, id, span, message);
        if let Some(other) = winner.span {
            finding = finding.also(other, "the other one");
        }
        if winner.ingress.is_some_and(|o| age::is_assumed(source.manifests, o, id)) {
            finding = finding.help("remove one of the two");
        }
        findings.push(finding);
        broken.insert(id);
    }
}

/// The indices of two locations that become one `location`, the second to go.
fn duplicate(source: &Source<'_>, server: &Server) -> Option<(usize, usize)> {
    let blocks = locations::blocks(source, server);
    if locations::regex_mode(source, &blocks).is_some() {
        return None;
    }
    let index = |raw: &Raw| server.locations.iter().position(|l| std::ptr::eq(l, raw));
    let mut seen: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for block in &blocks {
        let at = index(block.raw)?;
        match seen.insert((&block.path, block.exact), at) {
            Some(other) if other != at => return Some((other.min(at), other.max(at))),
            _ => {}
        }
    }
    None
}

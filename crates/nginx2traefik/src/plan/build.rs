//! The whole plan: hosts, decisions, objects, outcomes.
use super::branch::Entries;
use super::decide::{Decision, decide};
use super::gateway::portable;
use super::host::{Given, HostPlan};
use super::ingress_route::Groups;
use super::routers::{Router, routers};
use super::tls::Https;
use super::{
    Api, Collected, IngressPlan, Plan, certificate, change, client_auth, everywhere, foreign, gateway, host, outcome,
    overlap, passthrough, relied, standing, tls, www,
};
use crate::effective::HostName;
use crate::model::IngressId;
use std::collections::{BTreeMap, BTreeSet};

/// Plans everything. What may not be migrated for what comes of it stays, and the rest is planned again without it.
pub(crate) fn build(given: Given<'_>) -> Plan {
    let mut refused = portable::Refused::new();
    loop {
        match without(given, &refused) {
            Ok(plan) => return plan,
            Err(more) => refused.extend(more),
        }
    }
}

fn without(given: Given<'_>, refused: &portable::Refused) -> Result<Plan, portable::Refused> {
    let mut collected = Collected::new(given.manifests);
    standing::tell(given, &mut collected);
    portable::tell_refused(given, refused, &mut collected);
    let mut hosts = Vec::new();
    for server in &given.effective.hosts {
        let mut plan = host::plan(given, server, &mut collected);
        client_auth::plan(given, &mut plan, &mut collected);
        passthrough::restrict(&mut plan);
        hosts.push(plan);
    }
    let mut decision = decide(given, &hosts, &mut collected);
    match given.options.api {
        Api::Ingress => {
            write(given, &hosts, &decision, &mut collected);
            relied::on(given, &hosts, &decision, &mut collected);
        }
        Api::Gateway => gateway::write(given, &hosts, &mut decision, &mut collected),
    }
    let more = portable::refused(given, &hosts, refused, &collected);
    if !more.is_empty() {
        return Err(more);
    }
    everywhere::tell(given, &hosts, &decision, &mut collected);
    let mut ingresses = Vec::new();
    for id in (0..given.effective.ingresses.len()).map(IngressId) {
        if let Some(change) = change::of(given, id, &decision, &mut collected) {
            let outcome = crate::finding::Outcome::Converted;
            ingresses.push(IngressPlan { id, outcome, change });
        }
    }
    foreign::tell(given, &ingresses, &decision, &mut collected);
    let worst = outcome::worst(&collected);
    for plan in &mut ingresses {
        plan.outcome = outcome::of(given.effective.ingress(plan.id), &decision, worst.get(&plan.id));
    }
    Ok(outcome::finish(collected, &decision, ingresses))
}

/// Writes the objects of every host, Ingress after Ingress.
fn write(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &Decision, collected: &mut Collected) {
    let all: Vec<_> = hosts.iter().collect();
    ingress_routes(given, &all, hosts, decision, &|_| 0, collected);
    for plan in hosts {
        www::write(given, plan, decision, collected);
        passthrough::write(given, plan, decision, collected);
    }
    certificate::write(given, decision, &BTreeSet::new(), collected);
}

/// Writes the IngressRoutes of some of the hosts. `above`: what the priorities of a host's routers must be above.
pub(super) fn ingress_routes(
    given: Given<'_>,
    some: &[&HostPlan<'_>],
    hosts: &[HostPlan<'_>],
    decision: &Decision,
    above: &dyn Fn(&HostPlan<'_>) -> usize,
    collected: &mut Collected,
) {
    let mut groups: BTreeMap<IngressId, Groups> = BTreeMap::new();
    let overlaps = overlap::Overlaps::of(hosts);
    let mut by_tier = some.to_vec();
    by_tier.sort_by_key(|plan| tier(plan));
    let mut below = 0;
    for plan in by_tier {
        let isolated = plan.names.iter().any(|name| overlaps.isolates(name));
        let above = above(plan);
        // a wider server's routers stay below those of narrower ones by number, not by the length of their rules
        let base = (isolated || above > 0 || tier(plan) < 3 && hosts.len() > 1).then_some(below + above);
        let written = of_host(given, plan, decision, isolated || above > 0, base);
        if tier(plan) < 3 {
            below += written.len();
        }
        let parent = parent(given, plan, decision, collected);
        for (router, beside) in written {
            let namespace = &given.manifests.ingress(router.owner).namespace;
            let https = match &parent {
                Some(parent) => parent.clone(),
                // the Ingress beside it names the certificate
                None if beside => Https::Own(serde_json::Map::new()),
                None => Https::Own(tls::of_route(plan, namespace)),
            };
            let router = listening(given, router, &https);
            groups.entry(router.owner).or_default().add(router, &https, beside);
        }
    }
    for (owner, groups) in groups {
        groups.write(given, owner, collected);
    }
}

/// An IngressRoute with TLS listens on websecure alone. It needs none for web where that entryPoint redirects everything.
fn listening(given: Given<'_>, router: Router, https: &Https) -> Router {
    let special = !matches!(https, Https::Own(tls) if tls.is_empty());
    match router.entries {
        Entries::Both if special && given.options.installation.web.redirects_to_https => Router {
            entries: Entries::Websecure,
            ..router
        },
        _ => router,
    }
}

/// The parent layer stands with the Ingress that asks for certificates, or where that one stays, with another of the host.
fn parent(given: Given<'_>, plan: &HostPlan<'_>, decision: &Decision, collected: &mut Collected) -> Option<Https> {
    let handshake = plan.handshake.as_ref()?;
    let members = plan.members();
    let mut owners = std::iter::once(&handshake.owner).chain(&members);
    let owner = owners.find(|id| !decision.blocked.contains(id))?;
    tls::parent(given, plan, handshake, *owner, collected)
}

fn tier(plan: &HostPlan<'_>) -> usize {
    plan.names.iter().map(overlap::tier).min().unwrap_or(3)
}

/// The routers that a host needs beside its plain Ingresses, each with whether it stands beside one.
fn of_host(
    given: Given<'_>,
    plan: &HostPlan<'_>,
    decision: &Decision,
    isolated: bool,
    base: Option<usize>,
) -> Vec<(Router, bool)> {
    let members = plan.members();
    let Some(stand_in) = members.iter().find(|id| !decision.blocked.contains(id)) else {
        return Vec::new();
    };
    let mut all = routers(plan, &decision.blocked, *stand_in, isolated, given.options);
    let shape = |router: &Router| decision.shapes.get(&router.owner);
    // the Ingress itself says these
    all.retain(|router| shape(router).is_none() || !says_it_itself(router, plan));
    number(&mut all, base);
    stand_above_ingress(&mut all, decision);
    let beside = |router: Router| match shape(&router) {
        Some(shape) => beside(&router, shape.websecure_only),
        None => vec![(router, false)],
    };
    all.into_iter().flat_map(beside).collect()
}

fn says_it_itself(router: &Router, plan: &HostPlan<'_>) -> bool {
    let default_backend = plan.host.name == HostName::CatchAll && router.target != super::Target::Nothing;
    (router.written || default_backend) && router.is_whole() && router.entries != Entries::Web
}

/// A router beside an Ingress. Where the Ingress names its certificate for websecure alone, so do the routers there.
fn beside(router: &Router, websecure_only: bool) -> Vec<(Router, bool)> {
    let entries = match router.entries {
        Entries::Both if websecure_only && router.written => vec![Entries::Websecure, Entries::Web],
        one => vec![one],
    };
    let on = |entries| Router {
        entries,
        ..router.clone()
    };
    entries.into_iter().map(|entries| (on(entries), true)).collect()
}

/// Routes beside an Ingress that are asked before its own router of the same path, and after those of longer paths.
fn stand_above_ingress(routers: &mut [Router], decision: &Decision) {
    let on_web = routers
        .iter()
        .filter(|router| router.entries != Entries::Websecure)
        .count();
    for at in 0..routers.len() {
        let router = &routers[at];
        if !router.written || !decision.shapes.contains_key(&router.owner) {
            continue;
        }
        let below = routers[at..].iter().filter(|other| other.spot == router.spot).count();
        let alone = router.entries == Entries::Web && on_web == 1;
        routers[at].priority = (!alone).then_some(router.plain + below);
    }
}

/// First match first: the highest number. Small numbers, so that the routers of certificate solvers, which have none of their own,
/// stay above by the length of their rules. A router that is alone needs none.
fn number(routers: &mut [Router], base: Option<usize>) {
    let on = |entries: Entries| {
        let here = |r: &&Router| r.entries == Entries::Both || r.entries == entries;
        routers.iter().filter(here).count()
    };
    if base.is_none() && on(Entries::Web) <= 1 && on(Entries::Websecure) <= 1 {
        return;
    }
    let count = routers.len();
    for (at, router) in routers.iter_mut().enumerate() {
        router.priority = Some(base.unwrap_or(0) + count - at);
    }
}

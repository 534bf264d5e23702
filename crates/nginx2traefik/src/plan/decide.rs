//! Which Ingresses stay as they are, which become IngressRoutes, and which can stay Ingresses.
use super::branch::{Branch, Entries, ServiceTarget, Target};
use super::host::{Given, HostPlan, Spot};
use super::native::Native;
use super::routers::reachable;
use super::{Api, Collected, Middleware, overlap};
use crate::effective::host::ServiceState;
use crate::effective::{HostName, Standing};
use crate::finding::Finding;
use crate::model::IngressId;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the Ingresses.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    /// They stay, byte for byte.
    pub(crate) blocked: BTreeSet<IngressId>,
    /// They become IngressRoutes.
    pub(crate) routed: BTreeSet<IngressId>,
    /// What each of the others says for all its paths.
    pub(crate) shapes: BTreeMap<IngressId, Shape>,
    /// Objects that are Traefik's already; those that stay are blocked, the others are routed.
    pub(crate) native: BTreeSet<IngressId>,
}

impl Decision {
    /// Takes note of what becomes of Traefik's own objects.
    pub(crate) fn add_native(&mut self, native: &Native) {
        for (id, stay) in &native.objects {
            self.native.insert(*id);
            // what ingress-nginx does not serve is blocked until here
            if stay.is_none() {
                self.blocked.remove(id);
                self.routed.insert(*id);
            }
        }
    }
}

/// Routes with conditions that may stand in an IngressRoute beside a plain Ingress. With more of them one IngressRoute for
/// everything is easier to read.
const BESIDE: usize = 2;

/// What a plain Ingress can say: one chain for all its paths, and a redirect of everything on web.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// Everything on web gets an answer of its own.
    pub(crate) websecure_only: bool,
    pub(crate) chain: Vec<Middleware>,
}

/// Decides for all Ingresses together: those that share a host share its fate.
pub(crate) fn decide(given: Given<'_>, hosts: &[HostPlan<'_>], collected: &mut Collected) -> Decision {
    let mut decision = Decision {
        blocked: blocked(given, hosts, collected),
        ..Decision::default()
    };
    if given.options.api == Api::Gateway {
        // none of them stays an Ingress
        let served = given
            .effective
            .ingresses
            .iter()
            .filter(|i| i.standing == Standing::Served);
        let served = served
            .map(|ingress| ingress.id)
            .filter(|id| !decision.blocked.contains(id));
        decision.routed = served.collect();
        return decision;
    }
    let of_hosts = overlap::Overlaps::of(hosts);
    for host in hosts {
        let members = host.members();
        let closed = members.iter().any(|member| decision.blocked.contains(member));
        if closed || overlap::needs_route(host, &of_hosts) || says_too_much(host) {
            decision.routed.extend(members);
        }
    }
    shapes(given, hosts, &mut decision);
    spread(hosts, &mut decision.routed);
    let blocked = std::mem::take(&mut decision.blocked);
    decision.routed.retain(|id| !blocked.contains(id));
    decision
        .shapes
        .retain(|id, _| !blocked.contains(id) && !decision.routed.contains(id));
    decision.blocked = blocked;
    decision
}

/// Blocked themselves, or bound to one that is: a canary and what it is a canary of move together.
fn blocked(given: Given<'_>, hosts: &[HostPlan<'_>], collected: &mut Collected) -> BTreeSet<IngressId> {
    let mut blocked = collected.blocked();
    let unserved = given
        .effective
        .ingresses
        .iter()
        .filter(|i| i.standing != Standing::Served);
    blocked.extend(unserved.map(|ingress| ingress.id));
    loop {
        let mut more = Vec::new();
        for spot in hosts.iter().flat_map(|host| &host.spots) {
            let bound: Vec<_> = std::iter::once(spot.owner)
                .chain(spot.canaries.iter().copied())
                .collect();
            if let Some(cause) = bound.iter().find(|id| blocked.contains(id)) {
                more.extend(bound.iter().filter(|id| !blocked.contains(id)).map(|id| (*id, *cause)));
            }
        }
        if more.is_empty() {
            return blocked;
        }
        for (id, cause) in more {
            blocked.insert(id);
            let (ingress, cause) = (given.manifests.ingress(id), given.manifests.ingress(cause));
            let message = format!(
                "Stays as it is, because Ingress {}/{} does: one is the other's canary",
                cause.namespace, cause.name.value
            );
            let finding = Finding::error("canary", ingress.name.span, message).blocking();
            collected.tell(Some(id), finding.object(ingress.object()));
        }
    }
}

/// What a plain Ingress has no words for, whatever else is on the host.
fn says_too_much(plan: &HostPlan<'_>) -> bool {
    let host = plan.host;
    let tls = &host.tls;
    plan.names.len() > 1
        || matches!(host.name, HostName::Regex(_))
        || plan.handshake.is_some()
        || host.client_auth.is_some()
        || host.passthrough.is_some()
        || tls.ciphers.is_some()
        || plan.spots.iter().any(|spot| !spot.plan.needs_route.is_empty())
        || overlap::order_differs(plan)
}

/// Finds what each Ingress says for all its paths; those that say several things are routed.
fn shapes(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &mut Decision) {
    let spots = spots_by_owner(hosts);
    let served = given
        .effective
        .ingresses
        .iter()
        .filter(|i| i.standing == Standing::Served);
    for id in served.map(|ingress| ingress.id) {
        let own = spots.get(&id).map(Vec::as_slice).unwrap_or_default();
        let rules = &given.manifests.ingress(id).rules;
        let lost = rules.iter().map(|rule| rule.paths.len()).sum::<usize>() > own.len();
        let mut shapes = own.iter().map(|spot| shape(given, spot));
        match shapes.next().flatten() {
            Some(first) if !lost && shapes.all(|shape| shape.as_ref() == Some(&first)) => {
                decision.shapes.insert(id, first);
            }
            _ => {
                decision.routed.insert(id);
            }
        }
    }
}

/// What the rules of each Ingress name, and spec.defaultBackend of one without rules.
fn spots_by_owner<'a>(hosts: &'a [HostPlan<'_>]) -> BTreeMap<IngressId, Vec<&'a Spot>> {
    let mut spots: BTreeMap<IngressId, Vec<&Spot>> = BTreeMap::new();
    for host in hosts {
        let catch_all = host.host.name == HostName::CatchAll;
        for spot in &host.spots {
            if spot.written || catch_all && reaches_service(spot) {
                spots.entry(spot.owner).or_default().push(spot);
            }
        }
    }
    spots
}

fn reaches_service(spot: &Spot) -> bool {
    spot.plan.branches.iter().any(|branch| branch.target != Target::Nothing)
}

fn shape(given: Given<'_>, spot: &Spot) -> Option<Shape> {
    let branches = reachable(&spot.plan.branches, given.options);
    let (beside, last) = branches.split_at(branches.len().checked_sub(1)?);
    let last = last.first()?;
    let websecure_only = beside.iter().any(redirects_web);
    if beside.iter().filter(|branch| !redirects_web(branch)).count() > BESIDE {
        return None;
    }
    if !last.conditions.is_empty() || !is_plain_service(&last.target) {
        return None;
    }
    let entries = if websecure_only {
        Entries::Websecure
    } else {
        Entries::Both
    };
    if last.entries != entries {
        return None;
    }
    let mut chain = last.chain.clone();
    chain.sort_by_key(|middleware| middleware.slot);
    Some(Shape { websecure_only, chain })
}

fn redirects_web(branch: &Branch) -> bool {
    branch.entries == Entries::Web && branch.conditions.is_empty() && branch.target == Target::Nothing
}

/// Traefik's defaults, and nothing that a Service's annotation would have to say.
fn is_plain_service(target: &Target) -> bool {
    let Target::Service(target) = target else { return false };
    **target == ServiceTarget::new(target.service.clone()) && target.service.state == ServiceState::Assumed
}

/// An Ingress that shares a host with one that becomes an IngressRoute becomes one, too: priorities that are written out cannot be
/// compared with lengths of rules.
fn spread(hosts: &[HostPlan<'_>], routed: &mut BTreeSet<IngressId>) {
    let members: Vec<_> = hosts.iter().map(HostPlan::members).collect();
    loop {
        let before = routed.len();
        for of_host in &members {
            if of_host.iter().any(|id| routed.contains(id)) {
                routed.extend(of_host);
            }
        }
        if routed.len() == before {
            return;
        }
    }
}

//! The routers of a server, with their priorities.
use super::branch::{Branch, Entries, Target};
use super::host::{HostPlan, Spot};
use super::overlap::plain_priority;
use super::rule::{PathMatch, rule};
use super::{Condition, LocationPlan, Middleware, Options, Slot};
use crate::effective::HostName;
use crate::effective::host::ServiceState;
use crate::model::IngressId;
use std::collections::BTreeSet;

/// One route to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Router {
    /// In whose IngressRoute it stands.
    pub(crate) owner: IngressId,
    pub(crate) canaries: Vec<IngressId>,
    pub(crate) entries: Entries,
    /// Of any of these hosts.
    pub(crate) names: Vec<HostName>,
    pub(crate) path: PathMatch,
    /// All of them hold, beside host and path.
    pub(crate) conditions: Vec<Condition>,
    /// None where the host has one router only.
    pub(crate) priority: Option<usize>,
    pub(crate) chain: Vec<Middleware>,
    pub(crate) target: Target,
    /// A rule of the owner names its path.
    pub(crate) written: bool,
    /// Which path of the server it belongs to, and the priority that a plain Ingress's router has there.
    pub(crate) spot: usize,
    pub(crate) plain: usize,
}

impl Router {
    /// It has no condition but its path.
    pub(crate) fn is_whole(&self) -> bool {
        self.conditions.is_empty()
    }

    /// As the rule of an IngressRoute.
    pub(crate) fn rule(&self) -> String {
        rule(&self.names, &self.path, &self.conditions)
    }
}

/// Routers of a server, first match first. `stand_in` owns what stands for blocked Ingresses; a host that is not `isolated` can
/// leave a plain 404 to Traefik.
pub(crate) fn routers(
    plan: &HostPlan<'_>,
    blocked: &BTreeSet<IngressId>,
    stand_in: IngressId,
    isolated: bool,
    options: &Options,
) -> Vec<Router> {
    let mut routers = Vec::new();
    let mut branches = asked(plan, options);
    let (start, common) = match branches.iter().any(|(spot, _)| blocked.contains(&spot.owner)) {
        true => (0, Vec::new()),
        false => take_common(&mut branches),
    };
    for (at, (spot, of_spot)) in branches.into_iter().enumerate() {
        if blocked.contains(&spot.owner) {
            routers.push((spot, closed(plan, spot, stand_in)));
            continue;
        }
        for branch in common.iter().filter(|_| at == start) {
            let router = router(plan, spot, branch.clone());
            let path = PathMatch::All;
            routers.push((spot, Router { path, ..router }));
        }
        for branch in of_spot {
            let spare = spare(&spot.plan, &branch).map(|branch| router(plan, spot, branch));
            let answers = branch.answers;
            let router = router(plan, spot, branch);
            if isolated || spot.written || answers || !is_plain_404(&router) {
                routers.push((spot, router));
            }
            routers.extend(spare.map(|router| (spot, router)));
        }
    }
    drop_repeated(&mut routers, Entries::Web);
    let spot_of = |spot: &Spot| plan.spots.iter().position(|other| std::ptr::eq(other, spot));
    let numbered = routers.into_iter().map(|(spot, router)| Router {
        spot: spot_of(spot).unwrap_or(0),
        ..router
    });
    numbered.collect()
}

/// The spots that a request can come to, each with its branches.
fn asked<'a>(plan: &'a HostPlan<'_>, options: &Options) -> Vec<(&'a Spot, Vec<Branch>)> {
    let last = plan.spots.iter().position(answers_all).unwrap_or(plan.spots.len());
    let spots = plan.spots.iter().take(last + 1);
    spots
        .map(|spot| (spot, reachable(&spot.plan.branches, options)))
        .collect()
}

/// Answers under a condition that every path from some place on begins with: one router for the whole server says them, where they
/// are all of one Ingress. Gives that place.
fn take_common(branches: &mut [(&Spot, Vec<Branch>)]) -> (usize, Vec<Branch>) {
    let begins = |branch: &Branch| branch.answers && !branch.conditions.is_empty();
    let start = branches
        .iter()
        .position(|(_, of_spot)| of_spot.first().is_some_and(begins));
    let Some(start) = start else { return (0, Vec::new()) };
    let mut common = Vec::new();
    let Some((tail, owner)) = branches.get_mut(start..).and_then(|tail| {
        let owner = tail.first()?.0.owner;
        Some((tail, owner))
    }) else {
        return (start, common);
    };
    let all_paths = tail.last().is_some_and(|(spot, _)| spot.path == PathMatch::All);
    if tail.len() < 2 || !all_paths || tail.iter().any(|(spot, _)| spot.owner != owner) {
        return (start, common);
    }
    while let Some(first) = tail[0].1.first().filter(|branch| begins(branch)).cloned() {
        if tail.iter().any(|(_, of_spot)| of_spot.first() != Some(&first)) {
            break;
        }
        tail.iter_mut().for_each(|(_, of_spot)| {
            of_spot.remove(0);
        });
        common.push(first);
    }
    (start, common)
}

/// Nothing behind it is ever asked.
fn answers_all(spot: &Spot) -> bool {
    let all = |branch: &Branch| branch.conditions.is_empty() && branch.entries == Entries::Both;
    spot.path == PathMatch::All && spot.plan.branches.iter().any(all)
}

/// What Traefik answers anyway where no router matches.
fn is_plain_404(router: &Router) -> bool {
    let nothing_more = |m: &Middleware| m.purpose == "hsts" || m.purpose == "answer-404";
    router.target == Target::Nothing && router.chain.iter().all(nothing_more)
}

fn router(plan: &HostPlan<'_>, spot: &Spot, branch: Branch) -> Router {
    let mut chain = branch.chain;
    chain.sort_by_key(|middleware| middleware.slot);
    chain.retain(|middleware| has_effect(middleware, branch.entries, &branch.target));
    Router {
        owner: spot.owner,
        canaries: spot.canaries.clone(),
        entries: branch.entries,
        names: plan.names.clone(),
        path: spot.path.clone(),
        conditions: branch.conditions,
        priority: None,
        chain,
        target: branch.target,
        written: spot.written,
        spot: 0,
        plain: plain_priority(&plan.host.name, &spot.path),
    }
}

/// Where Traefik answers itself nobody sees what would be sent to a backend; on plain http there is no HSTS.
fn has_effect(middleware: &Middleware, entries: Entries, target: &Target) -> bool {
    let for_backends = matches!(
        middleware.slot,
        Slot::Body | Slot::RequestHeaders | Slot::Rewrite | Slot::Retry
    );
    let hsts_on_http = entries == Entries::Web && middleware.purpose == "hsts";
    !(hsts_on_http || *target == Target::Nothing && for_backends)
}

/// In place of what is not migrated: closed, so that no less specific router serves it (atlas traps 2).
fn closed(plan: &HostPlan<'_>, spot: &Spot, owner: IngressId) -> Router {
    Router {
        owner,
        canaries: Vec::new(),
        entries: Entries::Both,
        names: plan.names.clone(),
        path: spot.path.clone(),
        conditions: Vec::new(),
        priority: None,
        chain: vec![Middleware::answer(503)],
        target: Target::Nothing,
        written: false,
        spot: 0,
        plain: plain_priority(&plan.host.name, &spot.path),
    }
}

/// A Service that may be missing: Traefik drops its router, and this one answers as nginx does.
fn spare(plan: &LocationPlan, branch: &Branch) -> Option<Branch> {
    let Target::Service(target) = &branch.target else {
        return None;
    };
    if !matches!(
        target.service.state,
        ServiceState::NotAmongInputs | ServiceState::NoSuchPort
    ) {
        return None;
    }
    let mut chain: Vec<_> = branch.chain.clone();
    if let Some((front, service)) = &plan.stand_in {
        // another Service in its place, guarded as it is
        chain.retain(|m| m.slot < Slot::ErrorPage);
        chain.extend(front.iter().cloned());
        return Some(Branch {
            chain,
            target: Target::Service(Box::new(service.clone())),
            ..branch.clone()
        });
    }
    chain.retain(|m| m.slot <= Slot::Cors || m.slot == Slot::ErrorPage);
    chain.push(Middleware::backend(503));
    Some(Branch {
        chain,
        target: Target::Nothing,
        answers: true,
        ..branch.clone()
    })
}

/// The branches that a request can come to, each with the entryPoints on which it can.
pub(crate) fn reachable(branches: &[Branch], options: &Options) -> Vec<Branch> {
    let installation = &options.installation;
    let (mut web, mut websecure) = (installation.web.redirects_to_https, false);
    let mut reached = Vec::new();
    for branch in branches {
        let on_web = !web && branch.entries != Entries::Websecure;
        let on_websecure = !websecure && branch.entries != Entries::Web;
        // what an entryPoint redirects never gets here, so that a router for both may stay one for both
        let entries = match (on_web, on_websecure) {
            (true, true) => Entries::Both,
            (true, false) => Entries::Web,
            (false, true) if installation.web.redirects_to_https => branch.entries,
            (false, true) => Entries::Websecure,
            (false, false) => continue,
        };
        if branch.conditions.is_empty() {
            web |= on_web;
            websecure |= on_websecure;
        }
        reached.push(Branch {
            entries,
            ..branch.clone()
        });
    }
    reached
}

/// Where the last routers of an entryPoint do the same, one is enough: the last, which has the widest path.
fn drop_repeated(routers: &mut Vec<(&Spot, Router)>, entries: Entries) {
    let Some(last) = routers.iter().rposition(|(_, r)| r.entries == entries) else {
        return;
    };
    let (widest, model) = routers[last].clone();
    if widest.path != PathMatch::All || model.target != Target::Nothing {
        return;
    }
    let mut at = last;
    while at > 0 {
        at -= 1;
        let router = &routers[at].1;
        if router.entries != entries && router.entries != Entries::Both {
            continue;
        }
        if router.entries == Entries::Both || router.chain != model.chain || router.target != model.target {
            return;
        }
        routers.remove(at);
    }
}

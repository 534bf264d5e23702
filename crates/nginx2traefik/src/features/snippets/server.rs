//! What a server-snippet decides before a location is found.
use super::answer;
use super::location::{join, said};
use super::path::Paths;
use super::response;
use super::tell::{self, Unsaid};
use super::when::When;
use super::{by_redirect, effects, error_page, rewrite};
use crate::effective::Host;
use crate::plan::host::{Given, Spot, context, path};
use crate::plan::rule::PathMatch;
use crate::plan::{Collected, Condition, Context, LocationPlan, Middleware};
use nginx_snippet::Branch;

/// Puts the server's branches before those of every location.
pub(super) fn wrap(given: Given<'_>, host: &Host, branches: &[Branch], spots: &mut [Spot], collected: &mut Collected) {
    let before: Vec<Spot> = spots.to_vec();
    for spot in spots.iter_mut() {
        let of_owner = host.locations.iter().find(|location| location.ingress == spot.owner);
        let Some(location) = of_owner.or(host.locations.first()) else {
            continue;
        };
        let mut context = context(given, host, location, collected);
        spot.plan = wrapped(&mut context, branches, spot, &before);
    }
}

fn paths(path: &PathMatch) -> Paths<'_> {
    match path {
        PathMatch::Exact(path) => Paths::One(path),
        PathMatch::Prefix(path) => Paths::Below(path.trim_end_matches('/')),
        PathMatch::Regex(_) | PathMatch::All => Paths::Any,
    }
}

fn wrapped(context: &mut Context<'_>, branches: &[Branch], spot: &Spot, all: &[Spot]) -> LocationPlan {
    let mut plan = LocationPlan {
        branches: Vec::new(),
        needs_route: Vec::new(),
        stand_in: spot.plan.stand_in.clone(),
    };
    for branch in branches {
        let Some(when) = said(context, paths(&spot.path), branches, branch) else {
            continue;
        };
        effects::tell_rest(context, &branch.intents);
        let part = match answer::status(&branch.intents) {
            Some(status) => answered(context, branch, status),
            None => rewritten(context, branches, branch, &when, (spot, all)),
        };
        if let Some(part) = part {
            join(&mut plan, &when, part);
        }
    }
    plan
}

fn answered(context: &mut Context<'_>, branch: &Branch, status: u16) -> Option<LocationPlan> {
    if let Some(page) = error_page::in_place(context, branch, status) {
        return page;
    }
    let mut plan = answer::plan(context, &branch.when, &branch.intents)?;
    let headers = response::read(context, &branch.when, &branch.intents, Some(status));
    headers.apply(&mut plan, |_| true);
    Some(plan)
}

/// The location's own plan, or, where the path is another one now, that of the path's location.
fn rewritten(
    context: &mut Context<'_>,
    branches: &[Branch],
    branch: &Branch,
    when: &When,
    (spot, all): (&Spot, &[Spot]),
) -> Option<LocationPlan> {
    let Some(found) = rewrite::of(branch) else {
        return Some(spot.plan.clone());
    };
    if let Some(plan) = by_redirect::instead(context, branches, found) {
        return Some(plan);
    }
    let Some(target) = landing(context, found, all) else {
        let unsaid = Unsaid::new(
            "which path of the host serves the new path depends on the request",
            "write the rewrite as rewrite-target of a path of its own",
        );
        tell::block(context, found.places, &unsaid);
        return None;
    };
    if !can_stand_in(context, spot, target) {
        let unsaid = Unsaid::new(
            "the path that it leads to has conditions of its own about the path, or is another namespace's",
            "write the rewrite as rewrite-target of a path of its own",
        );
        tell::block(context, found.places, &unsaid);
        return None;
    }
    let chain = match rewrite::chain(context, &branch.when, found) {
        Ok(chain) => chain,
        Err(unsaid) => {
            tell::block(context, found.places, &unsaid);
            return None;
        }
    };
    Some(with_path(target, &chain, when))
}

fn with_path(target: &Spot, chain: &[Middleware], when: &When) -> LocationPlan {
    let mut plan = target.plan.clone();
    for way in plan.branches.iter_mut().filter(|way| !way.answers) {
        // before what the location itself does with the path
        way.chain.splice(0..0, chain.iter().cloned());
    }
    if !when.conditions.is_empty() {
        plan.needs_route.push("a path is rewritten under a condition".into());
    }
    plan
}

/// The plan of the other path can be asked under the old one.
fn can_stand_in(context: &Context<'_>, spot: &Spot, target: &Spot) -> bool {
    let asks = |way: &crate::plan::Branch| way.conditions.iter().any(asks_path);
    let elsewhere =
        target.owner != spot.owner && context.manifests.ingress(target.owner).namespace != context.namespace();
    !elsewhere && !target.plan.branches.iter().any(asks)
}

fn landing<'s>(context: &mut Context<'_>, found: rewrite::Rewrite<'_>, all: &'s [Spot]) -> Option<&'s Spot> {
    let location = rewrite::lands(context.host, found.target)?;
    let mut there = Context {
        effective: context.effective,
        manifests: context.manifests,
        options: context.options,
        host: context.host,
        location,
        ingress: context.effective.ingress(location.ingress),
        collected: &mut *context.collected,
    };
    let path = path(&mut there);
    all.iter()
        .find(|spot| spot.path == path && spot.owner == location.ingress)
}

fn asks_path(condition: &Condition) -> bool {
    match condition {
        Condition::Path(_) | Condition::PathPrefix(_) | Condition::PathRegexp(_) => true,
        Condition::Not(inner) => asks_path(inner),
        Condition::Any(all) => all.iter().any(asks_path),
        _ => false,
    }
}

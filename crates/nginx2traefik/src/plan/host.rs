//! One server: each of its locations with what the features made of it, in nginx's order.
use super::branch::Target;
use super::client_auth::Handshake;
use super::rule::PathMatch;
use super::{Collected, Context, LocationPlan, Middleware, Options, backend, features, host_redirect, regex};
use crate::effective::{Effective, Host, HostName, Location, Matcher, Origin};
use crate::features::snippets;
use crate::model::{IngressId, Manifests};

/// What every part of the planner reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) manifests: &'a Manifests,
    pub(crate) effective: &'a Effective,
    pub(crate) options: &'a Options,
}

/// A location on its way to routers.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) path: PathMatch,
    /// Whose settings it has.
    pub(crate) owner: IngressId,
    /// Ingresses of its canaries.
    pub(crate) canaries: Vec<IngressId>,
    pub(crate) plan: LocationPlan,
    /// A rule of an Ingress names it.
    pub(crate) written: bool,
}

/// A server.
#[derive(Debug)]
pub(crate) struct HostPlan<'a> {
    pub(crate) host: &'a Host,
    /// Its name, then its aliases.
    pub(crate) names: Vec<HostName>,
    /// First match wins.
    pub(crate) spots: Vec<Spot>,
    /// Where clients are asked for certificates.
    pub(crate) handshake: Option<Handshake>,
    /// The chain of the server that redirects to this one.
    pub(crate) www: Option<Vec<Middleware>>,
}

impl HostPlan<'_> {
    /// Ingresses that it has locations of, canaries too.
    pub(crate) fn members(&self) -> Vec<IngressId> {
        let mut all: Vec<_> = self.host.ingresses.clone();
        for spot in &self.spots {
            all.push(spot.owner);
            all.extend(&spot.canaries);
        }
        all.sort();
        all.dedup();
        all
    }
}

/// Plans every location of a server.
pub(crate) fn plan<'a>(given: Given<'a>, host: &'a Host, collected: &mut Collected) -> HostPlan<'a> {
    let mut names = vec![host.name.clone()];
    names.extend(host.aliases.iter().map(|alias| alias.value.clone()));
    let mut spots = Vec::new();
    for location in in_order(host) {
        let mut context = context(given, host, location, collected);
        let plan = content(&mut context);
        let path = path(&mut context);
        if location.slash_redirect {
            spots.extend(host_redirect::slash(&mut context, &path));
        }
        spots.push(Spot {
            path,
            owner: location.ingress,
            canaries: location.canaries.iter().map(|canary| canary.ingress).collect(),
            plan,
            written: !location.implicit,
        });
    }
    // nginx looks for an exact location first (in regex mode there is none but what app-root and slashes add)
    spots.sort_by_key(|spot| !matches!(spot.path, PathMatch::Exact(_)));
    snippets::traefik::written(given, host, &mut spots, collected);
    let mut www = None;
    if let Some(first) = host.locations.first() {
        let mut context = context(given, host, first, collected);
        host_redirect::app_root(&mut context, &mut spots);
        www = host_redirect::www(&mut context);
    }
    snippets::traefik::server(given, host, &mut spots, collected);
    HostPlan {
        host,
        names,
        spots,
        handshake: None,
        www,
    }
}

/// What the location does with a request. A denied one (an invalid protection) answers 503 before everything else, and nothing of
/// it but HSTS is left (atlas traps 2 and 15).
fn content(context: &mut Context<'_>) -> LocationPlan {
    if context.settings().denied.is_some() {
        let mut plan = LocationPlan::new(Target::Nothing);
        plan.everywhere(&Middleware::answer(503));
        crate::features::hsts::traefik::plan(context, &mut plan);
        return plan;
    }
    if let Some(plan) = snippets::traefik::content(context) {
        return plan;
    }
    let mut plan = backend::branches(context);
    features::apply(context, &mut plan);
    plan
}

pub(crate) fn context<'a>(
    given: Given<'a>,
    host: &'a Host,
    location: &'a Location,
    collected: &'a mut Collected,
) -> Context<'a> {
    Context {
        effective: given.effective,
        manifests: given.manifests,
        options: given.options,
        host,
        location,
        ingress: given.effective.ingress(location.ingress),
        collected,
    }
}

/// The order in which nginx decides: the list's own in regex mode, else the longest path first.
fn in_order(host: &Host) -> Vec<&Location> {
    let mut locations: Vec<_> = host.locations.iter().collect();
    if host.regex_mode.is_none() {
        locations.sort_by(|a, b| (b.path.len(), &a.path).cmp(&(a.path.len(), &b.path)));
    }
    locations
}

pub(crate) fn path(context: &mut Context<'_>) -> PathMatch {
    let location = context.location;
    match location.matcher {
        Matcher::Exact => PathMatch::Exact(location.path.clone()),
        Matcher::Prefix | Matcher::Regex if location.path == "/" => PathMatch::All,
        Matcher::Prefix => PathMatch::Prefix(location.path.clone()),
        Matcher::Regex => regex_path(context),
    }
}

fn regex_path(context: &mut Context<'_>) -> PathMatch {
    let location = context.location;
    match regex::re2(&location.path) {
        Ok(pattern) => PathMatch::Regex(format!("(?i)^{pattern}")),
        Err(reason) => {
            let origin = location.span.map_or(Origin::BuiltIn, |span| Origin::Spec {
                ingress: location.ingress,
                span,
            });
            let finding = context
                .blocking(
                    "use-regex",
                    &origin,
                    format!("The path is a regular expression on this host, and {reason}"),
                )
                .help("Write the path without it, or split it into several paths.");
            context.tell(finding);
            PathMatch::Exact(location.path.clone())
        }
    }
}

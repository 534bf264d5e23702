//! Locations that a server-snippet writes itself.
use super::location::{alone, join, said, with};
use super::path::Paths;
use super::tell::{self, Unsaid};
use super::{answer, effects, error_page, response, rewrite, settings, upstream_tls};
use crate::effective::{Host, Location, Matcher, Settings};
use crate::features::{access, limits};
use crate::model::IngressId;
use crate::plan::host::{Given, Spot, context};
use crate::plan::rule::PathMatch;
use crate::plan::{Collected, Context, LocationPlan, Middleware, Target, regex};
use nginx_snippet::{Branch, LocationMatch, LocationReading, Place};

/// Adds a spot for each of them where nginx would look for it.
pub(super) fn add(
    given: Given<'_>,
    host: &Host,
    found: &[LocationReading],
    spots: &mut Vec<Spot>,
    collected: &mut Collected,
) {
    let Some(first) = host.locations.first() else { return };
    let regexes = found.iter().any(|l| matches!(l.matcher, LocationMatch::Regex(_)));
    let mut ranked: Vec<(Rank, Spot)> = Vec::new();
    for (order, spot) in spots.drain(..).enumerate() {
        ranked.push((rank_of_spot(&spot.path, host.regex_mode.is_some(), order), spot));
    }
    for reading in found {
        let owner = owner(given, reading).unwrap_or(first.ingress);
        let base = host.locations.iter().find(|l| l.ingress == owner).unwrap_or(first);
        let location = location(base, reading, owner);
        let mut context = context(given, host, &location, collected);
        if let LocationMatch::Named(name) = &reading.matcher {
            error_page::tell_named(&mut context, reading, name);
            continue;
        }
        let places: Vec<Place> = reading.place.into_iter().collect();
        match place(host, reading, regexes) {
            Ok((rank, path)) => {
                let plan = plan(&mut context, reading);
                let spot = Spot {
                    path,
                    owner,
                    canaries: Vec::new(),
                    plan,
                    written: false,
                };
                ranked.push((rank, spot));
            }
            Err(unsaid) => tell::block(&mut context, &places, &unsaid),
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    spots.extend(ranked.into_iter().map(|(_, spot)| spot));
}

/// The Ingress whose snippet it is.
fn owner(given: Given<'_>, reading: &LocationReading) -> Option<IngressId> {
    let snippet = given.effective.snippet_of(reading.place?)?;
    match &snippet.origin {
        crate::effective::Origin::Annotation { ingress, .. } => Some(*ingress),
        _ => None,
    }
}

fn location(base: &Location, reading: &LocationReading, owner: IngressId) -> Location {
    let (matcher, path) = match &reading.matcher {
        LocationMatch::Exact(path) => (Matcher::Exact, path.clone()),
        LocationMatch::Prefix { path, .. } => (Matcher::Regex, path.clone()),
        LocationMatch::Regex(pattern) => (Matcher::Regex, pattern.source.clone()),
        LocationMatch::Named(name) => (Matcher::Regex, name.clone()),
    };
    Location {
        path,
        matcher,
        ingress: owner,
        canaries: Vec::new(),
        ..base.clone()
    }
}

/// In the order in which nginx decides: exact, `^~`, expressions, longest prefix.
type Rank = (u8, i64, usize);

fn rank_of_spot(path: &PathMatch, regex_mode: bool, order: usize) -> Rank {
    let length = |path: &str| -i64::try_from(path.len()).unwrap_or(i64::MAX);
    match path {
        PathMatch::Exact(_) => (0, 0, order),
        _ if regex_mode => (3, 0, order),
        PathMatch::Prefix(path) => (3, length(path), order),
        PathMatch::Regex(_) | PathMatch::All => (3, -1, order),
    }
}

fn place(host: &Host, reading: &LocationReading, regexes: bool) -> Result<(Rank, PathMatch), Unsaid> {
    let places = reading.place.map_or(0, |place| place.span.start);
    match &reading.matcher {
        LocationMatch::Exact(path) => Ok(((0, 0, places), PathMatch::Exact(path.clone()))),
        LocationMatch::Regex(pattern) => {
            let go = super::path::go(pattern)?;
            Ok(((2, 0, places), PathMatch::Regex(go)))
        }
        LocationMatch::Prefix { path, final_ } => {
            let length = -i64::try_from(path.len()).unwrap_or(i64::MAX);
            let longer = |l: &Location| l.path.len() > path.len() && l.path.starts_with(path.as_str());
            let rank = match (
                *final_ && (regexes || host.regex_mode.is_some()),
                host.regex_mode.is_some(),
            ) {
                (true, false) if host.locations.iter().any(longer) => {
                    return Err(Unsaid::new(
                        "`^~` beside expressions and longer paths of the host",
                        "write the path in the Ingress",
                    ));
                }
                (true, _) => (1, length, places),
                (false, true) => (4, length, places),
                (false, false) => (3, length, places),
            };
            Ok((rank, PathMatch::Regex(format!("^{}", regex::escape(path)))))
        }
        LocationMatch::Named(_) => Err(Unsaid::new("a location with a name", "name its path")),
    }
}

fn plan(context: &mut Context<'_>, reading: &LocationReading) -> LocationPlan {
    let mut plan = LocationPlan {
        branches: Vec::new(),
        needs_route: vec!["a location of a server-snippet".into()],
        stand_in: None,
    };
    let path = context.location.path.clone();
    let paths = match reading.matcher {
        LocationMatch::Exact(_) => Paths::One(&path),
        _ => Paths::Any,
    };
    for branch in &reading.branches {
        let Some(when) = said(context, paths, &reading.branches, branch) else {
            continue;
        };
        effects::tell_rest(context, &branch.intents);
        let status = answer::status(&branch.intents);
        if let Some(page) = status.and_then(|status| error_page::in_place(context, branch, status)) {
            if let Some(part) = page {
                join(&mut plan, &when, part);
            }
            continue;
        }
        let part = match status {
            Some(_) => answer::plan(context, &branch.when, &branch.intents),
            None => Some(nothing_there(context, branch)),
        };
        let Some(mut part) = part else { continue };
        let headers = response::read(context, &branch.when, &branch.intents, status);
        headers.apply(&mut part, |_| true);
        join(&mut plan, &when, part);
    }
    plan
}

/// A location without a backend serves files of the controller's container, and there are none: 404 to whoever may come in.
fn nothing_there(context: &mut Context<'_>, branch: &Branch) -> LocationPlan {
    if let Some(found) = rewrite::of(branch) {
        let unsaid = Unsaid::new(
            "it rewrites the path of a location without a backend",
            "write the path in the Ingress, with rewrite-target",
        );
        tell::block(context, found.places, &unsaid);
    }
    upstream_tls::without_backend(context, &branch.intents);
    let mut plan = LocationPlan::new(Target::Nothing);
    for way in &mut plan.branches {
        way.answers = false;
        way.chain.push(Middleware::backend(404));
    }
    with(context, Settings::default(), |context| {
        let settings = settings::of_branch(context, branch);
        with(context, settings, |context| {
            limits::traefik::plan(context, &mut plan);
            access::traefik::plan(context, &mut plan);
            error_page::beside(context, branch, &mut plan, false);
        });
    });
    alone(&mut plan);
    plan
}

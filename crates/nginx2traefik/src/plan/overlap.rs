//! Servers that could answer for one another, and rules whose length contradicts nginx's order.
use super::host::{HostPlan, Spot};
use super::rule::{PathMatch, rule};
use crate::effective::HostName;
use std::collections::BTreeMap;

/// Routers of wider servers have the lowest priorities, so at most this many leave room below the shortest rule of a plain
/// Ingress (``Host(`a.b`) && Path(`/`)`` has 24 characters).
const ROOM_BELOW_PLAIN: usize = 20;

/// Which servers are wider than others.
#[derive(Debug)]
pub(crate) struct Overlaps {
    /// Names that can match a host of another server, the widest first: catch-all, expressions, wildcards.
    wider: Vec<HostName>,
    /// Of those that are expressions; none for one that cannot be read.
    expressions: BTreeMap<String, Option<regex::Regex>>,
    exact: bool,
    routers: usize,
}

/// From the widest to the narrowest: nginx asks the narrowest first.
pub(crate) fn tier(name: &HostName) -> usize {
    match name {
        HostName::CatchAll => 0,
        HostName::Regex(_) => 1,
        HostName::Wildcard(_) => 2,
        HostName::Exact(_) => 3,
    }
}

impl Overlaps {
    pub(crate) fn of(hosts: &[HostPlan<'_>]) -> Self {
        let names = hosts.iter().flat_map(|host| &host.names);
        let mut wider: Vec<_> = names.filter(|name| tier(name) < 3).cloned().collect();
        wider.sort_by_key(tier);
        let is_wide = |host: &&HostPlan<'_>| host.names.iter().any(|name| tier(name) < 3);
        let branches = |host: &HostPlan<'_>| host.spots.iter().map(|spot| spot.plan.branches.len()).sum::<usize>();
        let expressions = wider.iter().filter_map(|name| match name {
            HostName::Regex(pattern) => Some((pattern.clone(), regex::Regex::new(pattern).ok())),
            _ => None,
        });
        Overlaps {
            expressions: expressions.collect(),
            wider,
            exact: hosts.iter().any(|host| !is_wide(&host)),
            routers: hosts.iter().filter(is_wide).map(branches).sum(),
        }
    }

    /// Another server would answer for the host's unmatched paths.
    pub(crate) fn isolates(&self, name: &HostName) -> bool {
        self.wider
            .iter()
            .filter(|wide| *wide != name)
            .any(|wide| match (wide, name) {
                (HostName::CatchAll, _) => true,
                (HostName::Wildcard(rest), HostName::Exact(name)) => {
                    name.split_once('.').is_some_and(|(_, parent)| parent == rest)
                }
                (HostName::Regex(pattern), HostName::Exact(name)) => {
                    let regex = self.expressions.get(pattern).and_then(Option::as_ref);
                    regex.is_none_or(|regex| regex.is_match(name))
                }
                (HostName::Regex(_), HostName::Wildcard(_)) => true,
                _ => false,
            })
    }
}

/// A wider server beside narrower ones needs priorities below theirs, which only an IngressRoute has for each path.
pub(crate) fn needs_route(plan: &HostPlan<'_>, overlaps: &Overlaps) -> bool {
    let wide = tier(&plan.host.name) < 3;
    let others = overlaps.exact || overlaps.wider.iter().any(|name| *name != plan.host.name);
    let crowded = overlaps.isolates(&plan.host.name) && overlaps.routers > ROOM_BELOW_PLAIN;
    (wide && others) || crowded || plan.spots.iter().any(|spot| matches!(spot.path, PathMatch::Regex(_)))
}

/// Two rules that match a common request, of which Traefik would ask the wrong one first (atlas semantics 5). Routes beside an
/// Ingress stand just above its own.
pub(crate) fn order_differs(plan: &HostPlan<'_>) -> bool {
    let name = &plan.host.name;
    let spots: Vec<_> = plan.spots.iter().filter(|spot| spot.written).collect();
    let highest = |spot: &Spot| plain_priority(name, &spot.path) + spot.plan.branches.len();
    spots.iter().enumerate().any(|(at, first)| {
        spots[at + 1..]
            .iter()
            .any(|later| covers(&later.path, &first.path) && highest(later) > plain_priority(name, &first.path))
    })
}

/// The priority of a plain Ingress's router: the length of its rule.
pub(crate) fn plain_priority(name: &HostName, path: &PathMatch) -> usize {
    let rule = rule(std::slice::from_ref(name), path, &[]).len();
    match path {
        PathMatch::All => rule + " && PathPrefix(`/`)".len(),
        _ => rule,
    }
}

/// Some request that `narrow` matches is matched by `wide`, too.
fn covers(wide: &PathMatch, narrow: &PathMatch) -> bool {
    let (PathMatch::Exact(narrow) | PathMatch::Prefix(narrow)) = narrow else {
        return true;
    };
    match wide {
        PathMatch::All | PathMatch::Regex(_) => true,
        PathMatch::Exact(path) => path == narrow,
        PathMatch::Prefix(path) => narrow.starts_with(path.trim_end_matches('/')),
    }
}

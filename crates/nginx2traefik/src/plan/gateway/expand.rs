//! Routers as rows of matches. A match has no `not`: what a router excludes goes to copies of the routers behind it, which stand
//! before it.
use super::path;
use super::said::{Match, Means, Unsaid};
use crate::effective::host::ServiceState;
use crate::plan::branch::{Entries, Target};
use crate::plan::routers::Router;
use crate::plan::{Condition, Middleware};

/// More rows than this nobody reads.
const MOST: usize = 400;

/// A router with the requests that come to it. First row first.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) matches: Vec<Match>,
    pub(crate) router: Router,
}

/// The rows of a host's routers.
pub(crate) fn rows(routers: &[Router], means: Means) -> Result<Vec<Row>, Unsaid> {
    let expand = Expand { routers, means };
    let mut rows: Vec<Row> = Vec::new();
    for at in 0..routers.len() {
        for row in expand.of(at)? {
            add(&mut rows, row);
        }
        if rows.len() > MOST {
            return Err(Unsaid::TooMany);
        }
    }
    Ok(rows)
}

/// Leaves out matches that an earlier row has already; a row like the last one joins it.
fn add(rows: &mut Vec<Row>, mut row: Row) {
    let answered = |one: &Match| {
        rows.iter().any(|earlier| {
            on(earlier.router.entries, row.router.entries)
                && !may_vanish(&earlier.router)
                && earlier.matches.iter().any(|m| m.covers(one))
        })
    };
    row.matches.retain(|one| !answered(one));
    if row.matches.is_empty() {
        return;
    }
    match rows.last_mut().filter(|last| same(&last.router, &row.router)) {
        Some(last) => last.matches.append(&mut row.matches),
        None => rows.push(row),
    }
}

/// Both do the same with a request.
fn same(a: &Router, b: &Router) -> bool {
    a.owner == b.owner && a.entries == b.entries && a.spot == b.spot && a.chain == b.chain && a.target == b.target
}

/// All of `inner` is in `outer`.
fn on(outer: Entries, inner: Entries) -> bool {
    outer == Entries::Both || outer == inner
}

/// Where both listen.
fn common(a: Entries, b: Entries) -> Option<Entries> {
    match (a, b) {
        (Entries::Both, other) | (other, Entries::Both) => Some(other),
        (a, b) => (a == b).then_some(a),
    }
}

/// What it names may not exist, and then Traefik has no such router: its Service (see the backends), or that of error pages, for
/// which a second router stands behind it.
pub(crate) fn may_vanish(router: &Router) -> bool {
    let missing = |state| matches!(state, ServiceState::NotAmongInputs | ServiceState::NoSuchPort);
    let says_nothing = |condition: &Condition| *condition == Condition::PathPrefix("/".into());
    let of_service = matches!(&router.target, Target::Service(target) if missing(target.service.state));
    of_service || router.conditions.iter().any(says_nothing)
}

struct Expand<'a> {
    routers: &'a [Router],
    means: Means,
}

impl Expand<'_> {
    /// The rows of one router: first those of what it excludes.
    fn of(&self, at: usize) -> Result<Vec<Row>, Unsaid> {
        let router = &self.routers[at];
        let mut rows = Vec::new();
        for condition in &router.conditions {
            if let Condition::Not(excluded) = condition {
                self.excluded(at, excluded, &mut rows)?;
            }
        }
        let mut matches = vec![Match::of(router.path.clone())];
        for condition in router.conditions.iter().filter(|c| !matches!(c, Condition::Not(_))) {
            matches = all(&matches, |one| one.with(condition, self.means))?;
        }
        let router = router.clone();
        rows.push(Row { matches, router });
        rows.retain(|row| !row.matches.is_empty());
        if rows.len() > MOST {
            return Err(Unsaid::TooMany);
        }
        Ok(rows)
    }

    /// Requests that come to the router's path and are none of its own go on to the next routers.
    fn excluded(&self, at: usize, excluded: &Condition, rows: &mut Vec<Row>) -> Result<(), Unsaid> {
        let router = &self.routers[at];
        let asked = Match::of(router.path.clone()).with(excluded, self.means)?;
        let mut answered = false;
        for (later, next) in self.routers.iter().enumerate().skip(at + 1) {
            let Some(entries) = common(router.entries, next.entries) else {
                continue;
            };
            if !path::overlap(&router.path, &next.path) {
                continue;
            }
            for mut row in self.of(later)? {
                row.matches = all(&row.matches, |one| {
                    let found: Result<Vec<_>, _> = asked.iter().map(|asked| one.and(asked)).collect();
                    Ok(found?.into_iter().flatten().collect())
                })?;
                row.router.entries = common(entries, row.router.entries).unwrap_or(entries);
                add(rows, row);
            }
            let covered = path::covers(&next.path, &router.path) && on(next.entries, router.entries);
            if covered && next.is_whole() && !may_vanish(next) {
                answered = true;
                break;
            }
        }
        if !answered {
            let chain = vec![Middleware::answer(404)];
            let target = Target::Nothing;
            let router = Router {
                chain,
                target,
                ..router.clone()
            };
            add(rows, Row { matches: asked, router });
        }
        Ok(())
    }
}

/// The matches of all alternatives, each once.
fn all(matches: &[Match], of: impl Fn(&Match) -> Result<Vec<Match>, Unsaid>) -> Result<Vec<Match>, Unsaid> {
    let mut all = Vec::new();
    for one in matches {
        for more in of(one)? {
            if !all.contains(&more) {
                all.push(more);
            }
        }
    }
    Ok(all)
}

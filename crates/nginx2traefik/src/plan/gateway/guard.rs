//! The closed guard. Where a Middleware is missing or broken Traefik drops the rule without a word, and a less specific one would
//! answer without the protection. So below every protected rule stands one for the same path that answers 503
//! (recipes/gateway: auth).
use super::expand::Row;
use super::said::Match;
use crate::plan::branch::{Entries, Target};
use crate::plan::routers::Router;
use crate::plan::{Middleware, Slot};

/// What becomes a rule.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) row: Row,
    pub(crate) guard: bool,
}

/// A guard to be: before which row, for which requests.
struct Wanted {
    before: usize,
    one: Match,
    router: Router,
}

/// The rows with their guards.
pub(crate) fn with_guards(rows: Vec<Row>) -> Vec<Step> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for at in 0..rows.len() {
        for one in needed(&rows, at) {
            add(&mut wanted, one);
        }
    }
    let mut steps = Vec::with_capacity(rows.len() + wanted.len());
    let end = rows.len();
    for (at, row) in rows.into_iter().enumerate() {
        steps.extend(of(&wanted, at));
        steps.push(Step { row, guard: false });
    }
    steps.extend(of(&wanted, end));
    steps
}

fn of(wanted: &[Wanted], at: usize) -> impl Iterator<Item = Step> {
    wanted.iter().filter(move |one| one.before == at).map(|one| Step {
        row: Row {
            matches: vec![one.one.clone()],
            router: one.router.clone(),
        },
        guard: true,
    })
}

/// One guard stands for another at the same place whose requests it has.
fn add(wanted: &mut Vec<Wanted>, new: Wanted) {
    let entries = |a: &Wanted, b: &Wanted| a.router.entries == Entries::Both || a.router.entries == b.router.entries;
    let stands = |a: &Wanted, b: &Wanted| a.before == b.before && entries(a, b) && a.one.covers(&b.one);
    if wanted.iter().any(|known| stands(known, &new)) {
        return;
    }
    wanted.retain(|known| !stands(&new, known));
    wanted.push(new);
}

/// Where each of the row's matches would be opened if the row were dropped.
fn needed(rows: &[Row], at: usize) -> Vec<Wanted> {
    let row = &rows[at];
    let protection = protection(&row.router);
    if protection.is_empty() {
        return Vec::new();
    }
    let mut wanted = Vec::new();
    for one in &row.matches {
        if let Some(before) = opened(rows, at, one, &protection) {
            wanted.push(Wanted {
                before,
                one: one.clone(),
                router: closed(&row.router),
            });
        }
    }
    wanted
}

/// Before which of the later rows a guard must stand; none where one of them has the same protection for all of the requests.
fn opened(rows: &[Row], at: usize, one: &Match, protection: &[&Middleware]) -> Option<usize> {
    let entries = rows[at].router.entries;
    for (later, row) in rows.iter().enumerate().skip(at + 1) {
        let listens = |e: Entries| e == Entries::Both || entries == Entries::Both || e == entries;
        let asked: Vec<_> = row.matches.iter().filter(|m| m.overlaps(one)).collect();
        if asked.is_empty() || !listens(row.router.entries) {
            continue;
        }
        let as_closed = self::protection(&row.router);
        let opens = row.router.target != Target::Nothing && !protection.iter().all(|needed| as_closed.contains(needed));
        if opens {
            return Some(later);
        }
        let all = row.router.entries == Entries::Both || row.router.entries == entries;
        // an answer's own Middlewares may be what is broken
        let stands = row.router.target != Target::Nothing || is_closed(&row.router) && row.router.chain.len() == 1;
        if all && stands && asked.iter().any(|m| m.covers(one)) {
            return None;
        }
    }
    Some(rows.len())
}

/// It answers 503 to everything, and nothing but response headers comes before: a rule says that without a Middleware.
pub(crate) fn is_closed(router: &Router) -> bool {
    let answers = |m: &&Middleware| !matches!(m.slot, Slot::ResponseHeaders | Slot::Cors);
    let mut early = router.chain.iter().filter(answers);
    router.target == Target::Nothing && early.next().is_some_and(answers_503) && early.next().is_none()
}

pub(crate) fn answers_503(middleware: &Middleware) -> bool {
    matches!(middleware.slot, Slot::Answer | Slot::Backend) && middleware.purpose == "answer-503"
}

/// What keeps requests from the backend that it should not get.
fn protection(router: &Router) -> Vec<&Middleware> {
    let protects = |m: &&Middleware| {
        matches!(
            m.slot,
            Slot::Connections | Slot::Rate | Slot::Access | Slot::ExternalAuth | Slot::BasicAuth
        ) || m.slot == Slot::Answer && is_closed(router) && router.chain.len() > 1
    };
    router.chain.iter().filter(protects).collect()
}

fn closed(router: &Router) -> Router {
    Router {
        chain: Vec::new(),
        conditions: Vec::new(),
        ..router.clone()
    }
}

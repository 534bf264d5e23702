//! `rewrite` to a path with a query of its own: no Middleware of Traefik writes the query that a backend gets. Plain, a client is sent to
//! the new address; what it finds there is what nginx would have answered at once.
use super::rewrite::Rewrite;
use super::tell;
use crate::features::redirect::answer::by_regex;
use crate::features::redirect::template::{self, Part};
use crate::plan::{Context, Entries, LocationPlan, Slot, Target};
use nginx_snippet::{Branch, Effect, RequestFacts, Subject};

/// The redirect that stands for the rewrite of a server. None: with `--exact`, where the new address depends on the request, and where
/// the server would do something with that address, too.
pub(super) fn instead(context: &mut Context<'_>, branches: &[Branch], found: Rewrite<'_>) -> Option<LocationPlan> {
    let (path, query) = (found.target.literal()?, found.args?.literal()?);
    if context.exact() || query.is_empty() || !ends(branches, &path) {
        return None;
    }
    let mut parts = vec![
        Part::Variable("scheme".into()),
        Part::Text("://".into()),
        Part::Variable("host".into()),
        Part::Text(format!("{path}?{query}")),
    ];
    if found.keep_query {
        parts.push(Part::Text("&".into()));
        parts.push(Part::Variable("args".into()));
    }
    let pair = template::redirect(&parts).ok()?;
    let mut plan = LocationPlan::new(Target::Nothing);
    for way in &mut plan.branches {
        way.entries = Entries::Both;
        way.chain = vec![by_regex(Slot::Redirect, "redirect", &pair, false)];
    }
    tell::warn(
        context,
        found.places,
        "Traefik cannot write the query that the backend gets, so that clients are redirected to the new address",
        &["status 302 for GET and 307 for other methods, to the address that nginx answers for at once"],
    );
    Some(plan)
}

fn decides(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Rewrite { .. } | Effect::Redirect { .. } | Effect::Answer { .. } | Effect::Close
    )
}

/// Nothing more is decided about the new address: the client gets there.
fn ends(branches: &[Branch], path: &str) -> bool {
    let facts = RequestFacts::new("GET", "http", "localhost", path);
    let misses = |branch: &Branch| {
        let mut of_path = branch.positive().filter(|guard| guard.subject == Subject::Path);
        of_path.any(|guard| guard.holds(&facts) == Some(false))
    };
    let deciding = |branch: &&Branch| branch.intents.iter().any(|intent| decides(&intent.effect));
    branches.iter().filter(deciding).all(misses)
}

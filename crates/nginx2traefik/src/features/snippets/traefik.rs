//! What Traefik has to be given for it (recipes: snippets).
use super::tell::{self, Unsaid};
use super::{location, server, written};
use crate::effective::{Host, HostSnippets};
use crate::plan::host::{Given, Spot};
use crate::plan::{Collected, Context, LocationPlan};
use nginx_snippet::{Branch, LocationMatch, LocationReading};

/// The plan of a location that has snippets; none where it has none.
pub fn content(context: &mut Context<'_>) -> Option<LocationPlan> {
    let host = context.host;
    let snippets = host.snippets.as_deref()?;
    let index = host.locations.iter().position(|l| std::ptr::eq(l, context.location))?;
    let reading = snippets.location(index)?;
    if reading.branches.iter().all(does_nothing) {
        return None;
    }
    meets_regexes(context, snippets, reading);
    Some(location::plan(context, reading))
}

fn does_nothing(branch: &Branch) -> bool {
    branch.intents.is_empty() && !branch.stops
}

/// nginx asks a location inside of another one before the server's regexes, whose routes stand first here.
fn meets_regexes(context: &mut Context<'_>, snippets: &HostSnippets, reading: &LocationReading) {
    let is_regex = |l: &LocationReading| matches!(l.matcher, LocationMatch::Regex(_));
    if context.host.regex_mode.is_some() || !snippets.written_locations().any(is_regex) {
        return;
    }
    for place in &reading.nested {
        let unsaid = Unsaid::new(
            "a location inside of another one, beside regexes of the server-snippet",
            "write its path in the Ingress",
        );
        tell::block(context, &[*place], &unsaid);
    }
}

/// Adds the locations that a server-snippet writes.
pub(crate) fn written(given: Given<'_>, host: &Host, spots: &mut Vec<Spot>, collected: &mut Collected) {
    let Some(snippets) = host.snippets.as_deref() else {
        return;
    };
    let found: Vec<LocationReading> = snippets.written_locations().cloned().collect();
    if !found.is_empty() {
        written::add(given, host, &found, spots, collected);
    }
}

/// Puts what a server-snippet decides first before all locations.
pub(crate) fn server(given: Given<'_>, host: &Host, spots: &mut [Spot], collected: &mut Collected) {
    let Some(snippets) = host.snippets.as_deref() else {
        return;
    };
    let branches = &snippets.reading.server;
    if !branches.iter().all(|branch| branch.intents.is_empty()) {
        server::wrap(given, host, branches, spots, collected);
    }
}

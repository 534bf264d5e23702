//! What Traefik has to be given for it (recipes: snippets).
use super::{location, server, written};
use crate::effective::Host;
use crate::plan::host::{Given, Spot};
use crate::plan::{Collected, Context, LocationPlan};
use nginx_snippet::{Branch, Directive, LocationReading};

/// The plan of a location that has snippets; none where it has none.
pub fn content(context: &mut Context<'_>) -> Option<LocationPlan> {
    let host = context.host;
    let snippets = host.snippets.as_deref()?;
    let index = host.locations.iter().position(|l| std::ptr::eq(l, context.location))?;
    let reading = snippets.location(index)?;
    if reading.branches.iter().all(does_nothing) {
        return None;
    }
    let mut pages = Vec::new();
    let ids = snippets
        .http
        .iter()
        .chain(&snippets.server)
        .chain(snippets.locations.get(index).into_iter().flatten());
    for id in ids {
        error_pages(&context.effective.snippet(*id).tree.directives, &mut pages);
    }
    Some(location::plan(context, reading, &pages))
}

fn does_nothing(branch: &Branch) -> bool {
    branch.intents.is_empty() && !branch.stops
}

/// Statuses that an `error_page` somewhere answers.
fn error_pages(directives: &[Directive], statuses: &mut Vec<u16>) {
    for directive in directives {
        if directive.name.text == "error_page" {
            statuses.extend(directive.args.iter().filter_map(|word| word.text.parse::<u16>().ok()));
        }
        error_pages(directive.children(), statuses);
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

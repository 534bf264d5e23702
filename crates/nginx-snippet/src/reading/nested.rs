//! Locations inside of a location: nginx asks them once it has found the outer one (`ngx_http_core_find_location`).

use super::effects::Effect;
use super::guard::{Guard, Subject, Test};
use super::{Branch, Intent, explore};
use crate::program::{Level, Location};
use crate::{LocationMatch, Pattern, Place};

/// The branches of a location, those of the inner ones first. `levels` are the levels around it, its own included.
pub(super) fn branches(location: &Location, levels: &[&Level]) -> Vec<Branch> {
    let mut all = Vec::new();
    for inner in in_order(&location.level.locations) {
        let (Some(guard), Some(place)) = (guard(inner), inner.place) else {
            continue;
        };
        let mut inside = levels.to_vec();
        inside.push(&inner.level);
        let managed = levels.iter().any(|level| level.managed.is_some());
        for mut branch in branches(inner, &inside) {
            branch.when.insert(0, guard.clone());
            // the `if`s of the outer script do not run
            branch.in_if = true;
            if managed {
                refuse(&mut branch, place);
            }
            all.push(branch);
        }
    }
    if let Some(place) = undecided(&location.level.locations) {
        all.insert(0, explore::unsaid("`^~` beside regexes and a longer path", place));
    }
    all.extend(explore::of_location(location, levels));
    all
}

/// What does not return is answered by the controller's Lua, which misses the variables of the outer location's script: 503.
fn refuse(branch: &mut Branch, place: Place) {
    let answers = |intent: &Intent| {
        matches!(
            intent.effect,
            Effect::Answer { .. } | Effect::Redirect { .. } | Effect::Close | Effect::Untranslatable { .. }
        )
    };
    let again = |intent: &Intent| matches!(intent.effect, Effect::Rewrite { again: true, .. });
    if branch.intents.iter().any(answers) {
        return;
    }
    if branch.intents.iter().any(again) {
        *branch = explore::unsaid("it rewrites the path inside of another location", place);
        return;
    }
    let effect = Effect::Answer {
        status: 503,
        text: None,
    };
    branch.intents.retain(|intent| intent.effect.is_of_answer());
    branch.intents.insert(
        0,
        Intent {
            effect,
            places: vec![place],
        },
    );
}

/// Exact ones, `^~`, regexes as they stand, longest prefix.
fn in_order(locations: &[Location]) -> Vec<&Location> {
    let mut all: Vec<&Location> = locations.iter().collect();
    all.sort_by_key(|one| match &one.matcher {
        LocationMatch::Exact(_) => (0, 0),
        LocationMatch::Prefix { path, final_: true } => (1, usize::MAX - path.len()),
        LocationMatch::Regex(_) | LocationMatch::Named(_) => (2, 0),
        LocationMatch::Prefix { path, final_: false } => (3, usize::MAX - path.len()),
    });
    all
}

/// A `^~` whose paths a longer plain prefix may have, for which regexes count again.
fn undecided(locations: &[Location]) -> Option<Place> {
    let mut regexes = locations.iter();
    if !regexes.any(|one| matches!(one.matcher, LocationMatch::Regex(_))) {
        return None;
    }
    let longer = |start: &str| {
        locations.iter().any(|one| match &one.matcher {
            LocationMatch::Prefix { path, final_: false } => path.starts_with(start),
            _ => false,
        })
    };
    let found = locations.iter().find(|one| match &one.matcher {
        LocationMatch::Prefix { path, final_: true } => longer(path),
        _ => false,
    });
    found.and_then(|one| one.place)
}

fn guard(location: &Location) -> Option<Guard> {
    let test = match &location.matcher {
        LocationMatch::Exact(path) => Test::Equals(path.clone()),
        LocationMatch::Prefix { path, .. } => Test::Matches(Pattern::prefix(path)),
        LocationMatch::Regex(pattern) => Test::Matches(pattern.clone()),
        LocationMatch::Named(_) => return None,
    };
    Some(Guard {
        subject: Subject::Path,
        test,
        negated: false,
        place: location.place?,
    })
}

//! What a program means for every request: conditions and effects instead of one request's way.
//!
//! The script of the rewrite phase is run with unknown requests. Where it asks the request something, both ways are
//! followed, so that what comes out is a list of branches of which the first one that applies decides.

mod dead;
mod effects;
mod explore;
mod guard;
mod idiom;
mod lua;
mod meaning;
mod nested;
mod reached;
mod settings;
mod state;

pub use effects::{CacheRule, Effect};
pub use guard::{Guard, Subject, Test};
pub use idiom::Idiom;
pub use meaning::{Meaning, meaning_of};

use crate::program::{Level, Location};
use crate::{LocationMatch, Place, Program, RequestFacts};

/// What a server, or the part of it that a snippet is, does with requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is decided before a location is found, for all locations: at least one branch, which may do nothing.
    pub server: Vec<Branch>,
    /// Each location. Those inside of another one are branches of that one, for their paths.
    pub locations: Vec<LocationReading>,
}

/// What one location does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationReading {
    /// The paths that it serves.
    pub matcher: LocationMatch,
    /// The name that the caller gave it; `None` for a location that a snippet writes itself.
    pub name: Option<String>,
    /// The directive, of a snippet's own location.
    pub place: Option<Place>,
    /// The locations inside of it.
    pub nested: Vec<Place>,
    /// What it does, the first branch that applies decides.
    pub branches: Vec<Branch>,
}

/// Requests that are all handled alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// What must hold. Branches are in an order in which what must *not* hold was caught before; it is marked negated
    /// and may be left out by who keeps the order.
    pub when: Vec<Guard>,
    /// What happens then, in the order in which it happens.
    pub intents: Vec<Intent>,
    /// A `break`, or a `rewrite` with `last` or `break`, has ended the script: what the controller writes behind the snippet for
    /// annotations (`return`, `rewrite`) does not run.
    pub stops: bool,
    /// An `if` of the snippet was true: headers that the controller writes in an `if` of its own before the snippet (CORS) are not
    /// sent, because the last one that is true lends its settings.
    pub in_if: bool,
}

/// One effect and the directives that cause it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// What happens.
    pub effect: Effect,
    /// The directives.
    pub places: Vec<Place>,
}

impl Branch {
    /// True if every effect can be said in other words than nginx's.
    pub fn is_translatable(&self) -> bool {
        !self
            .intents
            .iter()
            .any(|intent| matches!(intent.effect, Effect::Untranslatable { .. }))
    }

    /// What must hold, without what an earlier branch has caught.
    pub fn positive(&self) -> impl Iterator<Item = &Guard> {
        self.when.iter().filter(|guard| !guard.negated)
    }

    /// True if a request takes this branch, once it has not taken an earlier one; `None` when the facts do not say.
    pub fn applies(&self, request: &RequestFacts) -> Option<bool> {
        self.positive()
            .try_fold(true, |all, guard| Some(guard.holds(request)? && all))
    }

    /// The name of the pattern, if it is a well-known one.
    pub fn idiom(&self) -> Option<Idiom> {
        idiom::of(self)
    }
}

impl Reading {
    /// All branches, the server's first.
    pub fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.server
            .iter()
            .chain(self.locations.iter().flat_map(|location| &location.branches))
    }

    /// Everything that has no translation: the directives, why, and what to do.
    pub fn untranslatable(&self) -> Vec<(&[Place], &str, &str)> {
        let mut found = Vec::new();
        for intent in self.branches().flat_map(|branch| &branch.intents) {
            if let Effect::Untranslatable { why, advice } = &intent.effect {
                let entry = (intent.places.as_slice(), why.as_str(), advice.as_str());
                if !found.contains(&entry) {
                    found.push(entry);
                }
            }
        }
        found
    }
}

/// Read a program.
///
/// ```
/// use nginx_snippet::{Effect, Program, Subject, parse, read};
/// let text = "set $cors true; if ($request_method = OPTIONS) { set $cors ${cors}options; }
///     if ($cors = trueoptions) { return 204; }";
/// let reading = read(&Program::location(&parse(text)));
/// let branches = &reading.locations[0].branches;
/// assert_eq!(branches[0].when[0].subject, Subject::Method);
/// assert!(matches!(branches[0].intents[0].effect, Effect::Answer { status: 204, .. }));
/// assert!(branches[1].intents.is_empty());
/// ```
pub fn read(program: &Program) -> Reading {
    let server = &program.server;
    let mut reading = Reading {
        server: explore::of_server(server, &[&program.http, server]),
        locations: Vec::new(),
    };
    let named = |name: &str| reached::is_named(server, name) || reached::is_named(&program.http, name);
    let outer = vec![&program.http, server];
    reading.locations = server
        .locations
        .iter()
        .map(|one| match &one.matcher {
            LocationMatch::Named(name) if !named(name) => unreached(one),
            _ => location(one, &outer),
        })
        .collect();
    reading
}

/// Every effect of a program in the order of its branches; see [`read`] for the conditions.
pub fn intents(program: &Program) -> Vec<Intent> {
    let reading = read(program);
    let mut all: Vec<Intent> = Vec::new();
    for intent in reading.branches().flat_map(|branch| &branch.intents) {
        if !all.contains(intent) {
            all.push(intent.clone());
        }
    }
    all
}

fn location(location: &Location, outer: &[&Level]) -> LocationReading {
    let mut levels = outer.to_vec();
    levels.push(&location.level);
    LocationReading {
        matcher: location.matcher.clone(),
        name: location.level.managed.clone(),
        place: location.place,
        nested: location.level.locations.iter().filter_map(|one| one.place).collect(),
        branches: nested::branches(location, &levels),
    }
}

fn unreached(location: &Location) -> LocationReading {
    let effect = Effect::Nothing {
        why: "nothing leads to this location",
    };
    let mut places: Vec<Place> = location.place.into_iter().collect();
    places.extend(reached::places(&location.level));
    LocationReading {
        matcher: location.matcher.clone(),
        name: None,
        place: location.place,
        nested: Vec::new(),
        branches: vec![Branch {
            when: Vec::new(),
            intents: vec![Intent { effect, places }],
            stops: false,
            in_if: false,
        }],
    }
}

use std::collections::BTreeSet;

use super::dead;
use super::effects::Effect;
use super::guard::{Guard, Subject, Test};
use super::settings::of_settings;
use super::state::{Answer, Followed, Rewritten, State};
use super::{Branch, Intent};
use crate::program::{Action, Level, Location, Op, Rewrite, nearest};
use crate::{LocationMatch, Pattern, Place};

/// Lists of hundreds of redirects exist; conditions that multiply to more are no configuration that anybody could read.
const MOST_BRANCHES: usize = 400;

/// The branches of a server, whose `if`s do not lend it their settings.
/// `outer` are the levels around it, itself included.
pub(super) fn of_server<'a>(level: &'a Level, outer: &[&'a Level]) -> Vec<Branch> {
    branches(level, outer, None)
}

/// The branches of a location. `outer` are the levels around it, itself included.
pub(super) fn of_location<'a>(location: &'a Location, outer: &[&'a Level]) -> Vec<Branch> {
    branches(&location.level, outer, Some(&location.matcher))
}

fn branches<'a>(level: &'a Level, outer: &[&'a Level], location: Option<&LocationMatch>) -> Vec<Branch> {
    let mut declared = BTreeSet::new();
    declare(&level.script, &mut declared);
    // `$1` is what the location's own regex found, until another one is asked
    let captures = match location {
        Some(LocationMatch::Regex(pattern)) if level.managed.is_none() => Some((Subject::Path, pattern.clone())),
        _ => None,
    };
    let state = State {
        declared,
        captures,
        ..State::default()
    };
    let location = location.is_some();
    let start = Way {
        state,
        stack: vec![&level.script],
        end: None,
        stops: false,
    };
    let (start, last) = match &level.limit_except {
        Some((place, free, limited)) => limit(start, level, (*place, free), limited),
        None => (start, None),
    };
    let explorer = Explorer {
        location,
        dead: dead::conditions(level, outer),
    };
    let Some(mut ways) = explorer.explore(start) else {
        let place = level.script.first().map(|op| op.place).unwrap_or_default();
        return vec![unsaid("the conditions have too many combinations", place)];
    };
    ways.extend(last);
    tidy(ways.into_iter().map(|way| way.branch(outer, location)).collect())
}

fn declare(script: &[Op], names: &mut BTreeSet<String>) {
    for op in script {
        match &op.action {
            Action::Set { name, .. } => drop(names.insert(name.clone())),
            Action::If { level, .. } => declare(&level.script, names),
            _ => {}
        }
    }
}

/// Without the branches that the last one covers anyway.
fn tidy(mut branches: Vec<Branch>) -> Vec<Branch> {
    while let [.., before, last] = branches.as_slice()
        && before.intents == last.intents
        && (before.stops, before.in_if) == (last.stops, last.in_if)
        && last.positive().next().is_none()
    {
        branches.remove(branches.len() - 2);
    }
    branches
}

/// The script runs for the methods that are free. In a location of ingress-nginx the others are answered 503, because
/// its Lua misses the variables of the script; elsewhere the rules of the block decide.
fn limit<'a>(
    start: Way<'a>,
    level: &Level,
    (place, free): (Place, &[String]),
    limited: &'a Level,
) -> (Way<'a>, Option<Way<'a>>) {
    let guard = free_methods(place, free);
    let mut others = start.state.clone().assuming(&guard.opposite());
    others.last_if = Some(limited);
    let effect = Effect::Answer {
        status: 503,
        text: None,
    };
    let end = level.managed.is_some().then(|| Intent {
        effect,
        places: vec![place],
    });
    let others = Way {
        state: others,
        stack: Vec::new(),
        end,
        stops: false,
    };
    (
        Way {
            state: start.state.assuming(&guard),
            ..start
        },
        Some(others),
    )
}

/// Is the method one of those that `limit_except` names? `GET` includes `HEAD`.
fn free_methods(place: Place, free: &[String]) -> Guard {
    let head = if free.iter().any(|method| method == "GET") {
        "HEAD|"
    } else {
        ""
    };
    let test = Test::Matches(Pattern::new(&format!("^({head}{})$", free.join("|")), false));
    Guard {
        subject: Subject::Method,
        test,
        negated: false,
        place,
    }
}

/// One way through the script: what is known, what is still to do, and the answer when there is one.
#[derive(Clone)]
struct Way<'a> {
    state: State<'a>,
    stack: Vec<&'a [Op]>,
    end: Option<Intent>,
    /// `break` or `last` ended the script.
    stops: bool,
}

/// What a directive makes of a way.
enum Step<'a> {
    On(Way<'a>),
    Over(Way<'a>),
    /// It depends: as it is when the guard holds as it is wanted, and when it does not.
    Fork {
        wanted: Box<Way<'a>>,
        other: Box<Way<'a>>,
        negated: bool,
    },
}

struct Explorer {
    location: bool,
    /// Conditions that need no answer.
    dead: BTreeSet<Place>,
}

impl Explorer {
    /// All ways, in an order in which each takes only the requests that no earlier one takes; `None` for too many.
    fn explore<'a>(&self, start: Way<'a>) -> Option<Vec<Way<'a>>> {
        let (mut work, mut done) = (vec![start], Vec::new());
        while let Some(mut way) = work.pop() {
            let Some(op) = way.next_op() else {
                done.push(way);
                continue;
            };
            match self.step(way, op) {
                Step::On(way) => work.push(way),
                Step::Over(mut way) => {
                    way.stack.clear();
                    done.push(way);
                }
                // where the answer is yes comes first, whatever the `if` wants: then the order alone keeps the others out
                Step::Fork {
                    wanted,
                    other,
                    negated: false,
                } => work.extend([*other, *wanted]),
                Step::Fork {
                    wanted,
                    other,
                    negated: true,
                } => work.extend([*wanted, *other]),
            }
            if work.len() + done.len() > MOST_BRANCHES {
                return None;
            }
        }
        Some(done)
    }

    fn step<'a>(&self, mut way: Way<'a>, op: &'a Op) -> Step<'a> {
        match &op.action {
            Action::Set { name, value } => {
                let value = way.state.resolve(value);
                way.state.variables.insert(name.clone(), value);
                Step::On(way)
            }
            Action::SetElsewhere { sets, .. } => {
                way.state.forget(sets);
                Step::On(way)
            }
            Action::If { .. } if self.dead.contains(&op.place) => Step::On(way),
            Action::If { condition, level } => match way.state.ask(condition, op.place) {
                Answer::Yes => {
                    way.state.recapture(condition);
                    Step::On(self.enter(way, level))
                }
                Answer::No => Step::On(way),
                Answer::Either(guard) => fork(way, &guard, |way| self.enter(way, level)),
                Answer::Unknown(why) => way.over(untranslatable(&why, op.place)),
            },
            Action::Rewrite(rewrite) => match way.state.matches(rewrite, op.place) {
                Answer::Yes => Step::On(way.rewritten(rewrite, op.place)),
                Answer::No => Step::On(way),
                Answer::Either(guard) => fork(way, &guard, |way| way.rewritten(rewrite, op.place)),
                Answer::Unknown(why) => way.over(untranslatable(&why, op.place)),
            },
            Action::Return(answer) => {
                let effect = way.state.answer(answer.status, answer.text.as_ref());
                way.over(Intent {
                    effect,
                    places: vec![op.place],
                })
            }
            Action::Break => Step::Over(Way { stops: true, ..way }),
            Action::Broken(error) => way.over(untranslatable(&format!("nginx refuses it: {error}"), op.place)),
        }
    }

    fn enter<'a>(&self, mut way: Way<'a>, level: &'a Level) -> Way<'a> {
        if self.location {
            way.state.last_if = Some(level);
        }
        way.stack.push(&level.script);
        way
    }
}

fn fork<'a>(way: Way<'a>, guard: &Guard, then: impl FnOnce(Way<'a>) -> Way<'a>) -> Step<'a> {
    let Way {
        state,
        stack,
        end,
        stops,
    } = way;
    let wanted = Way {
        state: state.clone().assuming(guard),
        stack: stack.clone(),
        end: end.clone(),
        stops,
    };
    let other = Way {
        state: state.assuming(&guard.opposite()),
        stack,
        end,
        stops,
    };
    Step::Fork {
        wanted: Box::new(then(wanted)),
        other: Box::new(other),
        negated: guard.negated,
    }
}

/// All requests, of which nobody can say what becomes of them.
pub(super) fn unsaid(why: &str, place: Place) -> Branch {
    Branch {
        when: Vec::new(),
        intents: vec![untranslatable(why, place)],
        stops: false,
        in_if: false,
    }
}

fn untranslatable(why: &str, place: Place) -> Intent {
    let advice = "rewrite it by hand: the condition cannot be asked about the request alone".to_owned();
    Intent {
        effect: Effect::Untranslatable {
            why: why.to_owned(),
            advice,
        },
        places: vec![place],
    }
}

impl<'a> Way<'a> {
    fn next_op(&mut self) -> Option<&'a Op> {
        while let Some(ops) = self.stack.pop() {
            if let Some((op, rest)) = ops.split_first() {
                self.stack.push(rest);
                return Some(op);
            }
        }
        None
    }

    fn over(mut self, intent: Intent) -> Step<'a> {
        self.end = Some(intent);
        Step::Over(self)
    }

    fn rewritten(mut self, rewrite: &Rewrite, place: Place) -> Self {
        match self.state.rewritten(rewrite, place) {
            Followed::On => {}
            Followed::Ended => {
                self.stops = true;
                self.stack.clear();
            }
            Followed::Answered(intent) => {
                self.stack.clear();
                self.end = Some(*intent);
            }
        }
        self
    }

    fn branch(self, outer: &[&'a Level], location: bool) -> Branch {
        let Way {
            mut state, end, stops, ..
        } = self;
        let in_if = state.last_if.is_some();
        let mut chain: Vec<&Level> = outer.to_vec();
        chain.extend(state.last_if);
        // the auth server is asked behind the script
        for setting in nearest(&chain, &["auth_request_set"]) {
            let name = setting.arg(0).trim_start_matches('$').to_ascii_lowercase();
            state.forget(&name);
        }
        let answered = end.is_some();
        let mut intents: Vec<Intent> = end.into_iter().collect();
        let path = state.path.clone().filter(|_| !answered);
        intents.extend(path.map(Rewritten::intent));
        // what a server does not answer itself gets the settings of its location
        if location || answered {
            intents.extend(of_settings(&chain, answered, |template| state.resolve(template)));
        }
        Branch {
            when: state.guards,
            intents,
            stops,
            in_if,
        }
    }
}

impl Rewritten {
    fn intent(self) -> Intent {
        let Rewritten {
            pattern,
            target,
            args,
            keep_query,
            again,
            place,
        } = self;
        let effect = Effect::Rewrite {
            pattern,
            target,
            args,
            keep_query,
            again,
        };
        Intent {
            effect,
            places: vec![place],
        }
    }
}

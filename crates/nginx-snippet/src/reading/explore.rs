use std::collections::{BTreeMap, BTreeSet};

use super::effects::{Effect, of_settings};
use super::guard::{Guard, Subject, Test};
use super::{Branch, Intent};
use crate::program::{Action, Level, Op, Rewrite, RewriteEnd};
use crate::{Condition, Part, Pattern, Place, Template};

/// More branches than this are no configuration that anybody could read.
const MOST_BRANCHES: usize = 64;

/// The branches of a level. `outer` are the levels around it, itself included; an `if` of a location lends its
/// settings, one of a server does not.
pub(super) fn branches<'a>(level: &'a Level, outer: &[&'a Level], location: bool) -> Vec<Branch> {
    let explorer = Explorer { location };
    let mut declared = BTreeSet::new();
    declare(&level.script, &mut declared);
    let leaves = explorer.explore(
        State {
            declared,
            ..State::default()
        },
        vec![&level.script],
    );
    let branches = leaves.into_iter().map(|leaf| leaf.branch(outer, location)).collect();
    tidy(branches)
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
        && last.positive().next().is_none()
    {
        let keep = branches.len() - 2;
        branches.remove(keep);
    }
    branches
}

/// Regexes that every path matches.
const ANY_PATH: [&str; 10] = [
    "^", ".*", "^.*$", "^.*", ".*$", "^/", "(.*)", "^(.*)$", "^/(.*)$", "^/(.*)",
];

/// What is known after some directives of the script.
#[derive(Clone, Default)]
struct State<'a> {
    guards: Vec<Guard>,
    /// What `set` gave: texts over the variables of the request.
    variables: BTreeMap<String, Template>,
    /// The path after rewrites, with what they matched, or `None` while it is the client's.
    path: Option<Rewritten>,
    /// What `$1` stands for.
    captures: Option<(Subject, Pattern)>,
    /// The last `if` that was true.
    last_if: Option<&'a Level>,
    /// The variables that `set` gives a value somewhere in this script.
    declared: BTreeSet<String>,
}

#[derive(Clone)]
struct Rewritten {
    pattern: Pattern,
    target: Template,
    args: Option<Template>,
    keep_query: bool,
    again: bool,
    place: Place,
}

struct Leaf<'a> {
    state: State<'a>,
    end: Option<Intent>,
}

struct Explorer {
    location: bool,
}

type Stack<'a> = Vec<&'a [Op]>;

impl Explorer {
    fn explore<'a>(&self, mut state: State<'a>, mut stack: Stack<'a>) -> Vec<Leaf<'a>> {
        while let Some(ops) = stack.pop() {
            let Some((op, rest)) = ops.split_first() else { continue };
            stack.push(rest);
            match &op.action {
                Action::Set { name, value } => {
                    let value = state.resolve(value);
                    state.variables.insert(name.clone(), value);
                }
                Action::SetElsewhere { sets, .. } => {
                    let own = Template {
                        parts: vec![Part::Variable(sets.clone())],
                    };
                    state.variables.insert(sets.clone(), own);
                }
                Action::If { condition, level } => match state.ask(condition, op.place) {
                    Answer::Yes => self.enter(&mut state, level, &mut stack),
                    Answer::No => {}
                    Answer::Either(guard) => {
                        return self.fork(Fork { state, stack, guard }, |explorer, mut fork| {
                            explorer.enter(&mut fork.state, level, &mut fork.stack);
                            explorer.explore(fork.state, fork.stack)
                        });
                    }
                    Answer::Unknown(why) => return vec![state.end(untranslatable(&why, op.place))],
                },
                Action::Rewrite(rewrite) => match state.matches(rewrite, op.place) {
                    Answer::Yes => {
                        if let Some(leaf) = state.rewritten(rewrite, op.place, &mut stack) {
                            return vec![leaf];
                        }
                    }
                    Answer::No => {}
                    Answer::Either(guard) => {
                        return self.fork(Fork { state, stack, guard }, |explorer, mut fork| {
                            let leaf = fork.state.rewritten(rewrite, op.place, &mut fork.stack);
                            leaf.map_or_else(|| explorer.explore(fork.state, fork.stack), |leaf| vec![leaf])
                        });
                    }
                    Answer::Unknown(why) => return vec![state.end(untranslatable(&why, op.place))],
                },
                Action::Return(answer) => {
                    let effect = state.answer(answer.status, answer.text.as_ref());
                    return vec![state.end(Intent {
                        effect,
                        places: vec![op.place],
                    })];
                }
                Action::Break => break,
                Action::Broken(error) => {
                    let why = format!("nginx refuses it: {error}");
                    return vec![state.end(untranslatable(&why, op.place))];
                }
            }
        }
        vec![Leaf { state, end: None }]
    }

    fn enter<'a>(&self, state: &mut State<'a>, level: &'a Level, stack: &mut Stack<'a>) {
        if self.location {
            state.last_if = Some(level);
        }
        stack.push(&level.script);
    }

    /// Both ways. The one in which the answer is yes comes first, whatever the `if` wants, so that the order alone
    /// keeps what must not hold out of the second.
    fn fork<'a>(&self, fork: Fork<'a>, then: impl FnOnce(&Self, Fork<'a>) -> Vec<Leaf<'a>>) -> Vec<Leaf<'a>> {
        let Fork { state, stack, guard } = fork;
        let opposite = Guard {
            negated: !guard.negated,
            ..guard.clone()
        };
        let wanted = Fork {
            state: state.clone().assuming(&guard),
            stack: stack.clone(),
            guard: guard.clone(),
        };
        let wanted = then(self, wanted);
        let other = self.explore(state.assuming(&opposite), stack);
        let (mut leaves, rest) = if guard.negated {
            (other, wanted)
        } else {
            (wanted, other)
        };
        leaves.extend(rest);
        limit(leaves)
    }
}

/// A place where the way depends on the request.
struct Fork<'a> {
    state: State<'a>,
    stack: Stack<'a>,
    guard: Guard,
}

/// Too many ways become one that says so.
fn limit(mut leaves: Vec<Leaf<'_>>) -> Vec<Leaf<'_>> {
    if leaves.len() <= MOST_BRANCHES {
        return leaves;
    }
    leaves.truncate(1);
    for leaf in &mut leaves {
        let place = leaf.state.guards.first().map(|guard| guard.place).unwrap_or_default();
        leaf.state.guards.clear();
        leaf.end = Some(untranslatable("the conditions have too many combinations", place));
    }
    leaves
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

/// The answer to a condition.
enum Answer {
    Yes,
    No,
    Either(Guard),
    Unknown(String),
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl<'a> State<'a> {
    fn end(self, intent: Intent) -> Leaf<'a> {
        Leaf {
            state: self,
            end: Some(intent),
        }
    }

    fn assuming(mut self, guard: &Guard) -> Self {
        if let Test::Matches(pattern) = &guard.test {
            self.captures = (!guard.negated).then(|| (guard.subject.clone(), pattern.clone()));
        }
        self.guards.push(guard.clone());
        self
    }

    /// A template over the variables of the request, as far as the script set the others.
    fn resolve(&self, template: &Template) -> Template {
        let mut parts: Vec<Part> = Vec::new();
        for part in &template.parts {
            match part {
                Part::Variable(name) => match self.variables.get(name) {
                    Some(value) => parts.extend(value.parts.iter().cloned()),
                    // before its `set` a variable is empty
                    None if self.declared.contains(name) => {}
                    None => parts.push(part.clone()),
                },
                Part::Capture(_) if self.captures.is_none() => {}
                part => parts.push(part.clone()),
            }
        }
        Template { parts: joined(parts) }
    }

    fn ask(&self, condition: &Condition, place: Place) -> Answer {
        match condition {
            Condition::Truthy(variable) => self.test(variable, Test::Truthy, false, place),
            Condition::Equals {
                variable,
                value,
                negated,
            } => match self.resolve(value).literal() {
                Some(text) => self.test(variable, Test::Equals(text), *negated, place),
                None => Answer::Unknown(format!("it compares with {value}, which only the request knows")),
            },
            Condition::Matches {
                variable,
                pattern,
                negated,
            } => self.test(variable, Test::Matches(pattern.clone()), *negated, place),
            // the controller's container has no file that a request could name
            Condition::File { negated, .. } => (*negated).into(),
        }
    }

    fn test(&self, variable: &Template, test: Test, negated: bool, place: Place) -> Answer {
        let mut subject = self.resolve(variable);
        let mut test = test;
        if let Some(text) = subject.literal() {
            return match test.holds(&text) {
                Some(holds) => (holds != negated).into(),
                None => Answer::Unknown("its regex cannot be followed".to_owned()),
            };
        }
        // `A$http_x` is `Atext` when `$http_x` is `text`
        if let (Test::Equals(text), [Part::Text(start), Part::Variable(_)]) = (&test, subject.parts.as_slice()) {
            let Some(rest) = text.strip_prefix(start.as_str()) else {
                return negated.into();
            };
            test = Test::Equals(rest.to_owned());
            subject.parts.remove(0);
        }
        match Subject::of_template(&subject) {
            Some(Subject::Variable(name)) => Answer::Unknown(format!("${name} is not known from the request")),
            Some(Subject::Path) if self.path.is_some() => Answer::Unknown("it asks for the rewritten path".to_owned()),
            Some(subject) => {
                let guard = Guard {
                    subject,
                    test,
                    negated,
                    place,
                };
                guard
                    .decided(&self.guards)
                    .map_or(Answer::Either(guard.clone()), |holds| (holds != negated).into())
            }
            None => Answer::Unknown(format!("it asks for {subject}, which is put together")),
        }
    }

    /// Does the path match? A regex that any path matches is no question.
    fn matches(&self, rewrite: &Rewrite, place: Place) -> Answer {
        let test = Test::Matches(rewrite.pattern.clone());
        if ANY_PATH.contains(&rewrite.pattern.source.as_str()) {
            return match self.path {
                None => Answer::Yes,
                Some(_) => Answer::Unknown("it rewrites a path that was rewritten before".to_owned()),
            };
        }
        match &self.path {
            None => {
                let guard = Guard {
                    subject: Subject::Path,
                    test,
                    negated: false,
                    place,
                };
                guard
                    .decided(&self.guards)
                    .map_or(Answer::Either(guard.clone()), Answer::from)
            }
            Some(rewritten) => match rewritten.target.literal().and_then(|path| test.holds(&path)) {
                Some(holds) => holds.into(),
                None => Answer::Unknown("it rewrites a path that was rewritten before".to_owned()),
            },
        }
    }

    /// Follow a rewrite whose regex matches; a leaf when it ends the script.
    fn rewritten(&mut self, rewrite: &Rewrite, place: Place, stack: &mut Stack<'a>) -> Option<Leaf<'a>> {
        self.captures = Some((Subject::Path, rewrite.pattern.clone()));
        let target = self.resolve(&rewrite.target);
        if let RewriteEnd::Redirect(status) = rewrite.end {
            let captures = target.has_captures().then(|| (Subject::Path, rewrite.pattern.clone()));
            let effect = Effect::Redirect {
                status,
                target,
                captures,
                keep_query: rewrite.keep_args,
            };
            return Some(self.clone().end(Intent {
                effect,
                places: vec![place],
            }));
        }
        let args = rewrite.args.as_ref().map(|args| self.resolve(args));
        let again = rewrite.end != RewriteEnd::Break;
        let (pattern, keep_query) = (rewrite.pattern.clone(), rewrite.keep_args);
        self.path = Some(Rewritten {
            pattern,
            target,
            args,
            keep_query,
            again,
            place,
        });
        if rewrite.end != RewriteEnd::Continue {
            stack.clear();
        }
        None
    }

    fn answer(&self, status: u16, text: Option<&Template>) -> Effect {
        let text = text.map(|text| self.resolve(text));
        match status {
            444 => Effect::Close,
            301 | 302 | 303 | 307 | 308 => {
                let target = text.unwrap_or_default();
                let captures = if target.has_captures() {
                    self.captures.clone()
                } else {
                    None
                };
                Effect::Redirect {
                    status,
                    target,
                    captures,
                    keep_query: false,
                }
            }
            _ => Effect::Answer { status, text },
        }
    }
}

impl<'a> Leaf<'a> {
    fn branch(self, outer: &[&'a Level], location: bool) -> Branch {
        let Leaf { state, end } = self;
        let mut chain: Vec<&Level> = outer.to_vec();
        chain.extend(state.last_if);
        let mut intents = Vec::new();
        let answered = end.is_some();
        intents.extend(end);
        if let Some(path) = state.path.clone().filter(|_| !answered) {
            let Rewritten {
                pattern,
                target,
                args,
                keep_query,
                again,
                place,
            } = path;
            let effect = Effect::Rewrite {
                pattern,
                target,
                args,
                keep_query,
                again,
            };
            intents.push(Intent {
                effect,
                places: vec![place],
            });
        }
        if location {
            intents.extend(of_settings(&chain, answered, |template| state.resolve(template)));
        }
        Branch {
            when: state.guards,
            intents,
        }
    }
}

/// Neighbouring texts as one.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for part in parts {
        match (out.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, Part::Text(text)) if text.is_empty() => {}
            (_, part) => out.push(part),
        }
    }
    out
}

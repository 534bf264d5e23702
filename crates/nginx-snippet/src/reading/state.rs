//! What a script knows on one of its ways, and what it can answer itself.

use std::collections::{BTreeMap, BTreeSet};

use super::Intent;
use super::effects::Effect;
use super::guard::{Guard, Subject, Test};
use crate::program::{Level, Rewrite, RewriteEnd};
use crate::{Condition, Part, Pattern, Place, Template};

/// Regexes that every path matches.
const ANY_PATH: [&str; 10] = [
    "^", ".*", "^.*$", "^.*", ".*$", "^/", "(.*)", "^(.*)$", "^/(.*)$", "^/(.*)",
];

/// What is known after some directives of the script.
#[derive(Clone, Default)]
pub(super) struct State<'a> {
    pub(super) guards: Vec<Guard>,
    /// What `set` gave: texts over the variables of the request.
    pub(super) variables: BTreeMap<String, Template>,
    /// The path after rewrites, with what they matched, or `None` while it is the client's.
    pub(super) path: Option<Rewritten>,
    /// What `$1` stands for.
    pub(super) captures: Option<(Subject, Pattern)>,
    /// The last `if` that was true.
    pub(super) last_if: Option<&'a Level>,
    /// The variables that `set` gives a value somewhere in this script.
    pub(super) declared: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct Rewritten {
    pub(super) pattern: Pattern,
    pub(super) target: Template,
    pub(super) args: Option<Template>,
    pub(super) keep_query: bool,
    pub(super) again: bool,
    pub(super) place: Place,
}

/// The answer to a condition.
pub(super) enum Answer {
    Yes,
    No,
    Either(Guard),
    Unknown(String),
}

/// How the script goes on behind a rewrite.
pub(super) enum Followed {
    On,
    Ended,
    Answered(Box<Intent>),
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl<'a> State<'a> {
    pub(super) fn assuming(mut self, guard: &Guard) -> Self {
        if let Test::Matches(pattern) = &guard.test {
            self.captures = (!guard.negated).then(|| (guard.subject.clone(), pattern.clone()));
        }
        self.guards.push(guard.clone());
        self
    }

    /// A regex whose answer was known before captures again.
    pub(super) fn recapture(&mut self, condition: &Condition) {
        if let Condition::Matches {
            variable,
            pattern,
            negated: false,
        } = condition
        {
            self.captures = Subject::of_template(&self.resolve(variable)).map(|subject| (subject, pattern.clone()));
        }
    }

    /// The variable has a value that is not followed.
    pub(super) fn forget(&mut self, name: &str) {
        let own = Template {
            parts: vec![Part::Variable(name.to_owned())],
        };
        self.variables.insert(name.to_owned(), own);
    }

    /// A template over the variables of the request, as far as the script set the others.
    pub(super) fn resolve(&self, template: &Template) -> Template {
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

    pub(super) fn ask(&self, condition: &Condition, place: Place) -> Answer {
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
    pub(super) fn matches(&self, rewrite: &Rewrite, place: Place) -> Answer {
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

    /// Follow a rewrite whose regex matches.
    pub(super) fn rewritten(&mut self, rewrite: &Rewrite, place: Place) -> Followed {
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
            return Followed::Answered(Box::new(Intent {
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
        if rewrite.end == RewriteEnd::Continue {
            Followed::On
        } else {
            Followed::Ended
        }
    }

    pub(super) fn answer(&self, status: u16, text: Option<&Template>) -> Effect {
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

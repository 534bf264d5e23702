//! Conditions whose outcome nobody sees: they set variables that nothing reads.

use std::collections::BTreeSet;

use crate::program::{Action, Level, Op};
use crate::{Condition, Part, Place, Template};

/// The `if`s of a script that may be left out. An `if` lends its settings to the location, even when it has none, so
/// where any has settings all stay; and a later `$1` may belong to the regex of any.
pub(super) fn conditions(level: &Level, outer: &[&Level]) -> BTreeSet<Place> {
    let ifs = level.script.iter().filter_map(|op| match &op.action {
        Action::If { level, .. } => Some(level),
        _ => None,
    });
    if ifs.clone().any(|inner| !inner.settings.is_empty()) || ops(&level.script).any(uses_captures) {
        return BTreeSet::new();
    }
    let mut read = BTreeSet::new();
    for setting in outer.iter().flat_map(|level| &level.settings) {
        setting
            .args
            .iter()
            .for_each(|arg| mention(&mut read, Template::parse(arg).ok().as_ref()));
    }
    // a variable is read if something that counts reads it; what counts may depend on it in turn
    loop {
        let before = read.len();
        level.script.iter().for_each(|op| counts(op, &mut read));
        if read.len() == before {
            break;
        }
    }
    let dead = level.script.iter().filter(|op| is_dead(op, &read));
    dead.map(|op| op.place).collect()
}

/// All directives of a script, also those inside conditions.
fn ops(script: &[Op]) -> impl Iterator<Item = &Op> {
    script.iter().flat_map(|op| {
        let inner: &[Op] = match &op.action {
            Action::If { level, .. } => &level.script,
            _ => &[],
        };
        std::iter::once(op).chain(inner)
    })
}

fn uses_captures(op: &Op) -> bool {
    matches!(&op.action, Action::Return(answer) if answer.text.as_ref().is_some_and(Template::has_captures))
}

fn is_dead(op: &Op, read: &BTreeSet<String>) -> bool {
    let sets_unread = |op: &Op| matches!(&op.action, Action::Set { name, .. } if !read.contains(name));
    matches!(&op.action, Action::If { level, .. } if level.script.iter().all(sets_unread))
}

/// Note what a directive reads, if it is not dead itself.
fn counts(op: &Op, read: &mut BTreeSet<String>) {
    match &op.action {
        Action::Set { name, value } if read.contains(name) => mention(read, Some(value)),
        Action::Return(answer) => mention(read, answer.text.as_ref()),
        Action::Rewrite(rewrite) => {
            mention(read, Some(&rewrite.target));
            mention(read, rewrite.args.as_ref());
        }
        Action::If { condition, level } if !is_dead(op, read) => {
            match condition {
                Condition::Truthy(variable) | Condition::Matches { variable, .. } => mention(read, Some(variable)),
                Condition::Equals { variable, value, .. } => {
                    mention(read, Some(variable));
                    mention(read, Some(value));
                }
                Condition::File { path, .. } => mention(read, Some(path)),
            }
            level.script.iter().for_each(|op| counts(op, read));
        }
        _ => {}
    }
}

fn mention(read: &mut BTreeSet<String>, template: Option<&Template>) {
    let names = template
        .iter()
        .flat_map(|template| &template.parts)
        .filter_map(|part| match part {
            Part::Variable(name) => Some(name.clone()),
            _ => None,
        });
    read.extend(names.collect::<Vec<_>>());
}

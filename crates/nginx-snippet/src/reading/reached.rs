//! Locations with a name: only what names them leads there.

use crate::Place;
use crate::program::{Action, Level};

/// Something of the server names it: `error_page`, `try_files`, or Lua.
pub(super) fn is_named(level: &Level, name: &str) -> bool {
    let names = |text: &str| text == name || text.contains(&format!("={name}"));
    let here = level
        .settings
        .iter()
        .any(|one| one.args.iter().any(|arg| names(arg)) || one.lua.contains(name));
    let script = level.script.iter().any(|op| match &op.action {
        Action::If { level, .. } => is_named(level, name),
        _ => false,
    });
    let limited = level
        .limit_except
        .as_ref()
        .is_some_and(|(_, _, level)| is_named(level, name));
    here || script || limited || level.locations.iter().any(|one| is_named(&one.level, name))
}

/// Every directive of a block.
pub(super) fn places(level: &Level) -> Vec<Place> {
    let mut all: Vec<Place> = level.settings.iter().map(|one| one.place).collect();
    for op in &level.script {
        all.push(op.place);
        if let Action::If { level, .. } = &op.action {
            all.extend(places(level));
        }
    }
    all
}

//! How nginx hands settings down: `chain` is the levels from the outermost to the innermost.

use super::{Level, Setting};

/// The directives of these names at the innermost level that has one: how lists and values are inherited.
pub(crate) fn nearest<'a>(chain: &[&'a Level], names: &[&str]) -> Vec<&'a Setting> {
    for level in chain.iter().rev() {
        let own: Vec<&Setting> = level
            .settings
            .iter()
            .filter(|one| names.contains(&one.name.as_str()))
            .collect();
        if !own.is_empty() {
            return own;
        }
    }
    Vec::new()
}

/// The directives of all levels from the outside in: how headers-more merges.
pub(crate) fn stacked<'a>(chain: &[&'a Level], names: &[&str]) -> Vec<&'a Setting> {
    let settings = chain.iter().flat_map(|level| &level.settings);
    settings.filter(|one| names.contains(&one.name.as_str())).collect()
}

use super::State;
use crate::program::Setting;

impl<'a> State<'a> {
    /// The directives of these names at the innermost level that has one: how nginx inherits lists.
    pub(super) fn nearest(&self, names: &[&str]) -> Vec<&'a Setting> {
        for level in self.chain.iter().rev() {
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

    /// The first argument of a directive that stands once, empty when it stands nowhere.
    pub(super) fn nearest_value(&self, name: &str) -> &'a str {
        self.nearest(&[name]).first().map_or("", |setting| setting.arg(0))
    }

    /// The directives of all levels from the outside in: how headers-more merges.
    pub(super) fn stacked(&self, names: &[&str]) -> Vec<&'a Setting> {
        let levels = self.chain.iter().flat_map(|level| &level.settings);
        levels.filter(|one| names.contains(&one.name.as_str())).collect()
    }

    pub(super) fn in_managed(&self) -> bool {
        self.chain.iter().any(|level| level.managed.is_some())
    }
}

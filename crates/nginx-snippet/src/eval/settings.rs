use super::State;
use crate::program::{Setting, nearest, stacked};

impl<'a> State<'a> {
    pub(super) fn nearest(&self, names: &[&str]) -> Vec<&'a Setting> {
        nearest(&self.chain, names)
    }

    /// The first argument of a directive that stands once, empty when it stands nowhere.
    pub(super) fn nearest_value(&self, name: &str) -> &'a str {
        self.nearest(&[name]).first().map_or("", |setting| setting.arg(0))
    }

    pub(super) fn stacked(&self, names: &[&str]) -> Vec<&'a Setting> {
        stacked(&self.chain, names)
    }

    /// The name of the location that ingress-nginx wrote and that the request is in.
    pub(super) fn managed_name(&self) -> Option<String> {
        self.chain.iter().find_map(|level| level.managed.clone())
    }

    pub(super) fn in_managed(&self) -> bool {
        self.chain.iter().any(|level| level.managed.is_some())
    }
}

//! What is banned where, and how hard.
use super::find;
use crate::rules::{DEFAULT_PREFIX, registry};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is done about something that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// An audit annotation.
    Audit,
    /// A warning to the user, and an audit annotation.
    Warn,
    /// The request is refused.
    #[default]
    Deny,
}

/// The ban. Every field has a default: the default policy denies everything that means ingress-nginx, everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// The mode where nothing more special is said.
    pub mode: Mode,
    /// Modes of rules: an annotation without its prefix, a feature (`cors`), or one of [`Policy::own_rules`].
    pub rules: BTreeMap<String, Mode>,
    /// Modes of namespaces; they win over those above.
    pub namespaces: BTreeMap<String, NamespacePolicy>,
    /// What means ingress-nginx.
    pub nginx: Nginx,
    /// Where it is not empty: an Ingress may name these classes only.
    pub only_classes: BTreeSet<String>,
    /// Who and what is not judged at all.
    pub exempt: Exempt,
    /// What the annotations of an exemption may do.
    pub exemptions: Exemptions,
}

/// The modes of one namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NamespacePolicy {
    /// For every rule that is not named.
    pub mode: Option<Mode>,
    /// As [`Policy::rules`].
    pub rules: BTreeMap<String, Mode>,
}

/// What means ingress-nginx.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Nginx {
    /// Names of its classes.
    pub classes: BTreeSet<String>,
    /// `spec.controller` of its IngressClasses.
    pub controllers: BTreeSet<String>,
    /// `--annotations-prefix`; the usual prefix is banned in any case.
    pub annotations_prefix: String,
    /// An Ingress without a class is served by it (`--watch-ingress-without-class`). Where its class is the cluster's default class the API
    /// server has written the name into the object before a validating webhook sees it.
    pub watch_ingress_without_class: bool,
}

impl Default for Nginx {
    fn default() -> Self {
        Nginx {
            classes: BTreeSet::from(["nginx".to_owned()]),
            controllers: BTreeSet::from(["k8s.io/ingress-nginx".to_owned()]),
            annotations_prefix: DEFAULT_PREFIX.to_owned(),
            watch_ingress_without_class: false,
        }
    }
}

/// Who and what is not judged at all. Whole names; a final `*` stands for any text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exempt {
    /// Namespaces.
    pub namespaces: BTreeSet<String>,
    /// Users: `system:serviceaccount:flux-system:kustomize-controller`.
    pub users: BTreeSet<String>,
    /// Groups of users.
    pub groups: BTreeSet<String>,
}

/// What the annotations of an exemption may do ([`REASON`](super::REASON), [`UNTIL`](super::UNTIL)).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exemptions {
    /// They count.
    pub allowed: bool,
    /// They may end at most so many days from today.
    pub max_days: u32,
    /// Where it is not empty: only these groups may write them.
    pub groups: BTreeSet<String>,
}

impl Default for Exemptions {
    fn default() -> Self {
        Exemptions {
            allowed: true,
            max_days: 90,
            groups: BTreeSet::new(),
        }
    }
}

impl Policy {
    /// Rules that are no annotation: of the class, and of names that ingress-nginx does not read.
    pub fn own_rules() -> &'static [&'static str] {
        find::OWN_RULES
    }

    /// The mode of a rule of a feature in a namespace: the nearest that is said.
    pub fn mode(&self, rule: &str, feature: &str, namespace: &str) -> Mode {
        let of = |rules: &BTreeMap<String, Mode>| rules.get(rule).or_else(|| rules.get(feature)).copied();
        let here = self.namespaces.get(namespace);
        here.and_then(|n| of(&n.rules).or(n.mode))
            .or_else(|| of(&self.rules))
            .unwrap_or_else(|| match find::at_most(rule) {
                Some(most) => self.mode.min(most),
                None => self.mode,
            })
    }

    /// What is wrong with it: names of rules that do not exist.
    pub fn problems(&self) -> Vec<String> {
        let known = |rule: &&String| {
            let annotation = registry()
                .annotation(rule)
                .is_some_and(|found| found.annotation.name == **rule);
            find::OWN_RULES.contains(&rule.as_str()) || annotation || registry().feature(rule).is_some()
        };
        let named = self.namespaces.values().flat_map(|n| n.rules.keys());
        let unknown = self.rules.keys().chain(named).filter(|rule| !known(rule));
        let say = |rule: &String| match registry().suggest(rule) {
            Some(near) => format!("there is no rule `{rule}`; did you mean `{near}`?"),
            None => format!("there is no rule `{rule}`"),
        };
        unknown.map(say).collect()
    }
}

impl Exempt {
    /// Whether a list of names has this one.
    pub(super) fn has(names: &BTreeSet<String>, name: &str) -> bool {
        names.contains(name)
            || names
                .iter()
                .any(|entry| entry.strip_suffix('*').is_some_and(|start| name.starts_with(start)))
    }
}

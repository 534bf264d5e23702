//! All rule files, ready to be asked.
use super::{Annotation, ConfigKey, Directive, Name, Rule, RuleError, Target, embedded};
use crate::finding::Fidelity;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Prefix of the annotations that ingress-nginx reads unless `--annotations-prefix` says otherwise.
pub const DEFAULT_PREFIX: &str = "nginx.ingress.kubernetes.io";

/// An annotation and the feature it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnotationRule {
    /// The facts.
    pub annotation: &'static Annotation,
    /// The feature with its page.
    pub rule: &'static Rule,
}

/// A key that ingress-nginx reads, as users write it: an annotation's name or one of its aliases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The key without prefix.
    pub key: &'static str,
    /// Whether it is an older name of the annotation.
    pub alias: bool,
    /// The annotation.
    pub rule: AnnotationRule,
}

/// An nginx directive and the feature that it means inside a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectiveRule {
    /// The facts.
    pub directive: &'static Directive,
    /// The feature with its page.
    pub rule: &'static Rule,
    /// For Ingress and for the Gateway API.
    grades: [Fidelity; 2],
}

impl DirectiveRule {
    /// How well `target` does the same: the grade of its annotation where one does what it does.
    pub fn fidelity(&self, target: Target) -> Fidelity {
        match target {
            Target::Ingress => self.grades[0],
            Target::Gateway => self.grades[1],
        }
    }
}

/// All rules, sorted by feature.
#[derive(Debug)]
pub struct Registry {
    rules: &'static [Rule],
    keys: BTreeMap<&'static str, Key>,
    configmap: BTreeMap<&'static str, &'static ConfigKey>,
    names: BTreeMap<&'static str, &'static Name>,
    /// Those that end in `*`.
    beginnings: Vec<&'static Name>,
    directives: BTreeMap<&'static str, DirectiveRule>,
    errors: Vec<RuleError>,
}

/// The rules of this version, parsed once.
///
/// An embedded file that cannot be read is left out and stands in [`Registry::errors`], which a test holds empty.
pub fn registry() -> &'static Registry {
    static FILES: LazyLock<(Vec<Rule>, Vec<RuleError>)> = LazyLock::new(|| read(embedded::FILES));
    static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::new(&FILES.0, FILES.1.clone()));
    &REGISTRY
}

fn read(files: &[(&str, &str)]) -> (Vec<Rule>, Vec<RuleError>) {
    let (mut rules, mut errors) = (Vec::new(), Vec::new());
    for (file, text) in files {
        match Rule::parse(file, text) {
            Ok(rule) if rule.feature == *file => rules.push(rule),
            Ok(rule) => errors.push(content(file, format!("the feature is called `{}`", rule.feature))),
            Err(error) => errors.push(error),
        }
    }
    rules.sort_by(|a, b| a.feature.cmp(&b.feature));
    (rules, errors)
}

fn content(file: &str, message: String) -> RuleError {
    RuleError::Content {
        file: file.to_owned(),
        message,
    }
}

impl Registry {
    fn new(rules: &'static [Rule], errors: Vec<RuleError>) -> Self {
        let mut all = Self {
            rules,
            keys: BTreeMap::new(),
            configmap: BTreeMap::new(),
            names: BTreeMap::new(),
            beginnings: Vec::new(),
            directives: BTreeMap::new(),
            errors,
        };
        for rule in rules {
            for annotation in &rule.annotations {
                all.add_annotation(AnnotationRule { annotation, rule });
            }
            for key in &rule.configmap {
                let known = all.configmap.insert(&key.name, key).is_some();
                all.complain(known, rule, &key.name);
            }
            for name in &rule.names {
                let known = all.names.insert(&name.name, name).is_some();
                all.complain(known, rule, &name.name);
                all.beginnings.extend(name.name.ends_with('*').then_some(name));
            }
        }
        for rule in rules {
            for directive in &rule.directives {
                all.add_directive(directive, rule);
            }
        }
        all
    }

    /// After the annotations, whose grades it may have.
    fn add_directive(&mut self, directive: &'static Directive, rule: &'static Rule) {
        let annotation = self.annotation(&directive.annotation).map(|known| known.annotation);
        let grades = match (annotation, directive.ingress, directive.gateway) {
            (Some(known), None, None) => [known.ingress.fidelity, known.gateway.fidelity],
            (None, Some(ingress), Some(gateway)) if directive.annotation.is_empty() => [ingress, gateway],
            _ => {
                let message = format!("`{}` needs two grades or a known annotation, not both", directive.name);
                return self.errors.push(content(&rule.feature, message));
            }
        };
        let known = DirectiveRule {
            directive,
            rule,
            grades,
        };
        for name in directive.names() {
            let twice = self.directives.insert(name, known).is_some();
            self.complain(twice, known.rule, name);
        }
    }

    fn add_annotation(&mut self, rule: AnnotationRule) {
        let aliases = rule.annotation.aliases.iter().map(|name| (name, true));
        for (name, alias) in std::iter::once((&rule.annotation.name, false)).chain(aliases) {
            let known = self.keys.insert(name, Key { key: name, alias, rule }).is_some();
            self.complain(known, rule.rule, name);
        }
    }

    fn complain(&mut self, known: bool, rule: &Rule, name: &str) {
        if known {
            self.errors
                .push(content(&rule.feature, format!("`{name}` stands in two places")));
        }
    }

    /// Embedded files that could not be read, and contradictions between files.
    pub fn errors(&self) -> &[RuleError] {
        &self.errors
    }

    /// All features, sorted by id.
    pub fn features(&self) -> &'static [Rule] {
        self.rules
    }

    /// One feature by its id.
    pub fn feature(&self, id: &str) -> Option<&'static Rule> {
        self.rules.iter().find(|rule| rule.feature == id)
    }

    /// The annotation of a key without prefix; an alias gives the annotation it stands for.
    pub fn annotation(&self, key: &str) -> Option<AnnotationRule> {
        self.keys.get(key).map(|key| key.rule)
    }

    /// All keys that ingress-nginx reads, aliases too, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values()
    }

    /// A key of the controller's ConfigMap.
    pub fn configmap_key(&self, key: &str) -> Option<&'static ConfigKey> {
        self.configmap.get(key).copied()
    }

    /// All known keys of the controller's ConfigMap, sorted.
    pub fn configmap(&self) -> impl Iterator<Item = &'static ConfigKey> + '_ {
        self.configmap.values().copied()
    }

    /// An nginx directive; all that nginx and ingress-nginx's modules have are known.
    pub fn directive(&self, name: &str) -> Option<DirectiveRule> {
        self.directives.get(name).copied()
    }

    /// The names of all known nginx directives, sorted.
    pub fn directives(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.directives.keys().copied()
    }

    /// All names that are no annotation of ingress-nginx, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static Name> + '_ {
        self.names.values().copied()
    }

    /// The entry for a name: the exact one, else the longest one that ends in `*` and fits.
    pub(super) fn name(&self, name: &str) -> Option<&'static Name> {
        let exact = self.names.get(name).copied();
        exact.or_else(|| {
            let fits = |entry: &&Name| {
                entry
                    .name
                    .strip_suffix('*')
                    .is_some_and(|start| name.starts_with(start))
            };
            let known = self.beginnings.iter().copied();
            known.filter(fits).max_by_key(|entry| entry.name.len())
        })
    }
}

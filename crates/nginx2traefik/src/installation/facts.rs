//! Static settings that somebody wrote down, by dotted key, wherever they wrote them: static configuration, Helm values, arguments.
use crate::settings_file::{Any, Entry, Node};
use crate::source::Span;
use std::collections::BTreeMap;

/// A setting.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    /// Its dotted key as written: `entryPoints.web.forwardedHeaders.insecure`.
    pub(super) key: String,
    /// Its value, with its place.
    pub(super) node: Node,
    /// The place of the key.
    pub(super) key_span: Span,
}

/// All settings, also the maps above the values. Traefik's keys know no upper and lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts(BTreeMap<String, Fact>);

impl Facts {
    /// Adds a setting and everything below it.
    pub(super) fn add(&mut self, key: &str, key_span: Span, node: &Node) {
        for entry in node.entries() {
            self.add(&format!("{key}.{}", entry.key), entry.key_span, &entry.node);
        }
        let fact = Fact {
            key: key.to_owned(),
            node: node.clone(),
            key_span,
        };
        self.0.insert(key.to_ascii_lowercase(), fact);
    }

    /// Adds an entry of a map under another key.
    pub(super) fn add_entry(&mut self, key: &str, entry: &Entry) {
        self.add(key, entry.key_span, &entry.node);
    }

    /// An argument of the command line: `--entryPoints.web.address=:80`; without `=` it is true. Other arguments are none of ours.
    pub(super) fn argument(&mut self, text: &str, span: Span) {
        let Some(argument) = text.strip_prefix("--").or_else(|| text.strip_prefix('-')) else {
            return;
        };
        let (key, value) = match argument.split_once('=') {
            Some((key, value)) => (key, Any::Text(value.to_owned())),
            None => (argument, Any::Bool(true)),
        };
        // `--entryPoints.websecure.http.tls=true` stands for the map itself, and switches on what is above it
        let above: Vec<usize> = key.match_indices('.').map(|(at, _)| at).collect();
        for at in above {
            let lower = key[..at].to_ascii_lowercase();
            self.0.entry(lower).or_insert_with(|| Fact {
                key: key[..at].to_owned(),
                node: Node {
                    value: Any::Map(Vec::new()),
                    span,
                },
                key_span: span,
            });
        }
        self.add(key, span, &Node { value, span });
    }

    /// Takes a setting and everything below it away.
    pub(super) fn remove(&mut self, key: &str) {
        let key = key.to_ascii_lowercase();
        let below = format!("{key}.");
        self.0.retain(|known, _| *known != key && !known.starts_with(&below));
    }

    /// The setting of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Fact> {
        self.0.get(&key.to_ascii_lowercase())
    }

    /// A map or a switch is there, and not off.
    pub(super) fn on(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|fact| fact.node.value != Any::Null && fact.node.bool() != Some(false))
    }

    /// A boolean; none where nobody wrote one.
    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        self.get(key)?.node.bool()
    }

    /// A text.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.node.text()
    }

    /// A list, or a text with commas.
    pub(super) fn items(&self, key: &str) -> Vec<(String, Span)> {
        self.get(key).map(|fact| fact.node.items()).unwrap_or_default()
    }

    /// All of them, by key.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.0.values()
    }

    /// Names directly below a key: `entryPoints` gives `web`, `websecure`.
    pub(super) fn below(&self, key: &str) -> Vec<String> {
        let prefix = format!("{}.", key.to_ascii_lowercase());
        let mut names: Vec<String> = Vec::new();
        for (known, fact) in &self.0 {
            if let Some(rest) = known.strip_prefix(&prefix)
                && !rest.contains('.')
            {
                names.push(fact.key[prefix.len()..].to_owned());
            }
        }
        names
    }
}

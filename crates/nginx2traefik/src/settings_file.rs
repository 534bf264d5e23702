//! A file of settings (Helm values, a static configuration, a ConfigMap): any YAML, asked by dotted keys, each value with its place.
use crate::finding::Finding;
use crate::source::{SourceId, Span};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use spanned_yaml::Spanned;
use std::fmt;

/// Any value.
#[derive(Debug, Clone, PartialEq)]
pub enum Any {
    /// Nothing, `null`, `~`.
    Null,
    /// `true`, also `on` and `yes`.
    Bool(bool),
    /// A number, as it would be written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Entries in the order of the text.
    Map(Vec<Entry>),
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Any,
    /// Its place.
    pub span: Span,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// Reads all documents of a text; empty ones are left out.
pub fn read(source: SourceId, text: &str) -> (Vec<Node>, Vec<Finding>) {
    let (mut nodes, mut findings) = (Vec::new(), Vec::new());
    let parsed = spanned_yaml::parse(text);
    for error in parsed.errors {
        findings.push(Finding::error(
            "invalid-yaml",
            Span::new(source, error.span),
            error.message,
        ));
    }
    for document in &parsed.documents {
        match spanned_yaml::from_document::<Spanned<Raw>>(document) {
            Ok(root) if root.value == Raw::Null => {}
            Ok(root) => nodes.push(placed(source, root)),
            Err(error) => findings.push(Finding::error(
                "invalid-yaml",
                Span::new(source, error.span),
                error.message,
            )),
        }
    }
    (nodes, findings)
}

impl Node {
    /// The value at a dotted path. Upper and lower case are the same, as they are to Traefik.
    pub fn get(&self, path: &str) -> Option<&Node> {
        path.split('.')
            .try_fold(self, |node, key| node.entry(key).map(|entry| &entry.node))
    }

    /// The entry of this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(key))
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Any::Map(entries) => entries,
            _ => &[],
        }
    }

    /// A scalar as text: what is written, `true` and `false` for booleans.
    pub fn text(&self) -> Option<String> {
        match &self.value {
            Any::Text(text) | Any::Number(text) => Some(text.clone()),
            Any::Bool(on) => Some(on.to_string()),
            Any::Null | Any::List(_) | Any::Map(_) => None,
        }
    }

    /// A boolean, also as text.
    pub fn bool(&self) -> Option<bool> {
        match &self.value {
            Any::Bool(on) => Some(*on),
            Any::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The items of a list, or of a text with commas, each with its place.
    pub fn items(&self) -> Vec<(String, Span)> {
        match &self.value {
            Any::List(items) => items.iter().filter_map(|i| Some((i.text()?, i.span))).collect(),
            Any::Text(text) => text
                .split(',')
                .map(|item| (item.trim().to_owned(), self.span))
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn placed(source: SourceId, raw: Spanned<Raw>) -> Node {
    let span = Span::new(source, raw.place());
    let value = match raw.value {
        Raw::Null => Any::Null,
        Raw::Bool(on) => Any::Bool(on),
        Raw::Number(text) => Any::Number(text),
        Raw::Text(text) => Any::Text(text),
        Raw::List(items) => Any::List(items.into_iter().map(|item| placed(source, item)).collect()),
        Raw::Map(entries) => Any::Map(
            entries
                .into_iter()
                .map(|(key, node)| Entry {
                    key_span: Span::new(source, key.place()),
                    key: key.value,
                    node: placed(source, node),
                })
                .collect(),
        ),
    };
    Node { value, span }
}

/// As the parser gives it: places are bytes, the text is not named yet.
#[derive(Debug, Clone, PartialEq)]
enum Raw {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, on: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(on))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Raw, E> {
        Ok(Raw::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::source::Sources;

    #[test]
    fn dotted_keys_find_values_and_places() {
        let mut sources = Sources::default();
        let text = "ports:\n  web: {exposedPort: 80, expose: on}\n  list: [a, b]\nnone:\n";
        let id = sources.add("values.yaml", text);
        let (nodes, findings) = read(id, text);
        assert!(findings.is_empty());
        let port = nodes[0].get("ports.WEB.exposedport").unwrap();
        assert_eq!((port.text().unwrap().as_str(), sources.text(&port.span)), ("80", "80"));
        assert_eq!(nodes[0].get("ports.web.expose").unwrap().bool(), Some(true));
        assert_eq!(nodes[0].get("ports.list").unwrap().items()[1].0, "b");
        assert!(nodes[0].get("none").unwrap().text().is_none());
        assert!(nodes[0].get("ports.websecure.tls").is_none());
    }

    #[test]
    fn a_broken_file_is_a_finding_at_its_place() {
        let mut sources = Sources::default();
        let text = "a: 1\nb: [2\n";
        let id = sources.add("values.yaml", text);
        let (_, findings) = read(id, text);
        assert_eq!(findings.len(), 1);
        assert!(sources.position(&findings[0].primary.span).line >= 2);
    }
}

//! New values as YAML text, in the manner of the place where they go.

use super::slots::column;
use crate::node::{Document, Kind, Node, ScalarStyle};
use crate::quote::{double, literal, quote, quote_as};
use serde_json::Value;

/// How the document is written.
pub(crate) struct Manner {
    pub(crate) eol: &'static str,
    /// Columns per level of nesting.
    pub(crate) step: usize,
    /// JSON: every text in double quotes.
    pub(crate) json: bool,
}

impl Manner {
    pub(crate) fn of(document: &Document<'_>) -> Self {
        let text = document.source;
        let own = &text[document.span.clone()];
        let newline = own
            .find('\n')
            .map(|at| (own, at))
            .or_else(|| text.find('\n').map(|at| (text, at)));
        let crlf = newline.is_some_and(|(text, at)| text[..at].ends_with('\r'));
        let root = document.root.as_ref();
        Manner {
            eol: if crlf { "\r\n" } else { "\n" },
            step: root.and_then(|root| step(text, root)).unwrap_or(2),
            json: root.is_some_and(is_json),
        }
    }

    /// Several entries, each as text, as the content of a block mapping at `column`.
    pub(crate) fn join(&self, entries: &[String], column: usize) -> String {
        entries.join(&format!("{}{}", self.eol, " ".repeat(column)))
    }

    /// A mapping's entry, or a list's item when `key` is `None`, in block style at `column`. The first line is not
    /// indented, the last one not ended.
    pub(crate) fn entry(&self, key: Option<&str>, value: &Value, column: usize) -> String {
        let sign = key.map_or("-".to_owned(), |key| format!("{}:", quote(key)));
        format!("{sign}{}", self.behind_sign(key.is_some(), value, column))
    }

    /// What follows the colon, or the dash, of an entry at `column`.
    pub(crate) fn behind_sign(&self, keyed: bool, value: &Value, column: usize) -> String {
        let inner = if keyed { column + self.step } else { column + 2 };
        let nested = |entries: Vec<String>| {
            let gap = if keyed {
                format!("{}{}", self.eol, " ".repeat(inner))
            } else {
                " ".to_owned()
            };
            format!("{gap}{}", self.join(&entries, inner))
        };
        match value {
            Value::Object(map) if !map.is_empty() => nested(
                map.iter()
                    .map(|(key, value)| self.entry(Some(key), value, inner))
                    .collect(),
            ),
            Value::Array(items) if !items.is_empty() => {
                nested(items.iter().map(|item| self.entry(None, item, inner)).collect())
            }
            Value::String(text) => {
                format!(" {}", literal(text, inner, self.eol).unwrap_or_else(|| quote(text)))
            }
            other => format!(" {other}"),
        }
    }
}

/// A value on one line, in brackets if it is a collection.
pub(crate) fn flow(value: &Value, json: bool) -> String {
    match value {
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| flow_entry(Some(key), value, json))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, json)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) if json => double(text),
        Value::String(text) => quote_as(text, ScalarStyle::Plain, true),
        other => other.to_string(),
    }
}

/// An entry of a mapping, or an item of a list when `key` is `None`, within brackets.
pub(crate) fn flow_entry(key: Option<&str>, value: &Value, json: bool) -> String {
    match key {
        Some(key) if json => format!("{}: {}", double(key), flow(value, json)),
        Some(key) => format!("{}: {}", quote_as(key, ScalarStyle::Plain, true), flow(value, json)),
        None => flow(value, json),
    }
}

/// True for a mapping in braces whose first key is in double quotes.
pub(crate) fn is_json(node: &Node<'_>) -> bool {
    let Kind::Mapping { entries, .. } = &node.kind else {
        return false;
    };
    let quoted = |key: &Node<'_>| {
        matches!(
            key.kind,
            Kind::Scalar {
                style: ScalarStyle::DoubleQuoted,
                ..
            }
        )
    };
    node.kind.is_flow() && entries.first().is_some_and(|(key, _)| quoted(key))
}

/// Columns between the first block mapping that holds another one and its content.
fn step(text: &str, node: &Node<'_>) -> Option<usize> {
    let Kind::Mapping { entries, .. } = &node.kind else {
        return None;
    };
    entries
        .iter()
        .filter(|_| !node.kind.is_flow())
        .find_map(|(key, value)| {
            let Kind::Mapping { entries: inner, .. } = &value.kind else {
                return None;
            };
            let (first, _) = inner.first().filter(|_| !value.kind.is_flow())?;
            column(text, first.span.start)
                .checked_sub(column(text, key.span.start))
                .filter(|step| *step > 0)
        })
}

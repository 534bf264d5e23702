//! Documents as JSON values, by the rules of sigs.k8s.io/yaml `YAMLToJSON`.

use crate::alias::{Anchors, Place, ValueError};
use crate::entries::{entries, key_name, scalar_value};
use crate::node::{Document, Kind, Node};
use crate::parse::MAX_DEPTH;
use crate::resolve::Resolved;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// A key that is written twice in one mapping; kubectl silently takes the last one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The key as kubectl reads it.
    pub key: String,
    /// The earlier key, whose value is lost.
    pub first: Range<usize>,
    /// The later key.
    pub second: Range<usize>,
}

/// The document's value as kubectl would send it; `null` for a document without content.
pub fn to_json(document: &Document<'_>) -> Result<Value, ValueError> {
    let anchors = Anchors::new(document, MAX_DEPTH);
    document
        .root
        .as_ref()
        .map_or(Ok(Value::Null), |root| value(&anchors, anchors.root(root)))
}

/// The value of one node.
pub(crate) fn value<'a, 's>(anchors: &Anchors<'a, 's>, place: Place<'a, 's>) -> Result<Value, ValueError> {
    let place = anchors.resolve(place)?;
    if let Some(scalar) = scalar_value(place.node) {
        return scalar.and_then(|resolved| scalar_json(resolved, place.node));
    }
    match &place.node.kind {
        Kind::Sequence { items, .. } => items
            .iter()
            .map(|item| value(anchors, place.child(item)))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        _ => {
            let mut map = Map::new();
            for item in entries(anchors, &place)? {
                map.insert(item.name.into_owned(), value(anchors, item.value)?);
            }
            Ok(Value::Object(map))
        }
    }
}

fn scalar_json(resolved: Resolved<'_>, node: &Node<'_>) -> Result<Value, ValueError> {
    Ok(match resolved {
        Resolved::Null => Value::Null,
        Resolved::Bool(value) => Value::Bool(value),
        Resolved::Int(value) => value.into(),
        Resolved::Uint(value) => value.into(),
        Resolved::Float(value) => match whole(value) {
            Some(whole) => whole.into(),
            None => Number::from_f64(value)
                .map(Value::Number)
                .ok_or_else(|| not_json(node))?,
        },
        Resolved::Text(text) => Value::String(text.into_owned()),
    })
}

/// The integer that Go's JSON would write for a float without a fraction, which is then read as an integer.
pub(crate) fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // the bound keeps the conversion exact
    #[expect(clippy::cast_possible_truncation)]
    (value.fract() == 0.0 && value.abs() < EXACT).then_some(value as i64)
}

pub(crate) fn not_json(node: &Node<'_>) -> ValueError {
    ValueError::new("infinity and not-a-number cannot be JSON values", node.span.clone())
}

/// The keys that are written more than once in the same mapping, in source order. Overriding a key that comes from a
/// merge (`<<`) is not a duplicate.
pub fn duplicate_keys(document: &Document<'_>) -> Vec<DuplicateKey> {
    let mut found = Vec::new();
    if let Some(root) = &document.root {
        find_duplicates(root, &mut found);
    }
    found
}

fn find_duplicates(node: &Node<'_>, found: &mut Vec<DuplicateKey>) {
    match &node.kind {
        Kind::Sequence { items, .. } => items.iter().for_each(|item| find_duplicates(item, found)),
        Kind::Mapping { entries, .. } => {
            let mut seen = BTreeMap::new();
            for (key, value) in entries {
                if let (false, Ok(name)) = (key.is_merge_key(), key_name(key)) {
                    let second = key.span.clone();
                    if let Some(first) = seen.insert(name.clone(), second.clone()) {
                        found.push(DuplicateKey {
                            key: name.into_owned(),
                            first,
                            second,
                        });
                    }
                }
                find_duplicates(value, found);
            }
        }
        Kind::Scalar { .. } | Kind::Alias(_) => {}
    }
}

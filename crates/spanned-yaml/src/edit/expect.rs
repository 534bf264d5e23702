//! What a document must mean after the planned changes, worked out on values and not on text.

use super::editor::{Plan, is_null};
use crate::alias::{Anchors, ValueError};
use crate::entries::key_name;
use crate::json::{to_json, value};
use crate::node::{Document, Kind, Node};
use crate::parse::MAX_DEPTH;
use serde_json::{Map, Value};

/// The planned value of the whole document.
pub(crate) fn planned(document: &Document<'_>, plan: &Plan) -> Result<Value, ValueError> {
    let Some(root) = &document.root else {
        return to_json(document);
    };
    let anchors = Anchors::new(document, MAX_DEPTH);
    Ok(node_value(&anchors, root, plan)?.unwrap_or_else(|| empty(root)))
}

/// What is left of a collection that lost everything but must stay.
fn empty(node: &Node<'_>) -> Value {
    if matches!(node.kind, Kind::Sequence { .. }) {
        Value::Array(Vec::new())
    } else {
        Value::Object(Map::new())
    }
}

/// The planned value of `node`; `None` when it became empty and goes with its last entry.
fn node_value<'a, 's>(anchors: &Anchors<'a, 's>, node: &'a Node<'s>, plan: &Plan) -> Result<Option<Value>, ValueError> {
    if let Some(value) = &plan.replaced {
        return Ok(Some(value.clone()));
    }
    match &node.kind {
        Kind::Sequence { items, .. } => list_value(anchors, items, plan),
        Kind::Mapping { entries, .. } => map_value(anchors, node, entries, plan),
        _ if is_null(node) && !plan.inserts.is_empty() => {
            let mut map = Map::new();
            insert(&mut map, plan);
            Ok(Some(Value::Object(map)))
        }
        _ => value(anchors, anchors.root(node)).map(Some),
    }
}

fn list_value<'a, 's>(
    anchors: &Anchors<'a, 's>,
    items: &'a [Node<'s>],
    plan: &Plan,
) -> Result<Option<Value>, ValueError> {
    let mut values = Vec::new();
    let mut removed = false;
    for (at, item) in items.iter().enumerate() {
        match plan.children.get(&at) {
            Some(child) if child.removed => removed = true,
            Some(child) => values.push(node_value(anchors, item, child)?.unwrap_or_else(|| empty(item))),
            None => values.push(value(anchors, anchors.root(item))?),
        }
    }
    values.extend(plan.inserts.iter().map(|(_, value)| value.clone()));
    Ok((!removed || !values.is_empty()).then_some(Value::Array(values)))
}

fn map_value<'a, 's>(
    anchors: &Anchors<'a, 's>,
    node: &'a Node<'s>,
    entries: &'a [(Node<'s>, Node<'s>)],
    plan: &Plan,
) -> Result<Option<Value>, ValueError> {
    let Value::Object(mut map) = value(anchors, anchors.root(node))? else {
        return Ok(None);
    };
    let mut removed = false;
    for (at, child) in &plan.children {
        let Some((key, value)) = entries.get(*at) else { continue };
        let name = key_name(key)?.into_owned();
        let value = if child.removed {
            None
        } else {
            node_value(anchors, value, child)?
        };
        let name_now = child.renamed.clone().unwrap_or_else(|| name.clone());
        map.remove(&name);
        match value {
            Some(value) => drop(map.insert(name_now, value)),
            None => removed = true,
        }
    }
    insert(&mut map, plan);
    Ok((!removed || !map.is_empty()).then_some(Value::Object(map)))
}

fn insert(map: &mut Map<String, Value>, plan: &Plan) {
    for (key, value) in &plan.inserts {
        map.insert(key.clone().unwrap_or_default(), value.clone());
    }
}

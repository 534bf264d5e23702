//! The entries of a mapping as go-yaml sees them: keys as text, `<<` merged, the last of several equal keys.

use crate::alias::{Anchors, Place, ValueError};
use crate::node::{Kind, Node, ScalarStyle};
use crate::resolve::{Resolved, resolve_tagged};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// An entry of a mapping after merging.
#[derive(Debug)]
pub(crate) struct Item<'a, 's> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) key: Place<'a, 's>,
    pub(crate) value: Place<'a, 's>,
}

/// What the scalar at `node` means; `None` for a collection or an alias.
pub(crate) fn scalar_value<'a>(node: &'a Node<'_>) -> Option<Result<Resolved<'a>, ValueError>> {
    let Kind::Scalar { text, style } = &node.kind else {
        return None;
    };
    let tag = node.tag().map(|tag| tag.name.as_str());
    let value = resolve_tagged(text, *style == ScalarStyle::Plain, tag);
    Some(value.map_err(|message| ValueError::new(message, node.span.clone())))
}

/// The entries of the mapping at `place`; empty when it is no mapping.
pub(crate) fn entries<'a, 's>(
    anchors: &Anchors<'a, 's>,
    place: &Place<'a, 's>,
) -> Result<Vec<Item<'a, 's>>, ValueError> {
    let mut items = Vec::new();
    add_entries(anchors, place, &mut items)?;
    drop_overridden(&mut items);
    Ok(items)
}

fn add_entries<'a, 's>(
    anchors: &Anchors<'a, 's>,
    place: &Place<'a, 's>,
    items: &mut Vec<Item<'a, 's>>,
) -> Result<(), ValueError> {
    let Kind::Mapping { entries, .. } = &place.node.kind else {
        return Ok(());
    };
    items.reserve(entries.len());
    for (key, value) in entries {
        if key.is_merge_key() {
            merge(anchors, place.child(value), items, true)?;
            continue;
        }
        let key = anchors.resolve(place.child(key))?;
        let name = key_name(key.node)?;
        items.push(Item {
            name,
            key,
            value: place.child(value),
        });
    }
    Ok(())
}

/// go-yaml v2 writes merged entries into the map where `<<` stands: they override keys before it and are overridden by
/// keys after it; in a list of mappings the first one wins (decode.go `merge`).
fn merge<'a, 's>(
    anchors: &Anchors<'a, 's>,
    place: Place<'a, 's>,
    items: &mut Vec<Item<'a, 's>>,
    list_allowed: bool,
) -> Result<(), ValueError> {
    let span = place.node.span.clone();
    let was_alias = matches!(place.node.kind, Kind::Alias(_));
    let place = anchors.resolve(place)?;
    match &place.node.kind {
        Kind::Mapping { .. } => add_entries(anchors, &place, items),
        Kind::Sequence { items: mappings, .. } if list_allowed && !was_alias => {
            for mapping in mappings.iter().rev() {
                merge(anchors, place.child(mapping), items, false)?;
            }
            Ok(())
        }
        _ => Err(ValueError::new(
            "map merge requires map or sequence of maps as the value",
            span,
        )),
    }
}

/// Removes every entry that a later one of the same name overrides.
fn drop_overridden(items: &mut Vec<Item<'_, '_>>) {
    let keep: Vec<bool> = if items.len() <= 16 {
        (0..items.len())
            .map(|at| items[at + 1..].iter().all(|later| later.name != items[at].name))
            .collect()
    } else {
        let mut seen = BTreeSet::new();
        let mut keep: Vec<bool> = items.iter().rev().map(|item| seen.insert(item.name.as_ref())).collect();
        keep.reverse();
        keep
    };
    if keep.contains(&false) {
        let mut keep = keep.into_iter();
        items.retain(|_| keep.next().unwrap_or(true));
    }
}

/// A key as JSON text (sigs.k8s.io/yaml `convertToJSONableObject`): booleans and numbers become text, anything else is
/// refused.
pub(crate) fn key_name<'a>(key: &'a Node<'_>) -> Result<Cow<'a, str>, ValueError> {
    let refused = || {
        ValueError::new(
            "invalid map key: only text, numbers and booleans can be keys",
            key.span.clone(),
        )
    };
    match scalar_value(key).ok_or_else(refused)?? {
        Resolved::Text(text) => Ok(text),
        Resolved::Bool(value) => Ok(Cow::Owned(value.to_string())),
        Resolved::Int(value) => Ok(Cow::Owned(value.to_string())),
        Resolved::Float(value) => Ok(Cow::Owned(float_key(value))),
        Resolved::Uint(_) | Resolved::Null => Err(refused()),
    }
}

/// Go's `strconv.FormatFloat(value, 'g', -1, 32)`, with YAML's words for what is not finite.
fn float_key(value: f64) -> String {
    // sigs.k8s.io/yaml formats keys in single precision
    #[expect(clippy::cast_possible_truncation)]
    let single = value as f32;
    if single.is_nan() {
        return ".nan".to_owned();
    }
    if single.is_infinite() {
        return if single > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{single:e}");
    let exponent = scientific
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse::<i32>().ok())
        .unwrap_or(0);
    // ftoa.go: the shortest form turns scientific from 1e6 on
    if !(-4..6).contains(&exponent) {
        let (mantissa, _) = scientific.split_once('e').unwrap_or((&scientific, ""));
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    format!("{single}")
}

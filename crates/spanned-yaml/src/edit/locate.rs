//! From a path of keys to the places in a document, and whether a change there would reach further.

use super::EditError;
use crate::entries::key_name;
use crate::node::{Document, Kind, Node};
use crate::parse::MAX_DEPTH;
use std::collections::BTreeSet;
use std::ops::Range;

/// A path as text for messages.
pub(crate) fn show(path: &[&str]) -> String {
    path.join(".")
}

/// How far a path leads.
pub(crate) enum Found {
    /// All the way: the position of the child at each level.
    Whole(Vec<usize>),
    /// Up to a node that lacks the next key.
    Missing {
        /// The positions so far.
        positions: Vec<usize>,
        /// How many steps of the path they stand for.
        depth: usize,
    },
}

/// What is known about a document's anchors.
pub(crate) struct Shares {
    used: BTreeSet<usize>,
    aliases: Vec<(usize, usize)>,
    allow: bool,
}

impl Shares {
    pub(crate) fn new(document: &Document<'_>, allow: bool) -> Self {
        let mut aliases = Vec::new();
        if let (true, Some(root)) = (document.has_aliases, &document.root) {
            collect_aliases(root, &mut aliases);
        }
        Shares {
            used: aliases.iter().map(|(id, _)| *id).collect(),
            aliases,
            allow,
        }
    }

    /// Refuses a change at or below a node whose anchor is used.
    fn check(&self, node: &Node<'_>, path: &[&str]) -> Result<(), EditError> {
        match node.anchor() {
            Some(anchor) if !self.allow && self.used.contains(&anchor.id) => Err(EditError::Shared {
                path: show(path),
                span: anchor.span.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The node that an alias stands for, if changing it is allowed.
    fn follow<'a, 's>(
        &self,
        document: &'a Document<'s>,
        node: &'a Node<'s>,
        id: usize,
        path: &[&str],
    ) -> Result<&'a Node<'s>, EditError> {
        let target = document
            .root
            .as_ref()
            .filter(|_| self.allow)
            .and_then(|root| anchored(root, id, &mut Vec::new()));
        target.ok_or_else(|| EditError::Shared {
            path: show(path),
            span: node.span.clone(),
        })
    }

    /// Refuses to remove an anchor that is used outside of `range`.
    pub(crate) fn check_removal(&self, node: &Node<'_>, range: &Range<usize>, path: &[&str]) -> Result<(), EditError> {
        if let Some(anchor) = node.anchor()
            && self
                .aliases
                .iter()
                .any(|(id, at)| *id == anchor.id && !range.contains(at))
        {
            return Err(EditError::AnchorInUse {
                path: show(path),
                span: anchor.span.clone(),
            });
        }
        match &node.kind {
            Kind::Sequence { items, .. } => items.iter().try_for_each(|item| self.check_removal(item, range, path)),
            Kind::Mapping { entries, .. } => entries.iter().try_for_each(|(key, value)| {
                self.check_removal(key, range, path)?;
                self.check_removal(value, range, path)
            }),
            Kind::Scalar { .. } | Kind::Alias(_) => Ok(()),
        }
    }
}

fn collect_aliases(node: &Node<'_>, aliases: &mut Vec<(usize, usize)>) {
    match &node.kind {
        Kind::Alias(id) => aliases.push((*id, node.span.start)),
        Kind::Sequence { items, .. } => items.iter().for_each(|item| collect_aliases(item, aliases)),
        Kind::Mapping { entries, .. } => entries.iter().for_each(|(key, value)| {
            collect_aliases(key, aliases);
            collect_aliases(value, aliases);
        }),
        Kind::Scalar { .. } => {}
    }
}

/// Follows `path` from the root of `document`.
pub(crate) fn locate(document: &Document<'_>, path: &[&str], shares: &Shares) -> Result<Found, EditError> {
    let mut positions = Vec::new();
    let Some(mut node) = document.root.as_ref() else {
        return Ok(Found::Missing { positions, depth: 0 });
    };
    for (depth, step) in path.iter().enumerate() {
        shares.check(node, &path[..depth])?;
        if let Kind::Alias(id) = node.kind {
            node = shares.follow(document, node, id, &path[..depth])?;
            positions = position_of(document, id);
        }
        let Some((at, value)) = child(node, step) else {
            merged(document, node, step, &path[..=depth])?;
            return Ok(Found::Missing { positions, depth });
        };
        positions.push(at);
        node = value;
    }
    shares.check(node, path)?;
    Ok(Found::Whole(positions))
}

fn position_of(document: &Document<'_>, id: usize) -> Vec<usize> {
    let mut positions = Vec::new();
    if let Some(root) = &document.root {
        anchored(root, id, &mut positions);
    }
    positions
}

/// The node with anchor `id`, and the way to it.
fn anchored<'a, 's>(node: &'a Node<'s>, id: usize, positions: &mut Vec<usize>) -> Option<&'a Node<'s>> {
    if node.anchor().is_some_and(|anchor| anchor.id == id) {
        return Some(node);
    }
    let children: Vec<&Node<'s>> = match &node.kind {
        Kind::Sequence { items, .. } => items.iter().collect(),
        Kind::Mapping { entries, .. } => entries.iter().map(|(_, value)| value).collect(),
        Kind::Scalar { .. } | Kind::Alias(_) => Vec::new(),
    };
    for (at, child) in children.into_iter().enumerate() {
        positions.push(at);
        if let Some(found) = anchored(child, id, positions) {
            return Some(found);
        }
        positions.pop();
    }
    None
}

/// The last child called `step`, and its position.
fn child<'a, 's>(node: &'a Node<'s>, step: &str) -> Option<(usize, &'a Node<'s>)> {
    match &node.kind {
        Kind::Sequence { items, .. } => {
            let at = step.parse().ok()?;
            items.get(at).map(|item| (at, item))
        }
        Kind::Mapping { entries, .. } => {
            let at = entries.iter().rposition(|(key, _)| is_called(key, step))?;
            entries.get(at).map(|(_, value)| (at, value))
        }
        Kind::Scalar { .. } | Kind::Alias(_) => None,
    }
}

/// True for a key that kubectl reads as `name`.
pub(crate) fn is_called(key: &Node<'_>, name: &str) -> bool {
    !key.is_merge_key() && key_name(key).is_ok_and(|key| key == name)
}

/// A key that only a merge brings in is written elsewhere.
fn merged(document: &Document<'_>, node: &Node<'_>, step: &str, path: &[&str]) -> Result<(), EditError> {
    let Kind::Mapping { entries, .. } = &node.kind else {
        return Ok(());
    };
    let Some((key, _)) = entries.iter().find(|(key, _)| key.is_merge_key()) else {
        return Ok(());
    };
    let anchors = crate::alias::Anchors::new(document, MAX_DEPTH);
    let items = crate::entries::entries(&anchors, &anchors.root(node)).unwrap_or_default();
    if items.iter().any(|item| item.name == step) {
        return Err(EditError::Shared {
            path: show(path),
            span: key.span.clone(),
        });
    }
    Ok(())
}

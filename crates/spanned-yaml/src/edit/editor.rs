//! Planning changes of one document.

use super::emit::emit;
use super::expect::planned;
use super::locate::{Found, Shares, is_called, locate, show};
use super::slots::slots;
use super::{Edit, EditError, apply};
use crate::guard::{Change, Expectation};
use crate::node::{Document, Kind, Node};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What happens to a node and below it. Children are numbered as they stand in the text.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) children: BTreeMap<usize, Plan>,
    pub(crate) removed: bool,
    pub(crate) renamed: Option<String>,
    pub(crate) replaced: Option<Value>,
    /// New entries of a mapping (or, without a key, items of a list) in order.
    pub(crate) inserts: Vec<(Option<String>, Value)>,
}

/// Plans changes of one document: all against the text as it is, in any order and number. Paths are mapping keys as
/// kubectl reads them, and positions in lists.
pub struct Editor<'d, 's> {
    document: &'d Document<'s>,
    shares: Shares,
    allow_shared: bool,
    plan: Plan,
}

impl<'d, 's> Editor<'d, 's> {
    /// An editor that refuses changes of values that are used in several places.
    pub fn new(document: &'d Document<'s>) -> Self {
        Editor {
            document,
            shares: Shares::new(document, false),
            allow_shared: false,
            plan: Plan::default(),
        }
    }

    /// Lets changes reach a value that an alias or an anchor shares; every use of it changes.
    pub fn allow_shared(mut self) -> Self {
        self.shares = Shares::new(self.document, true);
        self.allow_shared = true;
        self
    }

    /// Replaces a scalar by text. Its quoting stays where it can say the new text; a block scalar is replaced whole.
    pub fn set(&mut self, path: &[&str], value: &str) -> Result<&mut Self, EditError> {
        let node = self.find(path)?.1;
        if matches!(node.kind, Kind::Sequence { .. } | Kind::Mapping { .. }) {
            return Err(EditError::WrongKind {
                path: show(path),
                expected: "a scalar",
            });
        }
        self.set_value(path, &Value::String(value.to_owned()))
    }

    /// Replaces any value by any value.
    pub fn set_value(&mut self, path: &[&str], value: &Value) -> Result<&mut Self, EditError> {
        let (positions, node) = self.find(path)?;
        self.shares.check_removal(node, &node.full_span(), path)?;
        let plan = self.plan_at(&positions);
        if plan.removed || plan.replaced.as_ref().is_some_and(|planned| planned != value) || !plan.is_leaf() {
            return Err(EditError::Conflict { path: show(path) });
        }
        plan.replaced = Some(value.clone());
        Ok(self)
    }

    /// Gives the entry at `path` another key.
    pub fn rename(&mut self, path: &[&str], key: &str) -> Result<&mut Self, EditError> {
        let (positions, _) = self.find(path)?;
        let mut sibling = path.to_vec();
        if let Some(last) = sibling.last_mut() {
            *last = key;
        }
        if let Ok(Found::Whole(_)) = locate(self.document, &sibling, &self.shares) {
            return Err(EditError::Exists { path: show(&sibling) });
        }
        let plan = self.plan_at(&positions);
        if plan.removed || plan.renamed.as_ref().is_some_and(|planned| planned != key) {
            return Err(EditError::Conflict { path: show(path) });
        }
        plan.renamed = Some(key.to_owned());
        Ok(self)
    }

    /// Removes the entry or item at `path`, with every duplicate of its key. A collection that becomes empty by this is
    /// removed as well, up to the document itself or an item of a list, which become `{}` or `[]`.
    pub fn remove(&mut self, path: &[&str]) -> Result<&mut Self, EditError> {
        let (positions, _) = self.find(path)?;
        let Some((last, parent)) = positions.split_last() else {
            return Err(EditError::WrongKind {
                path: show(path),
                expected: "within a collection",
            });
        };
        let holder = self
            .node_at(parent)
            .ok_or_else(|| EditError::NotFound { path: show(path) })?;
        let (document, name) = (self.document, path.last().copied().unwrap_or_default());
        for (at, slot) in slots(document.source, holder).into_iter().enumerate() {
            if at != *last && !slot.key.is_some_and(|key| is_called(key, name)) {
                continue;
            }
            self.shares.check_removal(slot.value, &slot.range, path)?;
            if let Some(key) = slot.key {
                self.shares.check_removal(key, &slot.range, path)?;
            }
            let plan = self.plan_at(&[parent, &[at]].concat());
            if plan.replaced.is_some() || plan.renamed.is_some() || !plan.is_leaf() {
                return Err(EditError::Conflict { path: show(path) });
            }
            plan.removed = true;
        }
        Ok(self)
    }

    /// Adds an entry with a text at the end of the mapping at `map_path`; the mapping is made where it is missing.
    pub fn insert(&mut self, map_path: &[&str], key: &str, value: &str) -> Result<&mut Self, EditError> {
        self.insert_value(map_path, key, &Value::String(value.to_owned()))
    }

    /// Adds an entry with any value, see [`Editor::insert`].
    pub fn insert_value(&mut self, map_path: &[&str], key: &str, value: &Value) -> Result<&mut Self, EditError> {
        let path = [map_path, &[key]].concat();
        let (positions, depth) = match locate(self.document, &path, &self.shares)? {
            Found::Missing { positions, depth } => (positions, depth),
            Found::Whole(mut positions) if self.plan_at(&positions).removed => {
                positions.pop();
                (positions, map_path.len())
            }
            Found::Whole(_) => return Err(EditError::Exists { path: show(&path) }),
        };
        let node = self.node_at(&positions);
        if !node.is_some_and(|node| matches!(node.kind, Kind::Mapping { .. }) || is_null(node)) {
            return Err(EditError::WrongKind {
                path: show(&path[..depth]),
                expected: "a mapping",
            });
        }
        let plan = self.plan_at(&positions);
        if plan.removed || plan.replaced.is_some() {
            return Err(EditError::Conflict { path: show(map_path) });
        }
        add(&mut plan.inserts, &path[depth..], value).ok_or_else(|| EditError::Exists { path: show(&path) })?;
        Ok(self)
    }

    /// Sets the entry if it exists, else inserts it.
    pub fn put(&mut self, map_path: &[&str], key: &str, value: &str) -> Result<&mut Self, EditError> {
        let path = [map_path, &[key]].concat();
        match locate(self.document, &path, &self.shares)? {
            Found::Whole(_) => self.set(&path, value),
            Found::Missing { .. } => self.insert(map_path, key, value),
        }
    }

    /// Adds an item at the end of the list at `path`.
    pub fn append(&mut self, path: &[&str], value: &Value) -> Result<&mut Self, EditError> {
        let (positions, node) = self.find(path)?;
        if !matches!(node.kind, Kind::Sequence { .. }) {
            return Err(EditError::WrongKind {
                path: show(path),
                expected: "a list",
            });
        }
        let plan = self.plan_at(&positions);
        if plan.removed || plan.replaced.is_some() {
            return Err(EditError::Conflict { path: show(path) });
        }
        plan.inserts.push((None, value.clone()));
        Ok(self)
    }

    /// The edits for all changes, against the original text and disjoint. They are tried out first: an error means that
    /// the text is written in a way that the editor cannot change without changing more.
    pub fn edits(&self) -> Result<Vec<Edit>, EditError> {
        self.plan().map(|(edits, _)| edits)
    }

    /// The edits, and what the document must mean after them, for [`crate::guard`].
    pub fn plan(&self) -> Result<(Vec<Edit>, Expectation), EditError> {
        let refused = |reason: String| EditError::Unsafe { reason };
        let edits = emit(self.document, &self.plan)?;
        let span = self.document.span.clone();
        let local = edits.iter().map(|edit| {
            let range = edit.range.start.saturating_sub(span.start)..edit.range.end.saturating_sub(span.start);
            Edit {
                range,
                text: edit.text.clone(),
            }
        });
        let text =
            apply(&self.document.source[span.clone()], local.collect()).map_err(|error| refused(error.to_string()))?;
        let value = only_value(&text).map_err(refused)?;
        let wanted = planned(self.document, &self.plan).map_err(|error| refused(error.message))?;
        if value != wanted && !self.allow_shared {
            return Err(refused("a value would not be the planned one".to_owned()));
        }
        Ok((
            edits,
            Expectation {
                index: self.document.index,
                change: Change::Value(value),
            },
        ))
    }

    fn find(&self, path: &[&str]) -> Result<(Vec<usize>, &'d Node<'s>), EditError> {
        let missing = || EditError::NotFound { path: show(path) };
        let Found::Whole(positions) = locate(self.document, path, &self.shares)? else {
            return Err(missing());
        };
        let node = self.node_at(&positions).ok_or_else(missing)?;
        Ok((positions, node))
    }

    fn node_at(&self, positions: &[usize]) -> Option<&'d Node<'s>> {
        positions
            .iter()
            .try_fold(self.document.root.as_ref()?, |node, at| match &node.kind {
                Kind::Sequence { items, .. } => items.get(*at),
                Kind::Mapping { entries, .. } => entries.get(*at).map(|(_, value)| value),
                Kind::Scalar { .. } | Kind::Alias(_) => None,
            })
    }

    fn plan_at(&mut self, positions: &[usize]) -> &mut Plan {
        positions
            .iter()
            .fold(&mut self.plan, |plan, at| plan.children.entry(*at).or_default())
    }
}

/// The value of a text that must hold one document.
fn only_value(text: &str) -> Result<Value, String> {
    let parsed = crate::parse::parse(text);
    match (&parsed.documents[..], &parsed.errors[..]) {
        ([document], []) => crate::json::to_json(document).map_err(|error| error.message),
        (_, [error, ..]) => Err(error.message.clone()),
        _ => Err("it would no longer be one document".to_owned()),
    }
}

impl Plan {
    /// True while nothing is planned below the node.
    fn is_leaf(&self) -> bool {
        self.inserts.is_empty()
            && self
                .children
                .values()
                .all(|child| child.is_leaf() && child.is_untouched())
    }

    fn is_untouched(&self) -> bool {
        !self.removed && self.renamed.is_none() && self.replaced.is_none()
    }
}

/// True for a value that is not there or `null`.
pub(crate) fn is_null(node: &Node<'_>) -> bool {
    matches!(
        crate::entries::scalar_value(node),
        Some(Ok(crate::resolve::Resolved::Null))
    )
}

/// Adds `value` under `path`, within what is to be inserted anyway; `None` when the place is taken.
fn add(inserts: &mut Vec<(Option<String>, Value)>, path: &[&str], value: &Value) -> Option<()> {
    let (first, rest) = path.split_first()?;
    match inserts.iter_mut().find(|(key, _)| key.as_deref() == Some(first)) {
        Some((_, Value::Object(map))) => add_nested(map, rest, value),
        Some(_) => None,
        None => {
            let nested = rest.iter().rev().fold(value.clone(), |value, key| {
                Value::Object(Map::from_iter([((*key).to_owned(), value)]))
            });
            inserts.push((Some((*first).to_owned()), nested));
            Some(())
        }
    }
}

fn add_nested(map: &mut Map<String, Value>, path: &[&str], value: &Value) -> Option<()> {
    let (first, rest) = path.split_first()?;
    if rest.is_empty() {
        return map.insert((*first).to_owned(), value.clone()).is_none().then_some(());
    }
    let inner = map
        .entry((*first).to_owned())
        .or_insert_with(|| Value::Object(Map::new()));
    add_nested(inner.as_object_mut()?, rest, value)
}

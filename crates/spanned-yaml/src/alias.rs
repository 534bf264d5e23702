//! Following aliases without being led into endless work.

use crate::node::{Document, Kind, Node};
use crate::scan::line_end;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// A value that cannot be read as what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    located: bool,
}

impl ValueError {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        ValueError {
            message: message.into(),
            span,
            located: true,
        }
    }

    /// Names the place unless a deeper place is known already.
    pub(crate) fn at(mut self, span: impl FnOnce() -> Range<usize>) -> Self {
        if !self.located {
            self.span = span();
            self.located = true;
        }
        self
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}

impl serde::de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ValueError {
            message: message.to_string(),
            span: 0..0,
            located: false,
        }
    }
}

/// A node as a reader reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a, 's> {
    pub(crate) node: &'a Node<'s>,
    /// The alias that led here, as written; the outermost one when there are several.
    pub(crate) alias: Option<Range<usize>>,
    pub(crate) depth: usize,
}

impl<'a, 's> Place<'a, 's> {
    /// A node inside this one.
    pub(crate) fn child(&self, node: &'a Node<'s>) -> Place<'a, 's> {
        Place {
            node,
            alias: self.alias.clone(),
            depth: self.depth + 1,
        }
    }
}

/// The anchors of a document, and how much has been read through aliases.
#[derive(Debug)]
pub(crate) struct Anchors<'a, 's> {
    source: &'s str,
    max_depth: usize,
    nodes: BTreeMap<usize, &'a Node<'s>>,
    read: Cell<u64>,
    read_through_alias: Cell<u64>,
}

impl<'a, 's> Anchors<'a, 's> {
    /// Nodes deeper than `max_depth` are refused.
    pub(crate) fn new(document: &'a Document<'s>, max_depth: usize) -> Self {
        let mut nodes = BTreeMap::new();
        if let (true, Some(root)) = (document.has_aliases, &document.root) {
            collect(root, &mut nodes);
        }
        Anchors {
            source: document.source,
            max_depth,
            nodes,
            read: Cell::new(0),
            read_through_alias: Cell::new(0),
        }
    }

    /// The place to start reading from.
    pub(crate) fn root(&self, node: &'a Node<'s>) -> Place<'a, 's> {
        Place {
            node,
            alias: None,
            depth: 0,
        }
    }

    /// The node that `place` stands for: the anchor's node when it is an alias. Each node that is read must come through
    /// here, since here the work is counted.
    pub(crate) fn resolve(&self, place: Place<'a, 's>) -> Result<Place<'a, 's>, ValueError> {
        let here = place.alias.clone().unwrap_or_else(|| place.node.span.clone());
        if place.depth > self.max_depth {
            let hint = if place.alias.is_some() {
                ": does an anchor contain itself?"
            } else {
                ""
            };
            return Err(ValueError::new(
                format!("nested deeper than {} levels{hint}", self.max_depth),
                here,
            ));
        }
        self.count(place.alias.is_some(), &here)?;
        let Kind::Alias(id) = place.node.kind else {
            return Ok(place);
        };
        let node = *self
            .nodes
            .get(&id)
            .ok_or_else(|| ValueError::new("unknown anchor", here.clone()))?;
        Ok(Place {
            node,
            alias: Some(here),
            depth: place.depth,
        })
    }

    /// go-yaml's defence against alias bombs (decode.go `unmarshal` and `allowedAliasRatio`).
    fn count(&self, through_alias: bool, span: &Range<usize>) -> Result<(), ValueError> {
        let read = self.read.get() + 1;
        let aliased = self.read_through_alias.get() + u64::from(through_alias);
        self.read.set(read);
        self.read_through_alias.set(aliased);
        if aliased > 100 && read > 1000 && aliased * 100 > read * allowed_percent(read) {
            return Err(ValueError::new("excessive aliasing", span.clone()));
        }
        Ok(())
    }

    /// A short span for a message about a whole node: its first line.
    pub(crate) fn first_line(&self, node: &Node<'_>) -> Range<usize> {
        let end = line_end(self.source, node.span.start).min(node.span.end);
        node.span.start..end.max(node.span.start)
    }
}

/// 99 % up to 400,000 nodes, falling to 10 % at 4,000,000.
fn allowed_percent(read: u64) -> u64 {
    match read {
        0..=400_000 => 99,
        4_000_000.. => 10,
        _ => 99 - 89 * (read - 400_000) / 3_600_000,
    }
}

fn collect<'a, 's>(node: &'a Node<'s>, nodes: &mut BTreeMap<usize, &'a Node<'s>>) {
    if let Some(anchor) = node.anchor() {
        nodes.insert(anchor.id, node);
    }
    match &node.kind {
        Kind::Sequence { items, .. } => items.iter().for_each(|item| collect(item, nodes)),
        Kind::Mapping { entries, .. } => entries.iter().for_each(|(key, value)| {
            collect(key, nodes);
            collect(value, nodes);
        }),
        Kind::Scalar { .. } | Kind::Alias(_) => {}
    }
}

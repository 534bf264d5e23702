//! The tree: documents and nodes with the bytes they stand on.

use std::borrow::Cow;
use std::ops::Range;

/// One YAML document of a file.
#[derive(Debug)]
pub struct Document<'s> {
    /// The document's bytes without the `---` lines around it, with leading and trailing comments.
    pub span: Range<usize>,
    /// The content; `None` when the document holds only blanks and comments.
    pub root: Option<Node<'s>>,
    /// The comments in source order, each from its `#` to the end of the line.
    pub comments: Vec<Range<usize>>,
    /// Position of the document in its file, counted from 0.
    pub index: usize,
    pub(crate) source: &'s str,
    pub(crate) has_aliases: bool,
}

/// A node and the place where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'s> {
    /// From the first to behind the last byte of the value as written: quotes, brackets and the header of a block
    /// scalar (`|`) included, anchor, tag, comments and the line break behind it excluded. A value that is not written
    /// (`key:`) has an empty span behind its colon.
    pub span: Range<usize>,
    /// What the node is.
    pub kind: Kind<'s>,
    pub(crate) properties: Option<Box<Properties>>,
    /// Columns that are cut from each line of a block scalar.
    pub(crate) indent: u32,
}

/// Anchor and tag of a node: rare, so boxed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Properties {
    pub(crate) anchor: Option<Anchor>,
    pub(crate) tag: Option<Tag>,
}

/// An anchor (`&name`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The name without `&`.
    pub name: String,
    /// Where it is written, with `&`.
    pub span: Range<usize>,
    /// Number of the anchor within its document; aliases refer to it, since a name may be defined twice.
    pub id: usize,
}

/// A tag (`!!str`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The resolved tag, e.g. `tag:yaml.org,2002:str` or `!local`.
    pub name: String,
    /// Where it is written.
    pub span: Range<usize>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<'s> {
    /// A scalar; what it means (text, number, null) is decided by `resolve`.
    Scalar {
        /// The decoded text: escapes resolved, lines folded.
        text: Cow<'s, str>,
        /// How it is written.
        style: ScalarStyle,
    },
    /// A list.
    Sequence {
        /// The items in source order.
        items: Vec<Node<'s>>,
        /// How it is written.
        style: CollectionStyle,
    },
    /// Keys and values in source order, duplicates included.
    Mapping {
        /// The entries in source order.
        entries: Vec<(Node<'s>, Node<'s>)>,
        /// How it is written.
        style: CollectionStyle,
    },
    /// A reference (`*name`) to the node with the anchor of this id.
    Alias(usize),
}

impl Kind<'_> {
    /// True for a collection in brackets.
    pub(crate) fn is_flow(&self) -> bool {
        matches!(self, Kind::Mapping { style, .. } | Kind::Sequence { style, .. } if *style == CollectionStyle::Flow)
    }
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`.
    DoubleQuoted,
    /// Block scalar after `|`.
    Literal,
    /// Block scalar after `>`.
    Folded,
}

/// How a list or mapping is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionStyle {
    /// By indentation.
    Block,
    /// In brackets, as JSON is.
    Flow,
}

impl<'s> Document<'s> {
    /// The whole text that the document was parsed from; all spans index into it.
    pub fn source(&self) -> &'s str {
        self.source
    }

    /// Follows `path` from the root: mapping keys as text, list items by number. Gives the key node (for a list item
    /// the item itself) and the value node. Aliases are not followed.
    pub fn find(&self, path: &[&str]) -> Option<(&Node<'s>, &Node<'s>)> {
        self.root.as_ref()?.find(path)
    }
}

impl<'s> Node<'s> {
    /// The entry of a mapping whose key is written as `key`; the last one when there are several, as in kubectl.
    pub fn get(&self, key: &str) -> Option<(&Node<'s>, &Node<'s>)> {
        let Kind::Mapping { entries, .. } = &self.kind else {
            return None;
        };
        entries
            .iter()
            .rev()
            .find(|(name, _)| name.as_str() == Some(key))
            .map(|(name, value)| (name, value))
    }

    /// Follows `path` from here, see [`Document::find`].
    pub fn find(&self, path: &[&str]) -> Option<(&Node<'s>, &Node<'s>)> {
        let (first, rest) = path.split_first()?;
        let (key, value) = match &self.kind {
            Kind::Sequence { items, .. } => {
                let item = items.get(first.parse::<usize>().ok()?)?;
                (item, item)
            }
            _ => self.get(first)?,
        };
        if rest.is_empty() {
            Some((key, value))
        } else {
            value.find(rest)
        }
    }

    /// The decoded text of a scalar, whatever it means.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The anchor that is defined on this node.
    pub fn anchor(&self) -> Option<&Anchor> {
        self.properties.as_ref()?.anchor.as_ref()
    }

    /// The tag that is written on this node.
    pub fn tag(&self) -> Option<&Tag> {
        self.properties.as_ref()?.tag.as_ref()
    }

    /// The node's bytes with its anchor and tag.
    pub fn full_span(&self) -> Range<usize> {
        let starts = [self.anchor().map(|a| a.span.start), self.tag().map(|t| t.span.start)];
        let start = starts.into_iter().flatten().fold(self.span.start, usize::min);
        start..self.span.end
    }

    /// True for a plain `<<` key, which merges mappings (go-yaml v2 decode.go, `isMerge`).
    pub(crate) fn is_merge_key(&self) -> bool {
        let Kind::Scalar { text, style } = &self.kind else {
            return false;
        };
        let tagged = |tag: &Tag| tag.name == "tag:yaml.org,2002:merge";
        text == "<<" && self.tag().map_or(*style == ScalarStyle::Plain, tagged)
    }
}

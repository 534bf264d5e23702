//! YAML with exact byte spans, kubectl's value rules, a serde deserializer that keeps spans, and edits as byte ranges.
//!
//! The crate knows YAML and nothing of Kubernetes. [`parse`] gives every document of a file as a tree whose nodes know
//! their bytes; [`to_json`] and [`from_document`] read values out of it as `kubectl` would. Parsing recovers at the next
//! document, never panics, and its depth is bounded.
#![deny(missing_docs)]

mod access;
mod alias;
mod builder;
mod de;
mod decode;
mod edit;
mod entries;
mod guard;
mod json;
mod node;
mod parse;
mod position;
mod quote;
mod resolve;
mod scan;
mod spanned;
mod split;
mod write;

pub use alias::ValueError;
pub use de::{from_document, from_node};
pub use decode::{DecodeError, decode};
pub use edit::{ApplyError, Edit, EditError, Editor, apply, insert_document_after, remove_document, replace_document};
pub use guard::{Change, Expectation, GuardError, guard};
pub use json::{DuplicateKey, duplicate_keys, to_json};
pub use node::{Anchor, CollectionStyle, Document, Kind, Node, ScalarStyle, Tag};
pub use parse::{MAX_DEPTH, ParseError, Parsed, parse, parse_document};
pub use position::Layout;
pub use quote::quote;
pub use spanned::{Entry, Spanned, SpannedMap};
pub use split::{Pieces, split};
pub use write::write;

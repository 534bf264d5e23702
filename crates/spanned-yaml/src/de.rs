//! serde over the tree. Errors carry the span of the value that does not fit.
//!
//! `null` means what it means to Kubernetes, whose Go types cannot tell it from "not there": a struct field with the
//! value `null` is absent (so `Option` gives `None`, `#[serde(default)]` the default); elsewhere `null` reads as the
//! zero value of what is asked for: empty text, `false`, 0, no items, no entries.

use crate::access::{Key, SpanAccess};
use crate::alias::{Anchors, Place, ValueError};
use crate::entries::{Item, entries, scalar_value};
use crate::json::{not_json, whole};
use crate::node::{Document, Kind, Node};
use crate::resolve::Resolved;
use crate::spanned::NAME;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;

/// Types are read this deep: the frames between serde and a type are large, and a thread's stack is small. No Kubernetes
/// object comes near it.
const MAX_TYPED_DEPTH: usize = 128;

/// Reads the whole document as a `T`; a document without content is `null`.
pub fn from_document<T: DeserializeOwned>(document: &Document<'_>) -> Result<T, ValueError> {
    match &document.root {
        Some(root) => from_node(document, root),
        None => {
            let end = document.span.end;
            let root = Node {
                span: end..end,
                kind: empty(),
                properties: None,
                indent: 0,
            };
            let anchors = Anchors::new(document, MAX_TYPED_DEPTH);
            T::deserialize(Reader {
                place: anchors.root(&root),
                anchors: &anchors,
            })
        }
    }
}

/// Reads one node of the document as a `T`.
pub fn from_node<T: DeserializeOwned>(document: &Document<'_>, node: &Node<'_>) -> Result<T, ValueError> {
    let anchors = Anchors::new(document, MAX_TYPED_DEPTH);
    T::deserialize(Reader {
        place: anchors.root(node),
        anchors: &anchors,
    })
}

fn empty() -> Kind<'static> {
    Kind::Scalar {
        text: Cow::Borrowed(""),
        style: crate::node::ScalarStyle::Plain,
    }
}

/// Deserializer of the node at `place`, which may still be an alias.
#[derive(Clone)]
struct Reader<'x, 'a, 's> {
    place: Place<'a, 's>,
    anchors: &'x Anchors<'a, 's>,
}

impl<'x, 'a, 's> Reader<'x, 'a, 's> {
    fn child(&self, node: &'a Node<'s>) -> Self {
        Reader {
            place: self.place.child(node),
            anchors: self.anchors,
        }
    }

    /// The same reader behind the alias, if it stands on one.
    fn resolved(&self) -> Result<Self, ValueError> {
        Ok(Reader {
            place: self.anchors.resolve(self.place.clone())?,
            anchors: self.anchors,
        })
    }

    fn locate<T>(&self, result: Result<T, ValueError>) -> Result<T, ValueError> {
        result.map_err(|error| error.at(|| self.anchors.first_line(self.place.node)))
    }

    fn is_null(&self) -> bool {
        matches!(scalar_value(self.place.node), Some(Ok(Resolved::Null)))
    }

    /// `self` must be resolved.
    fn visit<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, ValueError> {
        match scalar_value(self.place.node) {
            Some(scalar) => visit_scalar(scalar?, self.place.node, visitor),
            None => match &self.place.node.kind {
                Kind::Sequence { items, .. } => {
                    let mut items = SeqDeserializer::new(items.iter().map(|item| self.child(item)));
                    let value = visitor.visit_seq(&mut items)?;
                    items.end()?;
                    Ok(value)
                }
                _ => visitor.visit_map(self.map(false)?),
            },
        }
    }

    fn map(&self, skip_null: bool) -> Result<Entries<'x, 'a, 's>, ValueError> {
        let items = entries(self.anchors, &self.place)?.into_iter();
        Ok(Entries {
            items,
            value: None,
            anchors: self.anchors,
            skip_null,
        })
    }

    /// Reads `null` as `zero` and anything else as it is.
    fn visit_or<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        zero: impl FnOnce(V) -> Result<V::Value, ValueError>,
    ) -> Result<V::Value, ValueError> {
        let reader = self.resolved()?;
        let result = if reader.is_null() {
            zero(visitor)
        } else {
            reader.visit(visitor)
        };
        reader.locate(result)
    }
}

fn visit_scalar<'de, V: Visitor<'de>>(
    scalar: Resolved<'_>,
    node: &Node<'_>,
    visitor: V,
) -> Result<V::Value, ValueError> {
    match scalar {
        Resolved::Null => visitor.visit_unit(),
        Resolved::Bool(value) => visitor.visit_bool(value),
        Resolved::Int(value) => visitor.visit_i64(value),
        Resolved::Uint(value) => visitor.visit_u64(value),
        Resolved::Float(value) if !value.is_finite() => Err(not_json(node)),
        Resolved::Float(value) => match whole(value) {
            Some(whole) => visitor.visit_i64(whole),
            None => visitor.visit_f64(value),
        },
        Resolved::Text(Cow::Borrowed(text)) => visitor.visit_str(text),
        Resolved::Text(Cow::Owned(text)) => visitor.visit_string(text),
    }
}

impl<'de> de::Deserializer<'de> for Reader<'_, '_, '_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let reader = self.resolved()?;
        let result = reader.visit(visitor);
        reader.locate(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let null = self.resolved()?.is_null();
        if null {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.visit_or(visitor, |visitor| visitor.visit_str(""))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.visit_or(visitor, |visitor| visitor.visit_bool(false))
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.visit_or(visitor, |visitor| visitor.visit_i64(0))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.visit_or(visitor, |visitor| {
            visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<()>()))
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.visit_or(visitor, |visitor| {
            visitor.visit_map(MapDeserializer::new(std::iter::empty::<((), ())>()))
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if name == NAME {
            // the value is resolved again by its own reader: only its place is wanted here
            let place = self.resolved()?.place;
            return visitor.visit_map(SpanAccess::new(self, &place));
        }
        let reader = self.resolved()?;
        if !matches!(reader.place.node.kind, Kind::Mapping { .. }) {
            return reader.deserialize_map(visitor);
        }
        let result = reader.map(true).and_then(|map| visitor.visit_map(map));
        reader.locate(result)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let reader = self.resolved()?;
        let result = match scalar_value(reader.place.node) {
            Some(Ok(Resolved::Text(text))) => visitor.visit_enum(text.into_deserializer()),
            Some(Err(error)) => Err(error),
            Some(_) => Err(de::Error::invalid_type(
                Unexpected::Other("a value that is not text"),
                &visitor,
            )),
            None if matches!(reader.place.node.kind, Kind::Mapping { .. }) => reader
                .map(false)
                .and_then(|map| visitor.visit_enum(de::value::MapAccessDeserializer::new(map))),
            None => Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
        };
        reader.locate(result)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_i64(visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

impl<'de> IntoDeserializer<'de, ValueError> for Reader<'_, '_, '_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The merged entries of a mapping.
struct Entries<'x, 'a, 's> {
    items: std::vec::IntoIter<Item<'a, 's>>,
    value: Option<Reader<'x, 'a, 's>>,
    anchors: &'x Anchors<'a, 's>,
    skip_null: bool,
}

impl<'de> MapAccess<'de> for Entries<'_, '_, '_> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        for item in self.items.by_ref() {
            let value = Reader {
                place: item.value,
                anchors: self.anchors,
            };
            if self.skip_null && value.resolved()?.is_null() {
                continue;
            }
            self.value = Some(value);
            return seed
                .deserialize(Key {
                    name: item.name,
                    place: item.key,
                })
                .map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ValueError> {
        let value = self
            .value
            .take()
            .ok_or_else(|| de::Error::custom("a value without its key"))?;
        seed.deserialize(value)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

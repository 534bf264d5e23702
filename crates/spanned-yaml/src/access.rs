//! The deserializer's small parts: keys, and the fields by which a `Spanned` learns its place.

use crate::alias::{Place, ValueError};
use crate::spanned::{FIELDS, NAME};
use serde::de::value::{BorrowedStrDeserializer, CowStrDeserializer};
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::ops::Range;

/// A mapping's key, which is always text.
pub(crate) struct Key<'a, 's> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) place: Place<'a, 's>,
}

impl<'de> de::Deserializer<'de> for Key<'_, '_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let span = self.place.node.span.clone();
        CowStrDeserializer::<ValueError>::new(self.name)
            .deserialize_any(visitor)
            .map_err(|error| error.at(|| span))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if name != NAME {
            return self.deserialize_any(visitor);
        }
        let place = self.place.clone();
        visitor.visit_map(SpanAccess::new(self, &place))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(CowStrDeserializer::<ValueError>::new(self.name))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

/// Feeds a `Spanned`: the value, then the numbers of its span and alias.
pub(crate) struct SpanAccess<D> {
    value: Option<D>,
    span: Range<usize>,
    alias: Option<Range<usize>>,
    next: usize,
}

impl<D> SpanAccess<D> {
    pub(crate) fn new(value: D, place: &Place<'_, '_>) -> Self {
        SpanAccess {
            value: Some(value),
            span: place.node.span.clone(),
            alias: place.alias.clone(),
            next: 0,
        }
    }
}

impl<'de, D: de::Deserializer<'de, Error = ValueError>> MapAccess<'de> for SpanAccess<D> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        let fields = if self.alias.is_some() { FIELDS.len() } else { 3 };
        let Some(name) = FIELDS[..fields].get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        seed.deserialize(BorrowedStrDeserializer::<ValueError>::new(name))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ValueError> {
        if let Some(value) = self.value.take() {
            return seed.deserialize(value);
        }
        let alias = self.alias.clone().unwrap_or_default();
        let number = [self.span.start, self.span.end, alias.start, alias.end][(self.next - 2).min(3)];
        seed.deserialize(number.into_deserializer())
    }
}

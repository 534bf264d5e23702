//! Values that remember where they were written.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Range};

/// Names by which [`Spanned`] asks this crate's deserializer for spans.
pub(crate) const NAME: &str = "$spanned_yaml::Spanned";
pub(crate) const FIELDS: [&str; 5] = ["$value", "$start", "$end", "$alias_start", "$alias_end"];

/// A value with the bytes it was read from. Works only with this crate's deserializer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written. Behind an alias this is the place of the anchored node, or of a part of it.
    pub span: Range<usize>,
    /// The alias (`*name`) through which the value was reached, as written. An edit of such a value would change every
    /// other use of the anchor.
    pub alias: Option<Range<usize>>,
}

impl<T> Spanned<T> {
    /// A value at `span`, not behind an alias.
    pub fn new(value: T, span: Range<usize>) -> Self {
        Spanned {
            value,
            span,
            alias: None,
        }
    }

    /// Where a reader of the file meets the value: at the alias if there is one, else where it is written.
    pub fn place(&self) -> Range<usize> {
        self.alias.clone().unwrap_or_else(|| self.span.clone())
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: f(self.value),
            span: self.span,
            alias: self.alias,
        }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(NAME, &FIELDS, SpannedVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its span")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut value, mut numbers) = (None, [None; 4]);
        while let Some(field) = map.next_key::<&str>()? {
            match FIELDS.iter().position(|name| *name == field) {
                Some(0) => value = Some(map.next_value()?),
                Some(at) => numbers[at - 1] = Some(map.next_value::<usize>()?),
                None => return Err(A::Error::custom("a span can only be read from this crate's documents")),
            }
        }
        let [Some(start), Some(end), alias_start, alias_end] = numbers else {
            return Err(A::Error::missing_field("$start"));
        };
        let value = value.ok_or_else(|| A::Error::missing_field("$value"))?;
        Ok(Spanned {
            value,
            span: start..end,
            alias: alias_start.zip(alias_end).map(|(start, end)| start..end),
        })
    }
}

/// A mapping from text to values, in source order, with the spans of keys and values. As a field use it with
/// `#[serde(default)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpannedMap<V> {
    entries: Vec<Entry<V>>,
}

/// An entry of a [`SpannedMap`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<V> {
    /// The key as kubectl reads it (`on` is `true`) at the place where it is written.
    pub key: Spanned<String>,
    /// The value.
    pub value: Spanned<V>,
}

impl<V> SpannedMap<V> {
    /// The entry with this key.
    pub fn get(&self, key: &str) -> Option<&Entry<V>> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// The entries in source order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry<V>> {
        self.entries.iter()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without any entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<V> Default for SpannedMap<V> {
    fn default() -> Self {
        SpannedMap { entries: Vec::new() }
    }
}

impl<V> FromIterator<Entry<V>> for SpannedMap<V> {
    fn from_iter<I: IntoIterator<Item = Entry<V>>>(entries: I) -> Self {
        SpannedMap {
            entries: entries.into_iter().collect(),
        }
    }
}

impl<'m, V> IntoIterator for &'m SpannedMap<V> {
    type Item = &'m Entry<V>;
    type IntoIter = std::slice::Iter<'m, Entry<V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<V> IntoIterator for SpannedMap<V> {
    type Item = Entry<V>;
    type IntoIter = std::vec::IntoIter<Entry<V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for SpannedMap<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

struct MapVisitor<V>(PhantomData<V>);

impl<'de, V: DeserializeOwned> Visitor<'de> for MapVisitor<V> {
    type Value = SpannedMap<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0).min(1024));
        while let Some((key, value)) = map.next_entry()? {
            entries.push(Entry { key, value });
        }
        Ok(SpannedMap { entries })
    }
}

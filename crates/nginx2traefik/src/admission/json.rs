//! An object's JSON, as far as it is judged: borrowed where the text allows it, refused where a key stands twice.
use super::object::{Kind, Object};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// All names and values of annotations together; an API server stores no more (apimachinery pkg/api/validation/objectmeta.go,
/// TotalAnnotationSizeLimitB). So what is read of an object stays small, whatever the body is.
const ANNOTATION_BYTES: usize = 256 * 1024;
/// A user in more groups is nobody's.
const GROUPS: usize = 10_000;

/// A string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        // escaped, so that it has to be copied
        if text.len() > ANNOTATION_BYTES {
            return Err(E::custom(format!("a text has more than {ANNOTATION_BYTES} bytes")));
        }
        Ok(Text(text.to_owned().into()))
    }
}

/// `map[string]string`. A null stands for an empty text, as Go reads it.
#[derive(Debug, Default)]
struct Pairs<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
        let (mut pairs, mut bytes) = (Vec::new(), 0);
        while let Some((key, value)) = map.next_entry::<Text<'de>, Option<Text<'de>>>()? {
            let (key, value) = (key.0, value.map(|value| value.0).unwrap_or_default());
            bytes += key.len() + value.len();
            if bytes > ANNOTATION_BYTES {
                return Err(A::Error::custom(format!(
                    "its annotations have more than {ANNOTATION_BYTES} bytes, and no API server stores that"
                )));
            }
            pairs.push((key, value));
        }
        let mut names: Vec<&str> = pairs.iter().map(|(key, _)| key.as_ref()).collect();
        names.sort_unstable();
        if let Some([name, _]) = names.array_windows().find(|[one, next]| one == next) {
            return Err(A::Error::custom(format!("`{name}` stands twice")));
        }
        Ok(Pairs(pairs))
    }
}

/// Names of groups.
pub(super) struct Groups<'a>(pub(super) Vec<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Groups<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(GroupsVisitor)
    }
}

struct GroupsVisitor;

impl<'de> Visitor<'de> for GroupsVisitor {
    type Value = Groups<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Groups<'de>, A::Error> {
        let mut groups = Vec::new();
        while let Some(Text(group)) = items.next_element()? {
            if groups.len() == GROUPS {
                return Err(A::Error::custom(format!("the user is in more than {GROUPS} groups")));
            }
            groups.push(group);
        }
        Ok(Groups(groups))
    }
}

#[derive(Deserialize)]
struct RawObject<'a> {
    #[serde(borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    metadata: Option<RawMeta<'a>>,
    #[serde(borrow)]
    spec: Option<RawSpec<'a>>,
}

/// The spec of another kind may be anything.
#[derive(Deserialize)]
struct RawOther<'a> {
    #[serde(borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    metadata: Option<RawMeta<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct RawMeta<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    generate_name: Option<Text<'a>>,
    #[serde(borrow)]
    annotations: Option<Pairs<'a>>,
    deletion_timestamp: Option<IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow)]
    ingress_class_name: Option<Text<'a>>,
    #[serde(borrow)]
    controller: Option<Text<'a>>,
}

/// Reads an object, and the kind that it says to be of.
pub(super) fn object(text: &str, kind: Kind) -> Result<(Object<'_>, Option<Cow<'_, str>>), serde_json::Error> {
    let (metadata, spec, of) = if kind == Kind::Other {
        let raw: RawOther<'_> = serde_json::from_str(text)?;
        (raw.metadata, None, raw.kind)
    } else {
        let raw: RawObject<'_> = serde_json::from_str(text)?;
        (raw.metadata, raw.spec, raw.kind)
    };
    let (metadata, spec) = (metadata.unwrap_or_default(), spec.unwrap_or_default());
    let name = metadata
        .name
        .filter(|name| !name.0.is_empty())
        .or(metadata.generate_name);
    let object = Object {
        name: name.map(|name| name.0).unwrap_or_default(),
        annotations: metadata.annotations.unwrap_or_default().0,
        class_name: spec.ingress_class_name.map(|name| name.0),
        controller: spec.controller.map(|name| name.0),
        deleting: metadata.deletion_timestamp.is_some(),
        names: Vec::new(),
    };
    Ok((object, of.map(|of| of.0)))
}

//! Objects of other kinds: where they name a class of Ingresses.
//!
//! cert-manager's issuers (`solvers[].http01.ingress.class`, `.ingressClassName`), Helm values inside of HelmReleases and Applications
//! (`ingress.className`), annotations of templates: many kinds, few names of fields. The text is gone through once and no tree is
//! made of it: a tree of a 3 MiB text takes a hundred.
use super::json::Text;
use super::object::Named;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// Fields that name a class wherever they stand.
const FIELDS: &[&str] = &[
    "ingressClassName",
    "ingressClass",
    "kubernetes.io/ingress.class",
    "acme.cert-manager.io/http01-ingress-class",
    "acme.cert-manager.io/http01-ingress-ingressclassname",
];
/// Fields that do below `ingress`.
const BELOW_INGRESS: &[&str] = &["class", "className"];
/// All paths and classes of an object together. Issuers have some hundred bytes of them.
const MOST: usize = 256 * 1024;

/// Every class that the text of an object names, in the order of the text.
///
/// # Errors
/// It is no JSON, it is nested more than 128 deep, or it names too much.
pub(super) fn names(text: &str) -> Result<Vec<Named<'static>>, serde_json::Error> {
    let mut walk = Walk::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let at = At {
        walk: &mut walk,
        names: false,
        below_ingress: false,
    };
    at.deserialize(&mut reader)?;
    reader.end()?;
    Ok(walk.found)
}

#[derive(Default)]
struct Walk<'de> {
    path: Vec<Step<'de>>,
    found: Vec<Named<'static>>,
    bytes: usize,
}

enum Step<'de> {
    Key(Cow<'de, str>),
    Item(usize),
}

impl Walk<'_> {
    fn found<E: Error>(&mut self, class: &str) -> Result<(), E> {
        let path = self.path();
        self.bytes += path.len() + class.len();
        if self.bytes > MOST {
            return Err(E::custom("it names more classes than are looked at"));
        }
        self.found.push(Named {
            path,
            class: class.to_owned().into(),
        });
        Ok(())
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) => {
                    path += if path.is_empty() { "" } else { "." };
                    path += key;
                }
                // a String takes everything
                Step::Item(index) => drop(write!(path, "[{index}]")),
            }
        }
        path
    }
}

/// A value, and where it stands.
struct At<'w, 'de> {
    walk: &'w mut Walk<'de>,
    /// A string here is a class.
    names: bool,
    below_ingress: bool,
}

impl<'de> DeserializeSeed<'de> for At<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let names = FIELDS.contains(&key.as_ref()) || (self.below_ingress && BELOW_INGRESS.contains(&key.as_ref()));
            let below_ingress = key == "ingress";
            self.walk.path.push(Step::Key(key));
            map.next_value_seed(At {
                walk: &mut *self.walk,
                names,
                below_ingress,
            })?;
            self.walk.path.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            self.walk.path.push(Step::Item(index));
            let item = items.next_element_seed(At {
                walk: &mut *self.walk,
                names: false,
                below_ingress: self.below_ingress,
            })?;
            self.walk.path.pop();
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.names {
            true => self.walk.found(text),
            false => Ok(()),
        }
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

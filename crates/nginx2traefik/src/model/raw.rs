//! The objects as they are written, before their versions are made one.
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use spanned_yaml::{Spanned, SpannedMap};
use std::fmt;

/// A value that has to be a string: the API server refuses anything else, and what was meant is read from the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Loose {
    /// A string.
    Text(String),
    /// `true`, `8`: what the API server calls it.
    Other(&'static str),
}

impl Default for Loose {
    fn default() -> Self {
        Loose::Text(String::new())
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl Visitor<'_> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.into()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::Other("a boolean"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Loose, E> {
        Ok(Loose::Other("a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Loose, E> {
        Ok(Loose::Other("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Loose, E> {
        Ok(Loose::Other("a number"))
    }

    fn visit_unit<E: Error>(self) -> Result<Loose, E> {
        Ok(Loose::default())
    }
}

/// A number or a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum IntOrString {
    Int(i64),
    Text(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Meta {
    pub(super) namespace: Option<String>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) generate_name: Option<Spanned<String>>,
    pub(super) creation_timestamp: Option<String>,
    pub(super) annotations: Option<SpannedMap<Loose>>,
    pub(super) labels: Option<SpannedMap<Loose>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ingress {
    #[serde(default)]
    pub(super) metadata: Meta,
    #[serde(default)]
    pub(super) spec: IngressSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct IngressSpec {
    pub(super) ingress_class_name: Option<Spanned<String>>,
    pub(super) default_backend: Option<Spanned<Backend>>,
    /// Before v1.
    pub(super) backend: Option<Spanned<Backend>>,
    pub(super) rules: Vec<Spanned<Rule>>,
    pub(super) tls: Vec<Spanned<Tls>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Rule {
    pub(super) host: Option<Spanned<String>>,
    pub(super) http: Option<Http>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Http {
    pub(super) paths: Vec<Spanned<Path>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Path {
    pub(super) path: Option<Spanned<String>>,
    pub(super) path_type: Option<Spanned<String>>,
    pub(super) backend: Option<Spanned<Backend>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Backend {
    pub(super) service: Option<BackendService>,
    pub(super) resource: Option<serde::de::IgnoredAny>,
    /// Before v1.
    pub(super) service_name: Option<Spanned<String>>,
    /// Before v1.
    pub(super) service_port: Option<Spanned<IntOrString>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BackendService {
    pub(super) name: Option<Spanned<String>>,
    pub(super) port: Option<BackendPort>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BackendPort {
    pub(super) number: Option<Spanned<u16>>,
    pub(super) name: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Tls {
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) secret_name: Option<Spanned<String>>,
}

/// An object of Traefik's: its spec is kept as it is.
#[derive(Debug, Deserialize)]
pub(super) struct TraefikObject {
    #[serde(default)]
    pub(super) metadata: Meta,
    #[serde(default)]
    pub(super) spec: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Service {
    #[serde(default)]
    pub(super) metadata: Meta,
    #[serde(default)]
    pub(super) spec: ServiceSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceSpec {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) external_name: Option<String>,
    #[serde(rename = "clusterIP")]
    pub(super) cluster_ip: Option<String>,
    pub(super) ports: Vec<ServicePort>,
    pub(super) selector: Option<SpannedMap<Loose>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServicePort {
    pub(super) name: Option<String>,
    pub(super) port: u16,
    pub(super) target_port: Option<IntOrString>,
    pub(super) app_protocol: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Secret {
    #[serde(default)]
    pub(super) metadata: Meta,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) data: SpannedMap<Loose>,
    #[serde(default)]
    pub(super) string_data: SpannedMap<Loose>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfigMap {
    #[serde(default)]
    pub(super) metadata: Meta,
    #[serde(default)]
    pub(super) data: SpannedMap<Loose>,
}

#[derive(Debug, Deserialize)]
pub(super) struct IngressClass {
    #[serde(default)]
    pub(super) metadata: Meta,
    #[serde(default)]
    pub(super) spec: IngressClassSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IngressClassSpec {
    pub(super) controller: Option<String>,
}

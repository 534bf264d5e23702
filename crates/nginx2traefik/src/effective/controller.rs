//! The controller's ConfigMap and flags.
use super::check::{parse_bool, parse_int};
use super::{Origin, Setting};
use crate::model::Layouts;
use crate::source::Span;
use std::collections::BTreeMap;

/// What is known of the controller itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controller {
    /// The ConfigMap's entries with their places; empty where none was given.
    pub config: BTreeMap<String, (String, Span)>,
    /// How the texts of snippets among them lie in their files.
    pub layouts: Layouts,
    /// A ConfigMap was given; otherwise every default is an assumption, and the report says so.
    pub given: bool,
    /// `--annotations-prefix`
    pub annotations_prefix: String,
    /// `--controller-class`
    pub controller_class: String,
    /// Names of classes that mean ingress-nginx beside those of the IngressClass objects (profile; default `nginx`).
    pub class_names: Vec<String>,
    /// `--watch-ingress-without-class`, or an IngressClass of this controller is the default class.
    pub watch_without_class: bool,
    /// `--default-backend-service`, `namespace/name`; none: the controller's own 404.
    pub default_backend: Option<String>,
    /// `--default-ssl-certificate`, `namespace/name`; none: the controller's own certificate, which no client trusts.
    pub default_certificate: Option<String>,
    /// The inputs are all of the cluster: a Service, Secret or ConfigMap that is not among them does not exist. Off: it is taken to
    /// exist as the Ingress needs it.
    pub complete: bool,
    /// `--enable-ssl-passthrough`. Off in ingress-nginx; taken to be on, since whoever writes the annotation means it.
    pub ssl_passthrough: bool,
    /// `--enable-annotation-validation`; on since 1.12.
    pub annotation_validation: bool,
}

impl Default for Controller {
    fn default() -> Self {
        Controller {
            config: BTreeMap::new(),
            layouts: Layouts::new(),
            given: false,
            annotations_prefix: "nginx.ingress.kubernetes.io".into(),
            controller_class: "k8s.io/ingress-nginx".into(),
            class_names: vec!["nginx".into()],
            watch_without_class: false,
            default_backend: None,
            default_certificate: None,
            complete: false,
            ssl_passthrough: true,
            annotation_validation: true,
        }
    }
}

impl Controller {
    /// A key of the ConfigMap, as written.
    pub fn get(&self, key: &str) -> Option<Setting<&str>> {
        let (value, span) = self.config.get(key)?;
        Some(Setting {
            value: value.as_str(),
            origin: Origin::ConfigMap {
                key: key.into(),
                span: *span,
            },
        })
    }

    /// Snippets are written into the configuration (allow-snippet-annotations; off by default). Without a ConfigMap they are taken to be
    /// allowed: whoever writes them means them, and a tool that took them for dead would drop them.
    pub fn allows_snippets(&self) -> bool {
        self.bool("allow-snippet-annotations", !self.given).value
    }

    /// annotations-risk-level: High by default. Without a ConfigMap every annotation is taken to be allowed.
    pub fn risk_level(&self) -> Setting<String> {
        self.text("annotations-risk-level", if self.given { "High" } else { "Critical" })
    }

    /// A key of the ConfigMap that is read as a setting, with its built-in default.
    fn parsed<T>(&self, key: &str, default: T, parse: impl Fn(&str) -> Option<T>) -> Setting<T> {
        let written = self.get(key).and_then(|s| {
            let value = parse(s.value)?;
            Some(Setting {
                value,
                origin: s.origin,
            })
        });
        written.unwrap_or(Setting::built_in(default))
    }

    /// A boolean of the ConfigMap, or its built-in default (also where it is no boolean).
    pub fn bool(&self, key: &str, default: bool) -> Setting<bool> {
        self.parsed(key, default, parse_bool)
    }

    /// A whole number of the ConfigMap, or its built-in default (also where it is no number).
    pub fn int(&self, key: &str, default: i64) -> Setting<i64> {
        self.parsed(key, default, parse_int)
    }

    /// A text of the ConfigMap, or its built-in default (also where it is empty).
    pub fn text(&self, key: &str, default: &str) -> Setting<String> {
        self.parsed(key, default.to_owned(), |v| {
            Some(v.to_owned()).filter(|v| !v.is_empty())
        })
    }
}

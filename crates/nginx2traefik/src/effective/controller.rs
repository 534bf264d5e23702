//! The controller's ConfigMap and flags.
use super::{Origin, Setting};
use crate::source::Span;
use std::collections::BTreeMap;

/// What is known of the controller itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controller {
    /// The ConfigMap's entries with their places; empty where none was given.
    pub config: BTreeMap<String, (String, Span)>,
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
    /// Snippets and risk levels below what the object uses make it unserved; unknown without a ConfigMap.
    pub default_backend: Option<String>,
}

impl Default for Controller {
    fn default() -> Self {
        Controller {
            config: BTreeMap::new(),
            given: false,
            annotations_prefix: "nginx.ingress.kubernetes.io".into(),
            controller_class: "k8s.io/ingress-nginx".into(),
            class_names: vec!["nginx".into()],
            watch_without_class: false,
            default_backend: None,
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
}

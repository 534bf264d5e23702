//! The Kubernetes objects that matter, each value with its place. Everything else in the input stays unread.
mod ingress;
mod objects;

pub use ingress::{
    Annotation, ApiVersion, Ingress, IngressBackend, IngressPath, IngressRule, IngressTls, PathType, PortRef,
};
pub use objects::{ConfigMap, IngressClass, Secret, Service, ServicePort};

use crate::finding::Finding;
use crate::source::{SourceId, Span};

/// Index of an Ingress in [`Manifests::ingresses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IngressId(pub usize);

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// Where an object stands: which document of its text, and which item of it if the document is a `List`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The whole object (the document without separators, or the list item).
    pub span: Span,
    /// Index of the document in its text, from 0.
    pub document: usize,
    /// Index in `items`, where the document is a `List`.
    pub item: Option<usize>,
}

/// Everything that was read, in input order.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// All Ingresses, of whatever class.
    pub ingresses: Vec<Ingress>,
    /// Services among the inputs.
    pub services: Vec<Service>,
    /// Secrets among the inputs.
    pub secrets: Vec<Secret>,
    /// ConfigMaps among the inputs (the controller's own is given apart).
    pub config_maps: Vec<ConfigMap>,
    /// IngressClasses among the inputs.
    pub classes: Vec<IngressClass>,
    /// What was wrong with the input itself (syntax, types, duplicates).
    pub findings: Vec<Finding>,
}

impl Manifests {
    /// The Ingress with this id.
    pub fn ingress(&self, id: IngressId) -> &Ingress {
        &self.ingresses[id.0]
    }

    /// The Service of this name, if it is among the inputs.
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        self.services
            .iter()
            .find(|s| s.namespace == namespace && s.name == name)
    }

    /// The Secret of this name, if it is among the inputs.
    pub fn secret(&self, namespace: &str, name: &str) -> Option<&Secret> {
        self.secrets.iter().find(|s| s.namespace == namespace && s.name == name)
    }

    /// The ConfigMap of this name, if it is among the inputs.
    pub fn config_map(&self, namespace: &str, name: &str) -> Option<&ConfigMap> {
        self.config_maps
            .iter()
            .find(|c| c.namespace == namespace && c.name == name)
    }
}

/// Reads one text. Texts can be read in any order and at the same time; [`join`] puts the parts together.
pub fn read(_source: SourceId, _text: &str) -> Manifests {
    Manifests::default()
}

/// Everything that was read, in the order of the parts, with a finding for each object that is defined twice.
pub fn join(parts: impl IntoIterator<Item = Manifests>) -> Manifests {
    let mut all = Manifests::default();
    for part in parts {
        all.ingresses.extend(part.ingresses);
        all.services.extend(part.services);
        all.secrets.extend(part.secrets);
        all.config_maps.extend(part.config_maps);
        all.classes.extend(part.classes);
        all.findings.extend(part.findings);
    }
    all
}

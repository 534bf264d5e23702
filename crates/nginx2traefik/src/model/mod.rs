//! The Kubernetes objects that matter, each value with its place. Everything else in the input stays unread.
mod convert;
mod gateways;
mod ingress;
mod ingresses;
mod join;
mod kinds;
mod objects;
mod objects_read;
mod raw;
mod read;
pub mod traefik;

pub use gateways::{AllowedRoutes, Gateway, Listener};
pub use ingress::{
    Annotation, ApiVersion, Ingress, IngressBackend, IngressPath, IngressRule, IngressTls, PathType, PortRef,
};
pub use join::join;
pub use objects::{ConfigMap, IngressClass, Secret, Service, ServicePort};
pub use read::{Pieces, read, read_documents, split};
pub use traefik::{RouteKind, TraefikObject, TraefikRoute};

use crate::finding::Finding;
use crate::source::Span;
use std::collections::BTreeMap;

/// Index of an Ingress, or of an IngressRoute, in [`Manifests::ingresses`].
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

/// How decoded texts lie in their files, by the places of the values: so that a place inside of a text can be shown.
pub type Layouts = BTreeMap<Span, spanned_yaml::Layout>;

/// Everything that was read, in input order.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// All Ingresses, of whatever class, and Traefik's IngressRoutes: everything that routes requests.
    pub ingresses: Vec<Ingress>,
    /// Services among the inputs.
    pub services: Vec<Service>,
    /// Secrets among the inputs.
    pub secrets: Vec<Secret>,
    /// ConfigMaps among the inputs (the controller's own is given apart).
    pub config_maps: Vec<ConfigMap>,
    /// IngressClasses among the inputs.
    pub classes: Vec<IngressClass>,
    /// Traefik's objects that routes refer to.
    pub traefik: Vec<TraefikObject>,
    /// Gateways among the inputs.
    pub gateways: Vec<Gateway>,
    /// Names of the GatewayClasses among the inputs.
    pub gateway_classes: Vec<String>,
    /// What was wrong with the input itself (syntax, types, duplicates).
    pub findings: Vec<Finding>,
    /// How the texts of snippets lie in their files, by the place of the annotation's value.
    pub layouts: Layouts,
    /// The same of Traefik's own objects, which matters only where they are converted.
    pub traefik_findings: Vec<Finding>,
    /// Made by [`join`].
    pub(crate) index: join::Index,
}

impl Manifests {
    /// The Ingress with this id.
    pub fn ingress(&self, id: IngressId) -> &Ingress {
        &self.ingresses[id.0]
    }

    /// The Service of this name, if it is among the inputs.
    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        self.services.get(self.index.find("Service", namespace, name)?)
    }

    /// Traefik's object of this kind and name, if it is among the inputs.
    pub fn traefik(&self, kind: &str, namespace: &str, name: &str) -> Option<&TraefikObject> {
        let kind = traefik::REFERRED.iter().find(|known| **known == kind)?;
        self.traefik.get(self.index.find(kind, namespace, name)?)
    }

    /// The Secret of this name, if it is among the inputs.
    pub fn secret(&self, namespace: &str, name: &str) -> Option<&Secret> {
        self.secrets.get(self.index.find("Secret", namespace, name)?)
    }

    /// The ConfigMap of this name, if it is among the inputs.
    pub fn config_map(&self, namespace: &str, name: &str) -> Option<&ConfigMap> {
        self.config_maps.get(self.index.find("ConfigMap", namespace, name)?)
    }
}

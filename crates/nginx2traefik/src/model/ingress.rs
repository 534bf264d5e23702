//! Ingress, of every API group that ever had one.
use super::{At, Place, TraefikRoute};
use crate::finding::ObjectRef;
use crate::source::Span;

/// The API group and version that an Ingress is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiVersion {
    /// networking.k8s.io/v1
    V1,
    /// networking.k8s.io/v1beta1: `serviceName`, `servicePort`, pathType optional.
    V1Beta1,
    /// extensions/v1beta1: the same fields.
    Extensions,
    /// traefik.io/v1alpha1: an IngressRoute.
    Traefik,
}

/// `spec.rules[].http.paths[].pathType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathType {
    /// The path itself.
    Exact,
    /// The path and everything below it.
    Prefix,
    /// Whatever the controller makes of it; also where nothing is written.
    ImplementationSpecific,
}

/// A Service's port, as an Ingress names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortRef {
    /// By number.
    Number(u16),
    /// By name.
    Name(String),
}

/// What a path or a default backend leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressBackend {
    /// Name of the Service; none for a `resource` backend.
    pub service: Option<At<String>>,
    /// Its port; none where it is missing.
    pub port: Option<At<PortRef>>,
    /// The whole backend.
    pub span: Span,
}

/// One entry of `spec.rules[].http.paths`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressPath {
    /// Absent means `/`.
    pub path: Option<At<String>>,
    /// Absent means ImplementationSpecific.
    pub path_type: Option<At<PathType>>,
    /// Where it leads.
    pub backend: IngressBackend,
    /// The whole entry.
    pub span: Span,
}

/// One entry of `spec.rules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressRule {
    /// Absent or empty: every host that has no server of its own.
    pub host: Option<At<String>>,
    /// Empty where `http` is missing: the host alone.
    pub paths: Vec<IngressPath>,
    /// The whole entry.
    pub span: Span,
}

/// One entry of `spec.tls`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressTls {
    /// May be empty.
    pub hosts: Vec<At<String>>,
    /// May be absent: the controller's default certificate.
    pub secret_name: Option<At<String>>,
    /// The whole entry.
    pub span: Span,
}

/// One annotation or label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The whole name.
    pub name: At<String>,
    /// The text that the API server would store. For a value that is not a string in YAML (`true`, `8`) the API server refuses the
    /// object: [`super::Manifests::findings`] says so, and the value here is what the user meant.
    pub value: At<String>,
}

/// An Ingress of any version, with its values as v1 has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingress {
    /// Which API it is written in.
    pub api_version: At<ApiVersion>,
    /// metadata.namespace; `default` where it is absent.
    pub namespace: String,
    /// metadata.name; generateName where only that is given.
    pub name: At<String>,
    /// metadata.creationTimestamp, as written.
    pub created: Option<String>,
    /// metadata.annotations in the order of the text; of equal names the last counts.
    pub annotations: Vec<Annotation>,
    /// metadata.labels.
    pub labels: Vec<Annotation>,
    /// spec.ingressClassName.
    pub class_name: Option<At<String>>,
    /// spec.defaultBackend (spec.backend before v1).
    pub default_backend: Option<IngressBackend>,
    /// spec.rules.
    pub rules: Vec<IngressRule>,
    /// spec.tls.
    pub tls: Vec<IngressTls>,
    /// It is no Ingress but Traefik's IngressRoute, with this spec; class, rules and tls above are empty.
    pub route: Option<Box<TraefikRoute>>,
    /// Where it stands.
    pub place: Place,
}

impl Ingress {
    /// The last annotation of this whole name.
    pub fn annotation(&self, name: &str) -> Option<&Annotation> {
        self.annotations.iter().rev().find(|a| a.name.value == name)
    }

    /// As people name it.
    pub fn object(&self) -> ObjectRef {
        ObjectRef {
            kind: self.route.as_ref().map_or("Ingress", |route| route.kind.name()).into(),
            namespace: self.namespace.clone(),
            name: self.name.value.clone(),
        }
    }
}

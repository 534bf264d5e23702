//! Objects that an Ingress refers to, as far as the references are looked into.
use super::{Annotation, Place, PortRef};
use std::collections::BTreeMap;

/// One port of a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// May be absent where there is only one.
    pub name: Option<String>,
    /// spec.ports[].port
    pub port: u16,
    /// spec.ports[].targetPort
    pub target: Option<PortRef>,
    /// spec.ports[].appProtocol
    pub app_protocol: Option<String>,
}

/// A Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// metadata.namespace; `default` where it is absent.
    pub namespace: String,
    /// metadata.name
    pub name: String,
    /// metadata.annotations
    pub annotations: Vec<Annotation>,
    /// spec.type; `ClusterIP` where it is absent.
    pub kind: String,
    /// spec.externalName
    pub external_name: Option<String>,
    /// spec.clusterIP is `None`.
    pub headless: bool,
    /// spec.ports
    pub ports: Vec<ServicePort>,
    /// spec.selector; empty where the Service has none.
    pub selector: BTreeMap<String, String>,
    /// Where it stands.
    pub place: Place,
}

/// A Secret: its keys, and their decoded bytes. Values are never printed by any report.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// metadata.namespace; `default` where it is absent.
    pub namespace: String,
    /// metadata.name
    pub name: String,
    /// type
    pub kind: Option<String>,
    /// data (decoded from base64; an undecodable value is left out) and stringData, which wins.
    pub data: BTreeMap<String, Vec<u8>>,
    /// Where it stands.
    pub place: Place,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Secret {}/{} {:?}",
            self.namespace,
            self.name,
            self.data.keys().collect::<Vec<_>>()
        )
    }
}

/// A ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigMap {
    /// metadata.namespace; `default` where it is absent.
    pub namespace: String,
    /// metadata.name
    pub name: String,
    /// data, each with its place.
    pub data: Vec<Annotation>,
    /// Where it stands.
    pub place: Place,
}

impl ConfigMap {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Annotation> {
        self.data.iter().rev().find(|a| a.name.value == key)
    }
}

/// An IngressClass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressClass {
    /// metadata.name
    pub name: String,
    /// spec.controller
    pub controller: String,
    /// Annotation `ingressclass.kubernetes.io/is-default-class: "true"`.
    pub default: bool,
    /// Where it stands.
    pub place: Place,
}

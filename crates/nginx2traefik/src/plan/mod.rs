//! What Traefik has to be given so that it answers as ingress-nginx does, and what differs.
pub(crate) mod backend;
pub mod branch;
mod build;
mod certificate;
mod change;
mod client_auth;
mod collected;
pub mod context;
mod decide;
mod everywhere;
mod external_dns;
pub(crate) mod features;
mod foreign;
mod gateway;
mod gateway_settings;
pub(crate) mod host;
mod host_redirect;
mod ingress_route;
mod kept;
pub mod middleware;
pub(crate) mod names;
mod native;
mod outcome;
mod overlap;
mod passthrough;
pub mod regex;
mod relied;
mod requirement;
mod routers;
pub(crate) mod rule;
mod standing;
mod tls;
mod www;

pub use branch::{Branch, Condition, Entries, LocationPlan, ServiceTarget, Target};
pub use collected::Collected;
pub use context::{Context, TRAEFIK_API};
pub use gateway_settings::{Channel, GatewaySettings, Per};
pub use middleware::{Middleware, Slot};

use crate::effective::Effective;
use crate::finding::{Finding, ObjectRef, Outcome};
use crate::installation::Installation;
use crate::model::{IngressId, Manifests};
use serde_json::Value;

/// What kind of objects is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// Ingress with Traefik's annotations, IngressRoute and Middleware.
    Ingress,
    /// Gateway API.
    Gateway,
}

/// How it is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The kind of objects.
    pub api: Api,
    /// Buy the last statuses with longer chains.
    pub exact: bool,
    /// The Traefik that the result is for.
    pub installation: Installation,
    /// How Gateways are made; for [`Api::Gateway`] only.
    pub gateway: GatewaySettings,
}

/// A new object, with the Ingresses that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// apiVersion, kind, metadata, spec in the order in which they are written.
    pub object: Value,
    /// As people name it.
    pub name: ObjectRef,
    /// What it comes from; it is written behind the first of them.
    pub from: Vec<IngressId>,
    /// One line for the comment above it; empty for none.
    pub comment: String,
    /// It belongs to all of them alike, and stands in a file of its own (`gateway.yaml`).
    pub shared: bool,
}

/// What happens to an Ingress itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It stays, byte for byte.
    Untouched,
    /// It stays an Ingress: these entries change, nothing else. One of v1beta1 becomes one of v1.
    Edit {
        /// spec.ingressClassName (the class annotation is removed).
        class_name: String,
        /// Whole names of annotations to take out.
        remove: Vec<String>,
        /// Whole names and values of annotations to put in, sorted by name.
        set: Vec<(String, String)>,
    },
    /// It is replaced by the planned objects that come from it.
    Replace,
}

/// What becomes of one Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressPlan {
    /// Which one.
    pub id: IngressId,
    /// Whether all of it was kept.
    pub outcome: Outcome,
    /// What happens to it.
    pub change: Change,
}

/// A static setting of Traefik that the result needs and that the installation lacks.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// Dotted path in the static configuration: `providers.kubernetesIngress.strictPrefixMatching`.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Why, in one line.
    pub reason: String,
    /// Ingresses that need it.
    pub from: Vec<IngressId>,
}

/// Everything that Traefik has to be given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// New objects: sorted by the first Ingress they come from, then kind, then name.
    pub objects: Vec<Planned>,
    /// In the order of [`Manifests::ingresses`]; those of other classes are left out.
    pub ingresses: Vec<IngressPlan>,
    /// What differs, what is blocked, what is worth knowing. Each with its object.
    pub findings: Vec<Finding>,
    /// Sorted by key.
    pub requirements: Vec<Requirement>,
    /// Differences between ingress-nginx and Traefik that hold for every object (assumed defaults, X-Request-ID, ...): said once.
    pub notes: Vec<String>,
}

/// Plans the migration of everything that ingress-nginx serves.
pub fn plan(manifests: &Manifests, effective: &Effective, options: &Options) -> Plan {
    build::build(host::Given {
        manifests,
        effective,
        options,
    })
}

//! What ingress-nginx serves from the objects: decided here, once, and nowhere else. It can be asked.
mod build;
pub mod check;
pub mod ciphers;
pub mod controller;
pub mod host;
mod host_wide;
pub mod keys;
pub mod origin;
pub mod reader;
pub mod request;
mod serve;
pub mod settings;
pub mod snippets;
mod unconverted;
pub mod variables;

pub use build::build;
pub use controller::Controller;
pub use host::{
    Backend, Canary, CanaryRule, ClientAuth, Host, HostName, Location, Matcher, ServiceRef, Tls, WwwRedirect,
};
pub use origin::{Origin, Setting};
pub use reader::{Reader, Unset, Value, Written};
pub use request::{Answer, AuthCall, BackendCall, ClientCertificate, Reply, Request, Scheme, Unseen, World};
pub use serve::{located, serve, serve_in};
pub use settings::{Effect, Problem, Settings};
pub use snippets::{HostSnippets, Snippet, SnippetId, SnippetKind};

use crate::finding::{Finding, ObjectRef};
use crate::model::IngressId;
use host::ServiceState;
use std::collections::BTreeSet;

/// Whether ingress-nginx serves an Ingress at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is served.
    Served,
    /// Its class is another controller's: untouched and unread.
    Foreign,
    /// It names no class, and the controller does not watch such objects (or we cannot know): left alone, with a finding.
    Classless,
    /// The whole Ingress is unserved because of these problems (validation error, risk level, blocklist).
    Refused,
    /// nginx refuses the configuration that comes of it: the whole controller is stuck.
    Breaks,
}

/// One Ingress as the controller sees it.
#[derive(Debug, Clone)]
pub struct EffectiveIngress {
    /// Which one.
    pub id: IngressId,
    /// As people name it.
    pub object: ObjectRef,
    /// Whether it is served.
    pub standing: Standing,
    /// What its annotations (with the ConfigMap's and the built-in defaults) mean.
    pub settings: Settings,
    /// Values that do not do what they say.
    pub problems: Vec<Problem>,
}

/// What ingress-nginx serves.
#[derive(Debug, Clone, Default)]
pub struct Effective {
    /// In the order of [`Manifests::ingresses`](crate::model::Manifests::ingresses).
    pub ingresses: Vec<EffectiveIngress>,
    /// Servers, sorted by name; the catch-all server last.
    pub hosts: Vec<Host>,
    /// The controller's ConfigMap and flags.
    pub controller: Controller,
    /// The admission webhook refuses them, although the controller serves what is stored already (a path that another Ingress has, a path
    /// with characters that its type does not allow).
    pub refused_by_webhook: BTreeSet<IngressId>,
    /// ConfigMap add-headers: in every answer. Name and value, which may hold variables; empty where its ConfigMap is not among the inputs.
    pub add_headers: Vec<(String, String)>,
    /// ConfigMap proxy-set-headers: towards every backend; the same.
    pub proxy_set_headers: Vec<(String, String)>,
    /// All snippets: those of the Ingresses that are ours, in their order, then those of the ConfigMap.
    pub snippets: Vec<Snippet>,
    /// Statements about the model itself: duplicate paths that lose, canaries without a primary, assumed defaults, ...
    pub findings: Vec<Finding>,
}

impl Effective {
    /// Says that a Service has no endpoints, which manifests do not show.
    pub fn without_endpoints(&mut self, namespace: &str, name: &str) {
        let empty = |service: &mut ServiceRef| {
            if service.namespace == namespace && service.name == name {
                service.state = ServiceState::Empty;
            }
        };
        for location in self.hosts.iter_mut().flat_map(|h| &mut h.locations) {
            if let Backend::Service(service) = &mut location.backend {
                empty(service);
            }
            location.canaries.iter_mut().for_each(|c| empty(&mut c.backend));
        }
        for ingress in &mut self.ingresses {
            if let Some(service) = &mut ingress.settings.errors.default_backend {
                empty(&mut service.value);
            }
        }
    }

    /// The Ingress with this id.
    pub fn ingress(&self, id: IngressId) -> &EffectiveIngress {
        &self.ingresses[id.0]
    }
}

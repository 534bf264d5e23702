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
mod unconverted;
pub mod variables;

pub use build::build;
pub use controller::Controller;
pub use host::{
    Backend, Canary, CanaryRule, ClientAuth, Host, HostName, Location, Matcher, ServiceRef, Tls, WwwRedirect,
};
pub use origin::{Origin, Setting};
pub use reader::{Reader, Unset, Value, Written};
pub use request::{Answer, AuthCall, BackendCall, Reply, Request, Scheme, Unseen, World};
pub use serve::{located, serve, serve_in};
pub use settings::{Effect, Problem, Settings};

use crate::finding::{Finding, ObjectRef};
use crate::model::IngressId;

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
    /// In the order of [`Manifests::ingresses`].
    pub ingresses: Vec<EffectiveIngress>,
    /// Servers, sorted by name; the catch-all server last.
    pub hosts: Vec<Host>,
    /// The controller's ConfigMap and flags.
    pub controller: Controller,
    /// Statements about the model itself: duplicate paths that lose, canaries without a primary, assumed defaults, ...
    pub findings: Vec<Finding>,
}

impl Effective {
    /// The Ingress with this id.
    pub fn ingress(&self, id: IngressId) -> &EffectiveIngress {
        &self.ingresses[id.0]
    }
}

//! Traefik's own objects, which `--target gateway` converts too.
pub(super) mod read;
pub mod rule;

use super::Place;
use crate::source::Span;
use serde_json::Value;

/// Which of Traefik's kinds routes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteKind {
    /// IngressRoute
    Http,
    /// IngressRouteTCP
    Tcp,
}

impl RouteKind {
    /// As it stands behind `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            RouteKind::Http => "IngressRoute",
            RouteKind::Tcp => "IngressRouteTCP",
        }
    }
}

/// What an IngressRoute or IngressRouteTCP says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraefikRoute {
    /// Its kind.
    pub kind: RouteKind,
    /// Its whole `spec`.
    pub spec: Value,
    /// The place of each entry of `spec.routes`.
    pub routes: Vec<Span>,
    /// The place of `spec.tls`.
    pub tls: Option<Span>,
}

/// An object that routes refer to: Middleware, TraefikService, ServersTransport, TLSOption, TLSStore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraefikObject {
    /// Its kind.
    pub kind: &'static str,
    /// metadata.namespace; `default` where it is absent.
    pub namespace: String,
    /// metadata.name
    pub name: String,
    /// Its whole `spec`.
    pub spec: Value,
    /// Where it stands.
    pub place: Place,
}

/// Kinds that routes refer to.
pub(super) const REFERRED: &[&str] = &[
    "Middleware",
    "TraefikService",
    "ServersTransport",
    "TLSOption",
    "TLSStore",
];

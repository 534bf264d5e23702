//! What is known of the Traefik that the result is for: its version and its own (static) settings.
mod danger;
mod facts;
mod read;
mod release;
mod values;
mod version;

pub use read::{Form, Reading, read};
pub use release::Release;
pub use version::Version;

use crate::source::Span;
use ipnet::IpNet;

/// Whose X-Forwarded-* headers an entryPoint believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// `forwardedHeaders.insecure: true`: anyone's.
    Anyone,
    /// `forwardedHeaders.trustedIPs`; empty: nobody's.
    Networks(Vec<IpNet>),
}

/// An entryPoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// Its name.
    pub name: String,
    /// Port that clients use (80, 443), for redirects.
    pub exposed_port: u16,
    /// Port that Traefik itself listens on (80, 443; 8000, 8443 in the Helm chart): a Gateway's listener has to name this one
    /// (traefik:pkg/provider/kubernetes/gateway/kubernetes.go entryPointName).
    pub port: u16,
    /// `http.tls` is set: every router of it has TLS.
    pub tls: bool,
    /// `http.redirections.entryPoint` to https: every request is answered 301 / 308 before any router.
    pub redirects_to_https: bool,
    /// `http.redirections.entryPoint` and `allowACMEByPass`.
    pub acme_bypass: bool,
    /// Whose forwarded headers are believed.
    pub trust: Trust,
    /// `transport.respondingTimeouts.readTimeout` in seconds; 0 is none, 60 the default.
    pub read_timeout: u64,
    /// `http.middlewares`: they run before any router's.
    pub middlewares: Vec<String>,
    /// `http.underscoreHeadersStrategy: delete` (3.7)
    pub deletes_underscore_headers: bool,
}

/// Options of the providers kubernetesIngress and kubernetesCRD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Providers {
    /// kubernetesIngress.ingressClass, or the class that objects get: `traefik`.
    pub ingress_class: String,
    /// kubernetesIngress.ingressClass is set: Ingresses that name no class are left alone.
    pub selects_class: bool,
    /// kubernetesIngress.strictPrefixMatching
    pub strict_prefix_matching: bool,
    /// kubernetesIngress.allowEmptyServices and kubernetesCRD.allowEmptyServices
    pub allow_empty_services: bool,
    /// kubernetesIngress.allowExternalNameServices and kubernetesCRD.allowExternalNameServices
    pub allow_external_name: bool,
    /// kubernetesCRD.allowCrossNamespace
    pub allow_cross_namespace: bool,
    /// kubernetesCRD is on (the chart's default).
    pub crd: bool,
    /// kubernetesIngress is on (the chart's default).
    pub ingress: bool,
    /// kubernetesGateway is on.
    pub gateway: bool,
    /// The Helm chart makes the GatewayClass of this name itself, as it does where kubernetesGateway is on.
    pub gateway_class: Option<String>,
    /// kubernetesCRD.safeNaming: references have another form (newest 3.7).
    pub safe_naming: bool,
}

/// Traefik as installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Its version.
    pub version: Version,
    /// Values or a static configuration were given; otherwise the chart's defaults are assumed, and the report says so.
    pub given: bool,
    /// The entryPoint of plain http.
    pub web: EntryPoint,
    /// The entryPoint of https.
    pub websecure: EntryPoint,
    /// Providers.
    pub providers: Providers,
    /// Places of settings, by dotted key as in the static configuration, for findings about them.
    pub places: Vec<(String, Span)>,
}

impl Default for Installation {
    /// What Traefik's Helm chart installs.
    fn default() -> Self {
        let web = EntryPoint {
            name: "web".into(),
            exposed_port: 80,
            port: 80,
            tls: false,
            redirects_to_https: false,
            acme_bypass: false,
            trust: Trust::Networks(Vec::new()),
            read_timeout: 60,
            middlewares: Vec::new(),
            deletes_underscore_headers: false,
        };
        let websecure = EntryPoint {
            name: "websecure".into(),
            exposed_port: 443,
            port: 443,
            tls: true,
            ..web.clone()
        };
        Installation {
            version: Version::V3_7,
            given: false,
            web,
            websecure,
            providers: Providers {
                ingress_class: "traefik".into(),
                selects_class: false,
                strict_prefix_matching: false,
                allow_empty_services: true,
                allow_external_name: false,
                allow_cross_namespace: false,
                crd: true,
                ingress: true,
                gateway: false,
                gateway_class: None,
                safe_naming: false,
            },
            places: Vec::new(),
        }
    }
}

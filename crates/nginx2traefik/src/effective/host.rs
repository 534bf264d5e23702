//! Servers and locations, as nginx has them.
use super::{HostSnippets, Setting};
use crate::model::{IngressId, PortRef};
use crate::source::Span;

/// A server's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostName {
    /// One host.
    Exact(String),
    /// `*.` and this: exactly one label more.
    Wildcard(String),
    /// A regular expression (`server-alias: ~...`).
    Regex(String),
    /// Every host that has no server of its own (`_`).
    CatchAll,
}

/// A Service's port, as backend. State is about what the inputs show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRef {
    /// Namespace of the Ingress.
    pub namespace: String,
    /// Name of the Service.
    pub name: String,
    /// Its port.
    pub port: PortRef,
    /// Where the backend is written.
    pub span: Span,
    /// What the inputs show of it.
    pub state: ServiceState,
}

/// What the inputs show of a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceState {
    /// Among the inputs, or there are no Services among them: taken to have endpoints.
    Assumed,
    /// Services of its namespace are among the inputs, this one is not.
    NotAmongInputs,
    /// The port is not one of the Service's.
    NoSuchPort,
    /// Known to be without endpoints (told by whoever asks; manifests do not show it).
    Empty,
}

/// Where a location leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// A Service.
    Service(ServiceRef),
    /// The controller's default backend: 404.
    Default,
}

/// How a location is matched. Paths are decoded and normalised before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    /// The path itself.
    Exact,
    /// The path and what is below it, by whole elements.
    Prefix,
    /// `~* "^<path>"`: case-insensitive, anchored at the start only.
    Regex,
}

/// What makes a request a canary's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CanaryRule {
    /// canary-by-header
    pub header: Option<Setting<String>>,
    /// canary-by-header-value
    pub header_value: Option<Setting<String>>,
    /// canary-by-header-pattern
    pub header_pattern: Option<Setting<String>>,
    /// canary-by-cookie
    pub cookie: Option<Setting<String>>,
    /// canary-weight
    pub weight: Option<Setting<u64>>,
    /// canary-weight-total; 100 by default
    pub weight_total: Option<Setting<u64>>,
}

/// A canary that belongs to a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The canary's Ingress.
    pub ingress: IngressId,
    /// Its backend.
    pub backend: ServiceRef,
    /// Which requests are its own.
    pub rule: CanaryRule,
}

/// One `location`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// As written (regex mode: the expression), `/` where nothing is.
    pub path: String,
    /// How it matches.
    pub matcher: Matcher,
    /// Whose settings apply ([`super::EffectiveIngress::settings`]).
    pub ingress: IngressId,
    /// The path entry; none for the implicit `/` and for a default backend.
    pub span: Option<Span>,
    /// No rule names it: the `/` that every server gets.
    pub implicit: bool,
    /// Where it leads.
    pub backend: Backend,
    /// Canaries of it, in nginx's order.
    pub canaries: Vec<Canary>,
    /// The path ends in `/` and nothing serves it without: 301 to it.
    pub slash_redirect: bool,
    /// The catch-all `/` of an Ingress with a default backend and no rules: its redirect, rewrite and ssl-redirect settings do not
    /// apply.
    pub without_redirects: bool,
}

/// What a server does with TLS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// A certificate counts for this host, so that ssl-redirect applies (the default certificate counts, too).
    pub enabled: Option<Setting<()>>,
    /// `namespace/name` of the Secret that is served, where one is named.
    pub secret: Option<Setting<(String, String)>>,
    /// The names that the certificate holds; where its Secret is not among the inputs, the hosts that spec.tls lists for it.
    pub names: Option<Vec<String>>,
    /// ssl-ciphers
    pub ciphers: Option<Setting<String>>,
    /// ssl-prefer-server-ciphers
    pub prefer_server_ciphers: Option<Setting<bool>>,
}

impl Tls {
    /// The certificate of its own holds this name.
    pub fn covers(&self, host: &str) -> bool {
        let names = self.names.as_ref().filter(|_| self.secret.is_some());
        names.is_some_and(|names| names.iter().any(|name| super::build::covers(name, host)))
    }
}

/// auth-tls-*: a property of the server; the first Ingress with a Secret wins for all of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAuth {
    /// `namespace/name` of the CA Secret.
    pub secret: Setting<(String, String)>,
    /// The Secret is among the inputs and has `ca.crt`; None: not among the inputs. Without it nothing is asked of clients.
    pub usable: Option<bool>,
    /// on, off, optional, optional_no_ca
    pub verify: Setting<String>,
    /// auth-tls-verify-depth
    pub depth: Setting<u64>,
    /// auth-tls-error-page
    pub error_page: Option<Setting<String>>,
    /// auth-tls-pass-certificate-to-upstream
    pub pass_certificate: Setting<bool>,
    /// auth-tls-match-cn
    pub match_cn: Option<Setting<String>>,
}

/// from-to-www-redirect: a server of its own that redirects to this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WwwRedirect {
    /// The host that is redirected.
    pub from: String,
    /// 308 by default (ConfigMap http-redirect-code).
    pub code: u16,
    /// Who asked for it.
    pub setting: Setting<()>,
}

/// One `server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: HostName,
    /// server-alias of any of its Ingresses, as far as no other server has the name.
    pub aliases: Vec<Setting<HostName>>,
    /// Its Ingresses, oldest first (the order in which they are merged).
    pub ingresses: Vec<IngressId>,
    /// Who turned all its locations into case-insensitive regular expressions.
    pub regex_mode: Option<Setting<()>>,
    /// TLS.
    pub tls: Tls,
    /// Client certificates.
    pub client_auth: Option<ClientAuth>,
    /// An auth-tls-secret that cannot be used: the whole host, every Ingress of it, answers 403. With the reason.
    pub refused: Option<Setting<String>>,
    /// app-root of the first Ingress that has one: `= /` answers before everything else.
    pub app_root: Option<Setting<String>>,
    /// from-to-www-redirect.
    pub www: Option<WwwRedirect>,
    /// ssl-passthrough: TLS goes through to this backend.
    pub passthrough: Option<Setting<ServiceRef>>,
    /// In the order in which nginx tries them (regex mode), else sorted by path.
    pub locations: Vec<Location>,
    /// What the snippets of the server and of its locations mean; none where there are no snippets.
    pub snippets: Option<Box<HostSnippets>>,
}

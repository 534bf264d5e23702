//! What the annotations of one Ingress mean, with the ConfigMap's and the built-in defaults.
use super::variables::first_unknown;
use super::{CanaryRule, Reader, Setting, SnippetId, host_wide, unconverted};
use crate::features::{
    access, affinity, app_root, backend_protocol, backend_tls, basic_auth, body_size, buffering, client_certificate,
    cors, custom_headers, errors, external_auth, limits, load_balancing, mirror, modsecurity, proxy_redirect, redirect,
    retry, rewrite, ssl_redirect, timeouts, upstream_vhost,
};

use crate::source::Span;

/// What an invalid value does in ingress-nginx v1.15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It does nothing, because what it belongs to is not there or not on (a cors-* without enable-cors, ...).
    Inert,
    /// The value is ignored; the default holds.
    Ignored,
    /// The whole feature is off, the location is open.
    Open,
    /// The location answers 503.
    Closed,
    /// The whole Ingress is unserved.
    Refused,
    /// nginx refuses the configuration: the controller loads no change any more.
    Breaks,
}

/// A value that does not do what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Annotation, without the prefix; or a key of the ConfigMap, where that is the cause.
    pub key: String,
    /// The value's place.
    pub span: Span,
    /// What it does.
    pub effect: Effect,
    /// Why, as ingress-nginx or nginx would say it.
    pub reason: String,
}

/// An annotation that is known but that this version does not convert: it blocks its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconverted {
    /// Without the prefix.
    pub key: String,
    /// As written.
    pub value: String,
    /// The value's place.
    pub span: Span,
    /// The name's place.
    pub name: Span,
    /// It has an effect as it stands (`false`, empty and the like have none): only then it blocks.
    pub active: bool,
}

/// Everything that one Ingress says beside hosts, paths and backends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The location answers 503 to everything: an invalid protection. With the reason.
    pub denied: Option<Setting<String>>,
    /// canary: "true" makes the whole Ingress a canary of another.
    pub canary: Option<Setting<CanaryRule>>,
    /// server-alias, one entry for each name.
    pub server_alias: Vec<Setting<String>>,
    /// from-to-www-redirect
    pub www_redirect: Option<Setting<()>>,
    /// ssl-passthrough
    pub ssl_passthrough: Option<Setting<()>>,
    /// ssl-ciphers, ssl-prefer-server-ciphers
    pub ssl_ciphers: Option<Setting<String>>,
    /// ssl-prefer-server-ciphers
    pub ssl_prefer_server_ciphers: Option<Setting<bool>>,
    /// allow and deny lists, satisfy
    pub access: access::Access,
    /// affinity and its cookie
    pub affinity: Option<affinity::Affinity>,
    /// app-root
    pub app_root: Option<Setting<app_root::AppRoot>>,
    /// backend-protocol
    pub backend_protocol: backend_protocol::BackendProtocol,
    /// proxy-ssl-*
    pub backend_tls: Option<backend_tls::BackendTls>,
    /// auth-type basic and digest
    pub basic_auth: Option<basic_auth::BasicAuth>,
    /// proxy-body-size
    pub body_size: body_size::BodySize,
    /// proxy-buffering and its family
    pub buffering: buffering::Buffering,
    /// auth-tls-*: becomes the host's
    pub client_certificate: Option<client_certificate::ClientCertificate>,
    /// cors-*
    pub cors: Option<cors::Cors>,
    /// custom-headers
    pub custom_headers: custom_headers::CustomHeaders,
    /// custom-http-errors, default-backend
    pub errors: errors::Errors,
    /// auth-url and its family
    pub external_auth: Option<external_auth::ExternalAuth>,
    /// limit-*
    pub limits: limits::Limits,
    /// load-balance, upstream-hash-by, service-upstream
    pub load_balancing: load_balancing::LoadBalancing,
    /// mirror-*
    pub mirror: Option<mirror::Mirror>,
    /// enable-modsecurity and its family
    pub modsecurity: modsecurity::Firewall,
    /// proxy-redirect-*, proxy-cookie-*
    pub proxy_redirect: proxy_redirect::ProxyRedirect,
    /// permanent-redirect, temporal-redirect
    pub redirect: Option<redirect::Redirect>,
    /// proxy-next-upstream*
    pub retry: retry::Retry,
    /// rewrite-target, use-regex, x-forwarded-prefix
    pub rewrite: rewrite::Rewrite,
    /// ssl-redirect, force-ssl-redirect, preserve-trailing-slash
    pub ssl_redirect: ssl_redirect::SslRedirect,
    /// proxy-*-timeout
    pub timeouts: timeouts::Timeouts,
    /// upstream-vhost, connection-proxy-header
    pub upstream_vhost: upstream_vhost::UpstreamVhost,
    /// Its snippets, those that the controller drops too.
    pub snippets: Vec<SnippetId>,
    /// What this version blocks on.
    pub unconverted: Vec<Unconverted>,
}

impl Settings {
    /// Reads them all; each feature reads its own.
    pub fn read(reader: &Reader<'_>) -> Self {
        reader.check_risk();
        let settings = Settings {
            denied: None,
            canary: host_wide::canary(reader),
            server_alias: host_wide::server_alias(reader),
            www_redirect: redirect::read_www(reader),
            ssl_passthrough: host_wide::ssl_passthrough(reader),
            ssl_ciphers: host_wide::ssl_ciphers(reader),
            ssl_prefer_server_ciphers: host_wide::ssl_prefer_server_ciphers(reader),
            access: access::read(reader),
            affinity: affinity::read(reader),
            app_root: app_root::read(reader),
            backend_protocol: backend_protocol::read(reader),
            backend_tls: backend_tls::read(reader),
            basic_auth: basic_auth::read(reader),
            body_size: body_size::read(reader),
            buffering: buffering::read(reader),
            client_certificate: client_certificate::read(reader),
            cors: cors::read(reader),
            custom_headers: custom_headers::read(reader),
            errors: errors::read(reader),
            external_auth: external_auth::read(reader),
            limits: limits::read(reader),
            load_balancing: load_balancing::read(reader),
            mirror: mirror::read(reader),
            modsecurity: modsecurity::read(reader),
            proxy_redirect: proxy_redirect::read(reader),
            redirect: redirect::read(reader),
            retry: retry::read(reader),
            rewrite: rewrite::read(reader),
            ssl_redirect: ssl_redirect::read(reader),
            timeouts: timeouts::read(reader),
            upstream_vhost: upstream_vhost::read(reader),
            snippets: Vec::new(),
            unconverted: unconverted::read(reader),
        };
        settings.report_unknown_variables(reader);
        settings
    }

    /// A `$name` that nginx does not know keeps it from loading the configuration (recordings atlas/ngx-vhost-novar, ngx-rw-novar,
    /// ngx-root-novar, ngx-xfp-novar).
    fn report_unknown_variables(&self, reader: &Reader<'_>) {
        let root = self.app_root.as_ref().map(|r| (&r.origin, &r.value.target));
        let prefix = self.rewrite.target.as_ref().and(self.rewrite.forwarded_prefix.as_ref());
        let server_name = self.backend_tls.as_ref().and_then(|t| t.name.as_ref());
        let redirect = self.redirect.as_ref().map(|r| &r.target);
        let texts = [
            self.upstream_vhost.host.as_ref(),
            self.rewrite.target.as_ref(),
            prefix,
            server_name,
            redirect,
        ];
        let texts = texts.into_iter().flatten().map(|s| (&s.origin, &s.value));
        for (origin, text) in texts.chain(root) {
            if let (Some(key), Some(unknown)) = (origin.annotation(), first_unknown(text)) {
                reader.problem(key, Effect::Breaks, format!("nginx knows no variable `{unknown}`"));
            }
        }
    }
}

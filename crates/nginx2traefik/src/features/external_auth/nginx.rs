//! What ingress-nginx makes of it.
use super::{global, own};
use crate::effective::{Reader, Setting};

/// auth-url, or the ConfigMap's global-auth-url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalAuth {
    /// May hold nginx variables.
    pub url: Setting<String>,
    /// It is the ConfigMap's global-auth-url.
    pub global: bool,
    /// auth-method; GET by default
    pub method: Option<Setting<String>>,
    /// auth-signin
    pub signin: Option<Setting<String>>,
    /// auth-signin-redirect-param; `rd` by default
    pub signin_redirect_param: Option<Setting<String>>,
    /// auth-response-headers
    pub response_headers: Option<Setting<Vec<String>>>,
    /// auth-request-redirect: value of X-Auth-Request-Redirect; `$request_uri` by default
    pub request_redirect: Option<Setting<String>>,
    /// auth-proxy-set-headers: ConfigMap `namespace/name`
    pub proxy_set_headers: Option<Setting<String>>,
    /// Name and value of them, where the ConfigMap is among the inputs.
    pub proxy_set_headers_values: Option<Vec<(String, String)>>,
    /// auth-cache-key
    pub cache_key: Option<Setting<String>>,
    /// auth-cache-duration
    pub cache_duration: Option<Setting<String>>,
    /// auth-keepalive*: key and value as written
    pub keepalive: Vec<Setting<(String, String)>>,
    /// auth-always-set-cookie
    pub always_set_cookie: Setting<bool>,
    /// auth-snippet (also in [`crate::effective::settings::Unconverted`])
    pub snippet: Option<Setting<String>>,
}

/// All but auth-url; without it they do nothing.
const BESIDE: [&str; 14] = [
    "auth-method",
    "auth-signin",
    "auth-signin-redirect-param",
    "auth-response-headers",
    "auth-request-redirect",
    "auth-proxy-set-headers",
    "auth-cache-key",
    "auth-cache-duration",
    "auth-keepalive",
    "auth-keepalive-share-vars",
    "auth-keepalive-requests",
    "auth-keepalive-timeout",
    "auth-always-set-cookie",
    "auth-snippet",
];

/// Reads it from the annotations of one Ingress: its own auth-url, else the ConfigMap's global-auth-url unless enable-global-auth is
/// false (an invalid value is true).
pub fn read(reader: &Reader<'_>) -> Option<ExternalAuth> {
    let wants_global = reader.or(reader.bool("enable-global-auth"), Setting::built_in(true));
    let own = match reader.or_refuse(reader.string("auth-url")) {
        Some(url) => own::read(reader, url),
        None => {
            reader.inert(&BESIDE, "there is no auth-url: nobody is asked");
            None
        }
    };
    own.or_else(|| global::read(reader).filter(|_| wants_global.value))
}

impl ExternalAuth {
    /// An auth-url and nothing beside it.
    pub(super) fn of(url: Setting<String>, global: bool) -> Self {
        ExternalAuth {
            url,
            global,
            method: None,
            signin: None,
            signin_redirect_param: None,
            response_headers: None,
            request_redirect: None,
            proxy_set_headers: None,
            proxy_set_headers_values: None,
            cache_key: None,
            cache_duration: None,
            keepalive: Vec::new(),
            always_set_cookie: Setting::built_in(false),
            snippet: None,
        }
    }
}

//! What ingress-nginx makes of it.
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

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<ExternalAuth> {
    None
}

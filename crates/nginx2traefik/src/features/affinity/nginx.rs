//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// affinity: cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affinity {
    /// Who asked for it.
    pub enabled: Setting<()>,
    /// affinity-mode: persistent (else balanced)
    pub persistent: Setting<bool>,
    /// affinity-canary-behavior: legacy (else sticky)
    pub canary_legacy: Setting<bool>,
    /// session-cookie-name; `INGRESSCOOKIE` by default
    pub name: Setting<String>,
    /// session-cookie-path; by default the location's path
    pub path: Option<Setting<String>>,
    /// session-cookie-domain
    pub domain: Option<Setting<String>>,
    /// session-cookie-samesite
    pub same_site: Option<Setting<String>>,
    /// session-cookie-conditional-samesite-none
    pub conditional_same_site_none: Setting<bool>,
    /// session-cookie-secure; none: Secure on https
    pub secure: Option<Setting<bool>>,
    /// session-cookie-expires, seconds as written
    pub expires: Option<Setting<String>>,
    /// session-cookie-max-age, seconds as written
    pub max_age: Option<Setting<String>>,
    /// session-cookie-change-on-failure
    pub change_on_failure: Setting<bool>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<Affinity> {
    None
}

//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// What is changed in the headers of a backend's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyRedirect {
    /// proxy-redirect-from; `off` by default
    pub from: Option<Setting<String>>,
    /// proxy-redirect-to
    pub to: Option<Setting<String>>,
    /// proxy-cookie-domain
    pub cookie_domain: Option<Setting<String>>,
    /// proxy-cookie-path
    pub cookie_path: Option<Setting<String>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> ProxyRedirect {
    ProxyRedirect::default()
}

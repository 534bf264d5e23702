//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// An origin that is let in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowedOrigin {
    /// `*`: any, and a literal `*` is answered.
    Any,
    /// Scheme, host and port as written; compared without case.
    Exact(String),
    /// `scheme://*.rest`: exactly one label more.
    Wildcard(String),
}

/// CORS as ingress-nginx answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// enable-cors
    pub enabled: Setting<()>,
    /// cors-allow-origin; invalid entries left out, an invalid value is `*`
    pub origins: Setting<Vec<AllowedOrigin>>,
    /// cors-allow-methods, as sent
    pub methods: Setting<String>,
    /// cors-allow-headers, as sent
    pub headers: Setting<String>,
    /// cors-allow-credentials
    pub credentials: Setting<bool>,
    /// cors-expose-headers, as sent
    pub expose: Option<Setting<String>>,
    /// cors-max-age, seconds as sent
    pub max_age: Setting<String>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<Cors> {
    None
}

//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting, host::ServiceRef};

/// Error pages, and who serves when a Service has no endpoints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors {
    /// custom-http-errors (annotation, else ConfigMap), sorted.
    pub codes: Option<Setting<Vec<u16>>>,
    /// default-backend
    pub default_backend: Option<Setting<ServiceRef>>,
    /// disable-proxy-intercept-errors
    pub disable_intercept: Option<Setting<bool>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Errors {
    Errors::default()
}

//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// Headers added to every answer of the location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomHeaders {
    /// The annotation's value (`namespace/name` of the ConfigMap).
    pub config_map: Option<Setting<String>>,
    /// Name and value in order; none where the ConfigMap is not among the inputs.
    pub headers: Option<Vec<(String, String)>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> CustomHeaders {
    CustomHeaders::default()
}

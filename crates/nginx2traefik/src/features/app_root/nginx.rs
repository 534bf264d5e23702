//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// app-root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRoot {
    /// May hold nginx variables.
    pub target: String,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<Setting<AppRoot>> {
    None
}

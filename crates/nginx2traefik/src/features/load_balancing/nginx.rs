//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// How endpoints are chosen. Belongs to namespace, Service and port: the first Ingress that creates the upstream decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadBalancing {
    /// load-balance: round_robin (default), ewma
    pub algorithm: Option<Setting<String>>,
    /// upstream-hash-by
    pub hash_by: Option<Setting<String>>,
    /// service-upstream
    pub service_upstream: Option<Setting<bool>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> LoadBalancing {
    LoadBalancing::default()
}

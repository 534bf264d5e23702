//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};
use ipnet::IpNet;

/// Limits for each client address; over them 503.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// limit-rps
    pub rps: Option<Setting<u64>>,
    /// limit-rpm
    pub rpm: Option<Setting<u64>>,
    /// limit-connections
    pub connections: Option<Setting<u64>>,
    /// limit-burst-multiplier; 5 by default
    pub burst_multiplier: Option<Setting<u64>>,
    /// limit-allowlist, limit-whitelist
    pub allow: Option<Setting<Vec<IpNet>>>,
    /// limit-rate and limit-rate-after: key and value as written
    pub bandwidth: Vec<Setting<(String, String)>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Limits {
    Limits::default()
}

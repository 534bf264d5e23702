//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// proxy-ssl-*; all of it is inert without proxy-ssl-secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendTls {
    /// Namespace and name of the Secret.
    pub secret: Setting<(String, String)>,
    /// proxy-ssl-verify: on
    pub verify: Setting<bool>,
    /// proxy-ssl-verify-depth
    pub depth: Setting<u64>,
    /// proxy-ssl-name
    pub name: Option<Setting<String>>,
    /// proxy-ssl-server-name: on (sends SNI)
    pub server_name: Setting<bool>,
    /// proxy-ssl-protocols
    pub protocols: Option<Setting<String>>,
    /// proxy-ssl-ciphers
    pub ciphers: Option<Setting<String>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<BackendTls> {
    None
}

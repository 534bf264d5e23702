//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// auth-tls-* of one Ingress; the host takes the first that has a Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// Namespace and name of the CA Secret.
    pub secret: Setting<(String, String)>,
    /// auth-tls-verify-client: on, off, optional, optional_no_ca
    pub verify: Setting<String>,
    /// auth-tls-verify-depth
    pub depth: Setting<u64>,
    /// auth-tls-error-page
    pub error_page: Option<Setting<String>>,
    /// auth-tls-pass-certificate-to-upstream
    pub pass_certificate: Setting<bool>,
    /// auth-tls-match-cn
    pub match_cn: Option<Setting<String>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<ClientCertificate> {
    None
}

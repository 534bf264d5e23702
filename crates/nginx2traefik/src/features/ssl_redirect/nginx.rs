//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// From http to https: 308 (ConfigMap http-redirect-code).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SslRedirect {
    /// ssl-redirect; true by default, holds where the host has a certificate
    pub redirect: Setting<bool>,
    /// force-ssl-redirect: also without a certificate
    pub force: Setting<bool>,
    /// preserve-trailing-slash
    pub preserve_trailing_slash: Setting<bool>,
    /// The status.
    pub code: Setting<u16>,
}

impl Default for SslRedirect {
    fn default() -> Self {
        SslRedirect {
            redirect: Setting::built_in(true),
            force: Setting::built_in(false),
            preserve_trailing_slash: Setting::built_in(false),
            code: Setting::built_in(308),
        }
    }
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> SslRedirect {
    SslRedirect::default()
}

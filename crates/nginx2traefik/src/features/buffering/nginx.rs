//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// Buffers between client and backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buffering {
    /// proxy-buffering; off by default
    pub response: Setting<bool>,
    /// proxy-request-buffering; on by default
    pub request: Setting<bool>,
    /// Sizes that have no meaning in Traefik (proxy-buffer-size, proxy-buffers-number, proxy-busy-buffers-size,
    /// proxy-max-temp-file-size, client-body-buffer-size): key and value as written.
    pub sizes: Vec<Setting<(String, String)>>,
}

impl Default for Buffering {
    fn default() -> Self {
        Buffering {
            response: Setting::built_in(false),
            request: Setting::built_in(true),
            sizes: Vec::new(),
        }
    }
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Buffering {
    Buffering::default()
}

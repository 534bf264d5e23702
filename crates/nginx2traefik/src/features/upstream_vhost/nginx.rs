//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// Host and Connection as the backend gets them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpstreamVhost {
    /// upstream-vhost; may hold nginx variables
    pub host: Option<Setting<String>>,
    /// connection-proxy-header
    pub connection: Option<Setting<String>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> UpstreamVhost {
    UpstreamVhost::default()
}

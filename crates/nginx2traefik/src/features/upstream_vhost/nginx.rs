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

/// Reads it from the annotations of one Ingress. (`annotations/upstreamvhost`, `connection`: an invalid value leaves the Ingress
/// unserved.)
pub fn read(reader: &Reader<'_>) -> UpstreamVhost {
    UpstreamVhost {
        host: reader.or_refuse(reader.string("upstream-vhost")),
        connection: reader.or_refuse(reader.string("connection-proxy-header")),
    }
}

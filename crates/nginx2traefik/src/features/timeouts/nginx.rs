//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// Seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    /// proxy-connect-timeout; 5
    pub connect: Setting<u64>,
    /// proxy-read-timeout, between two reads; 60
    pub read: Setting<u64>,
    /// proxy-send-timeout, between two writes; 60
    pub send: Setting<u64>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Setting::built_in(5),
            read: Setting::built_in(60),
            send: Setting::built_in(60),
        }
    }
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Timeouts {
    Timeouts::default()
}

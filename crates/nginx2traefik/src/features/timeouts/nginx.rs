//! What ingress-nginx makes of it.
use crate::effective::{Effect, Reader, Setting};

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

/// Reads it from the annotations of one Ingress. (`annotations/proxy`: whole seconds; an invalid value, also `5s`, is the ConfigMap's.)
pub fn read(reader: &Reader<'_>) -> Timeouts {
    Timeouts {
        connect: read_seconds(reader, "proxy-connect-timeout", 5),
        read: read_seconds(reader, "proxy-read-timeout", 60),
        send: read_seconds(reader, "proxy-send-timeout", 60),
    }
}

/// A negative number passes the check, and nginx refuses it (recordings atlas/ngx-conn-neg, atlas/ngx-send-neg, value/348).
fn read_seconds(reader: &Reader<'_>, key: &'static str, default: i64) -> Setting<u64> {
    let seconds = reader.or(reader.int(key), reader.config_int(key, default));
    if seconds.value < 0 {
        reader.problem(key, Effect::Breaks, "nginx knows no negative time");
    }
    seconds.map(|n| u64::try_from(n).unwrap_or(0))
}

//! What ingress-nginx makes of it.
use crate::effective::{Effect, Reader, Setting};

/// When another endpoint is tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retry {
    /// proxy-next-upstream; `error timeout` by default
    pub conditions: Option<Setting<String>>,
    /// proxy-next-upstream-tries; 3 by default
    pub tries: Option<Setting<u64>>,
    /// proxy-next-upstream-timeout, seconds; 0 by default
    pub timeout: Option<Setting<u64>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/proxy`: an invalid value is the ConfigMap's.)
pub fn read(reader: &Reader<'_>) -> Retry {
    let conditions = reader.config("proxy-next-upstream");
    Retry {
        conditions: reader.optional(reader.string("proxy-next-upstream")).or(conditions),
        tries: read_number(reader, "proxy-next-upstream-tries"),
        timeout: read_number(reader, "proxy-next-upstream-timeout"),
    }
}

/// A negative number passes the check, and nginx refuses it (recordings atlas/ngx-tries-neg, value/341).
fn read_number(reader: &Reader<'_>, key: &'static str) -> Option<Setting<u64>> {
    let configured = Some(reader.config_int(key, 0)).filter(Setting::is_written);
    let number = reader.optional(reader.int(key)).or(configured)?;
    if number.value < 0 {
        reader.problem(key, Effect::Breaks, "nginx knows no negative number here");
    }
    Some(number.map(|n| u64::try_from(n).unwrap_or(0)))
}

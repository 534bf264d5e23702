//! What ingress-nginx makes of it.
use super::zones::Rate;
use crate::effective::check::parse_cidrs;
use crate::effective::{Effect, Reader, Setting};
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
    /// Rates that snippets set (`limit_req`)
    pub rates: Vec<Setting<Rate>>,
    /// Status of a request over the limit; 503 by default
    pub status: Option<Setting<u16>>,
    /// The same for limit-connections
    pub connections_status: Option<Setting<u16>>,
    /// limit-allowlist, limit-whitelist
    pub allow: Option<Setting<Vec<IpNet>>>,
    /// limit-rate and limit-rate-after: key and value as written
    pub bandwidth: Vec<Setting<(String, String)>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/ratelimit`: an invalid limit or list leaves the Ingress unserved; an
/// invalid multiplier is 5, an invalid bandwidth the ConfigMap's; a limit below 1 is none.)
pub fn read(reader: &Reader<'_>) -> Limits {
    let limit = |key| {
        let number = reader.or_refuse(reader.int(key))?;
        let value = u64::try_from(number.value).ok().filter(|n| *n > 0)?;
        Some(number.map(|_| value))
    };
    let (rps, rpm, connections) = (limit("limit-rps"), limit("limit-rpm"), limit("limit-connections"));
    let allow = reader.or_refuse(reader.string("limit-allowlist"));
    let allow = allow.and_then(|s| parse_cidrs(&s.value).map(|networks| s.map(|_| networks)));
    let multiplier = reader.optional(reader.int("limit-burst-multiplier"));
    let any = rps.is_some() || rpm.is_some() || connections.is_some();
    if !any {
        reader.inert(&BESIDE, "there is no limit-rps, limit-rpm or limit-connections");
    }
    report_refused(
        reader,
        rps.is_some() || rpm.is_some(),
        multiplier.as_ref(),
        connections.as_ref(),
    );
    Limits {
        rps,
        rpm,
        connections,
        rates: Vec::new(),
        status: read_status(reader, "limit-req-status-code"),
        connections_status: read_status(reader, "limit-conn-status-code"),
        burst_multiplier: multiplier.map(|m| m.map(|n| u64::try_from(n).unwrap_or(0))),
        allow: allow.filter(|_| any),
        bandwidth: read_bandwidth(reader),
    }
}

/// A key of the ConfigMap (internal/ingress/controller/config/config.go: 503).
fn read_status(reader: &Reader<'_>, key: &str) -> Option<Setting<u16>> {
    let status = reader.config_int(key, 503);
    let value = u16::try_from(status.value).ok().filter(|s| *s != 503)?;
    Some(status.map(|_| value))
}

const BESIDE: [&str; 3] = ["limit-burst-multiplier", "limit-allowlist", "limit-whitelist"];

/// What passes and breaks nginx: a burst below 1 (recordings atlas/lim-rps-m0, atlas/ngx-burst-neg), more connections than nginx counts
/// (atlas/ngx-conn-huge).
fn report_refused(
    reader: &Reader<'_>,
    bursts: bool,
    multiplier: Option<&Setting<i64>>,
    connections: Option<&Setting<u64>>,
) {
    if bursts && multiplier.is_some_and(|m| m.value < 1) {
        let reason = "nginx knows no burst below 1";
        reader.problem("limit-burst-multiplier", Effect::Breaks, reason);
    }
    if connections.is_some_and(|c| c.value > 65535) {
        reader.problem(
            "limit-connections",
            Effect::Breaks,
            "nginx counts up to 65535 connections",
        );
    }
}

/// Only what throttles: a number above 0. Told with the unconverted annotations, too.
fn read_bandwidth(reader: &Reader<'_>) -> Vec<Setting<(String, String)>> {
    let mut bandwidth = Vec::new();
    for key in ["limit-rate", "limit-rate-after"] {
        let number = reader.or(reader.int(key), reader.config_int(key, 0));
        if number.value > 0 {
            bandwidth.push(number.map(|n| (key.to_string(), n.to_string())));
        }
    }
    bandwidth
}

impl Limits {
    /// limit-burst-multiplier; 5 by default
    pub fn multiplier(&self) -> u64 {
        self.burst_multiplier.as_ref().map_or(5, |m| m.value)
    }

    /// The status of a request over the limit.
    pub fn status(&self) -> u16 {
        self.status.as_ref().map_or(503, |s| s.value)
    }

    /// The status of a request beside too many others.
    pub fn connections_status(&self) -> u16 {
        self.connections_status.as_ref().map_or(503, |s| s.value)
    }
}

//! `limit_req` and `limit_conn` of a snippet: they name a zone, and only an http-snippet of the ConfigMap can declare one.
use crate::effective::{Effective, SnippetKind};
use nginx_snippet::Directive;

/// A rate that a snippet sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a second or a minute.
    pub average: u64,
    /// They are counted by the minute.
    pub per_minute: bool,
    /// How many may come at once beside the first.
    pub burst: u64,
    /// Those wait until the rate allows for them (no `nodelay`).
    pub waits: bool,
}

/// Why a limit cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoZone {
    /// No http-snippet among the inputs declares it.
    Unknown(String),
    /// It counts by something else than the address of the client.
    Key(String),
    /// It is no limit that nginx takes.
    Form,
}

/// The limit of a `limit_req` (ngx_http_limit_req_module.c, ngx_http_limit_req).
pub fn request_rate(effective: &Effective, args: &[String]) -> Result<Rate, NoZone> {
    let value = |name: &str| args.iter().find_map(|arg| arg.strip_prefix(name));
    let zone = value("zone=").ok_or(NoZone::Form)?;
    let declared = declared(effective, "limit_req_zone", zone)?;
    let rate = declared.args.iter().find_map(|arg| arg.text.strip_prefix("rate="));
    let rate = rate.unwrap_or("1r/s");
    let (count, per_minute) = match (rate.strip_suffix("r/s"), rate.strip_suffix("r/m")) {
        (Some(count), _) => (count, false),
        (None, Some(count)) => (count, true),
        (None, None) => return Err(NoZone::Form),
    };
    let number = |text: &str| text.parse::<u64>().map_err(|_| NoZone::Form);
    let burst = value("burst=").map_or(Ok(0), number)?;
    let at_once = value("delay=").map_or(Ok(0), number)?;
    Ok(Rate {
        average: number(count)?.max(1),
        per_minute,
        burst,
        waits: burst > at_once && !args.iter().any(|arg| arg == "nodelay"),
    })
}

/// The limit of a `limit_conn`.
pub fn connections(effective: &Effective, args: &[String]) -> Result<u64, NoZone> {
    let [zone, count] = args else {
        return Err(NoZone::Form);
    };
    declared(effective, "limit_conn_zone", zone)?;
    count
        .parse()
        .ok()
        .filter(|n| (1..=65_535).contains(n))
        .ok_or(NoZone::Form)
}

/// The declaration of a zone that counts addresses of clients.
fn declared<'e>(effective: &'e Effective, name: &str, zone: &str) -> Result<&'e Directive, NoZone> {
    let found = zones(effective).find(|d| d.name.text == name && zone_of(d) == Some(zone));
    let found = found.ok_or_else(|| NoZone::Unknown(zone.to_owned()))?;
    match found.arg(0) {
        Some("$binary_remote_addr" | "$remote_addr" | "${binary_remote_addr}") => Ok(found),
        key => Err(NoZone::Key(key.unwrap_or_default().to_owned())),
    }
}

fn zones(effective: &Effective) -> impl Iterator<Item = &Directive> {
    let http = effective.snippets.iter().filter(|s| s.kind == SnippetKind::Http);
    http.flat_map(|s| &s.tree.directives)
}

/// The name in `zone=name:10m`.
fn zone_of(directive: &Directive) -> Option<&str> {
    let zone = directive.args.iter().find_map(|arg| arg.text.strip_prefix("zone="))?;
    zone.split(':').next()
}

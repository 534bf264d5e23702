//! What ingress-nginx makes of it.
use crate::effective::check::parse_cidrs;
use crate::effective::{Effect, Reader, Setting, Unset};
use ipnet::IpNet;

/// Who may come in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// allowlist-source-range, whitelist-source-range (its alias), or the ConfigMap's whitelist-source-range.
    pub allow: Option<Setting<Vec<IpNet>>>,
    /// denylist-source-range, or the ConfigMap's, or (where there is no list at all) the ConfigMap's block-cidrs. nginx writes deny lines before allow lines; the first match decides.
    pub deny: Option<Setting<Vec<IpNet>>>,
    /// satisfy: any. One of address, password and auth-url is enough.
    pub satisfy_any: Option<Setting<()>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/ipallowlist`, `ipdenylist`: an invalid or an empty list closes the
/// location; `satisfy`: anything but `any` and `all` is as if it were not written.)
pub fn read(reader: &Reader<'_>) -> Access {
    let satisfy = reader.optional(reader.string("satisfy"));
    let allow = read_list(reader, "allowlist-source-range", "whitelist-source-range");
    let deny = read_list(reader, "denylist-source-range", "denylist-source-range");
    // block-cidrs stands in the http block: a location with lines of its own does not inherit it (recording atlas/block-allow)
    let inherits = allow.is_none() && deny.is_none();
    let blocked = inherits.then(|| read_config(reader, "block-cidrs")).flatten();
    Access {
        allow,
        deny: deny.or(blocked),
        satisfy_any: satisfy.filter(|s| s.value == "any").map(|s| s.map(|_| ())),
    }
}

/// The annotation's list, else the ConfigMap's.
fn read_list(reader: &Reader<'_>, key: &'static str, config: &str) -> Option<Setting<Vec<IpNet>>> {
    match reader.string(key) {
        Ok(value) => match parse_cidrs(&value.value) {
            Some(networks) => Some(value.map(|_| networks)),
            None => {
                reader.deny(&value, "not a comma-separated list of addresses and networks");
                None
            }
        },
        Err(Unset::Content(written) | Unset::Refused(written)) => {
            reader.deny_written(&written);
            None
        }
        Err(Unset::Missing) => read_config(reader, config),
    }
}

/// ingress-nginx does not check the ConfigMap's entries: one that is no address or network keeps nginx from loading anything (recording
/// atlas/wlbad-none).
fn read_config(reader: &Reader<'_>, key: &str) -> Option<Setting<Vec<IpNet>>> {
    let written = reader.config(key)?;
    let mut networks = Vec::new();
    for entry in written.value.split(',').map(str::trim).filter(|e| !e.is_empty()) {
        match parse_cidrs(entry) {
            Some(network) => networks.extend(network),
            None => reader.config_problem(key, Effect::Breaks, format!("`{entry}` is no address or network")),
        }
    }
    networks.sort();
    let is_empty = written.value.trim().is_empty();
    (!is_empty).then(|| written.map(|_| networks))
}

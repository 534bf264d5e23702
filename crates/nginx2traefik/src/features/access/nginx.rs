//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};
use ipnet::IpNet;

/// Who may come in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// allowlist-source-range, whitelist-source-range (its alias), or the ConfigMap's whitelist-source-range.
    pub allow: Option<Setting<Vec<IpNet>>>,
    /// denylist-source-range, or the ConfigMap's. nginx writes deny lines before allow lines; the first match decides.
    pub deny: Option<Setting<Vec<IpNet>>>,
    /// satisfy: any. One of address, password and auth-url is enough.
    pub satisfy_any: Option<Setting<()>>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Access {
    Access::default()
}

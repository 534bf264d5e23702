//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// `return <code> <target>` before everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// May hold nginx variables.
    pub target: Setting<String>,
    /// 301 or 302 by default; a code out of range is the default.
    pub code: Setting<u16>,
    /// It is temporal-redirect.
    pub temporal: bool,
    /// relative-redirects: true (Location stays as written)
    pub relative: Setting<bool>,
}

/// Reads it from the annotations of one Ingress.
pub fn read(_reader: &Reader<'_>) -> Option<Redirect> {
    None
}

/// Reads from-to-www-redirect.
pub fn read_www(_reader: &Reader<'_>) -> Option<Setting<()>> {
    None
}

//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// What the backend gets for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// rewrite-target, where it has an effect. May hold `$1`... and nginx variables; a full URL is a redirect.
    pub target: Option<Setting<String>>,
    /// use-regex
    pub use_regex: Setting<bool>,
    /// x-forwarded-prefix; without effect where there is no rewrite
    pub forwarded_prefix: Option<Setting<String>>,
    /// use-port-in-redirects
    pub port_in_redirects: Setting<bool>,
}

impl Default for Rewrite {
    fn default() -> Self {
        Rewrite {
            target: None,
            use_regex: Setting::built_in(false),
            forwarded_prefix: None,
            port_in_redirects: Setting::built_in(false),
        }
    }
}

/// Reads it from the annotations of one Ingress. (`annotations/rewrite/main.go`, `xforwardedprefix`, `portinredirect`: an invalid
/// rewrite-target, use-regex or port flag is as if it were not written; an invalid x-forwarded-prefix leaves the Ingress unserved.)
pub fn read(reader: &Reader<'_>) -> Rewrite {
    let ports = reader.config_bool("use-port-in-redirects", false);
    Rewrite {
        target: reader.optional(reader.string("rewrite-target")),
        use_regex: reader.or(reader.bool("use-regex"), Setting::built_in(false)),
        forwarded_prefix: reader.or_refuse(reader.string("x-forwarded-prefix")),
        port_in_redirects: reader.or(reader.bool("use-port-in-redirects"), ports),
    }
}

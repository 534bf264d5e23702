//! What ingress-nginx makes of it.
use super::refused::report_refused;
use crate::effective::{Reader, Setting};

/// What is changed in the headers of a backend's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyRedirect {
    /// proxy-redirect-from; `off` by default
    pub from: Option<Setting<String>>,
    /// proxy-redirect-to
    pub to: Option<Setting<String>>,
    /// proxy-cookie-domain
    pub cookie_domain: Option<Setting<String>>,
    /// proxy-cookie-path
    pub cookie_path: Option<Setting<String>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/proxy`: an invalid value is the ConfigMap's, `off` by default.)
pub fn read(reader: &Reader<'_>) -> ProxyRedirect {
    let read = |key: &'static str| {
        let configured = reader.config(key).filter(|s| !s.value.is_empty());
        reader.optional(reader.string(key)).or(configured)
    };
    let settings = ProxyRedirect {
        from: read("proxy-redirect-from"),
        to: read("proxy-redirect-to"),
        cookie_domain: read("proxy-cookie-domain"),
        cookie_path: read("proxy-cookie-path"),
    };
    report_refused(reader, &settings);
    settings
}

impl ProxyRedirect {
    /// What is replaced at the front of a Location, and by what; None: nothing is replaced. (`nginx.tmpl`: `off` and `default` as from
    /// need no to; with to `off` nothing is written, and nginx's own default finds nothing to replace.)
    pub fn replacement(&self) -> Option<(&str, &str)> {
        let from = self.from.as_ref().map_or("off", |s| s.value.as_str());
        let to = self.to.as_ref().map_or("off", |s| s.value.as_str());
        (!matches!(from, "off" | "default") && to != "off").then_some((from, to))
    }

    /// nginx's `proxy_redirect default`: asked for, or because a from has no to.
    pub fn is_default(&self) -> bool {
        let from = self.from.as_ref().map_or("off", |s| s.value.as_str());
        from != "off" && self.replacement().is_none()
    }
}

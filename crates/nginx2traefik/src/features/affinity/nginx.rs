//! What ingress-nginx makes of it.
use crate::effective::{Effect, Reader, Setting};

/// affinity: cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affinity {
    /// Who asked for it.
    pub enabled: Setting<()>,
    /// affinity-mode: persistent (else balanced)
    pub persistent: Setting<bool>,
    /// affinity-canary-behavior: legacy (else sticky)
    pub canary_legacy: Setting<bool>,
    /// session-cookie-name; `INGRESSCOOKIE` by default
    pub name: Setting<String>,
    /// session-cookie-path; by default the location's path
    pub path: Option<Setting<String>>,
    /// session-cookie-domain
    pub domain: Option<Setting<String>>,
    /// session-cookie-samesite
    pub same_site: Option<Setting<String>>,
    /// session-cookie-conditional-samesite-none
    pub conditional_same_site_none: Setting<bool>,
    /// session-cookie-secure; none: Secure on https
    pub secure: Option<Setting<bool>>,
    /// session-cookie-expires, seconds as written
    pub expires: Option<Setting<String>>,
    /// session-cookie-max-age, seconds as written
    pub max_age: Option<Setting<String>>,
    /// session-cookie-change-on-failure
    pub change_on_failure: Setting<bool>,
}

/// All but affinity; without it they do nothing.
const BESIDE: [&str; 11] = [
    "affinity-canary-behavior",
    "affinity-mode",
    "session-cookie-change-on-failure",
    "session-cookie-conditional-samesite-none",
    "session-cookie-domain",
    "session-cookie-expires",
    "session-cookie-max-age",
    "session-cookie-name",
    "session-cookie-path",
    "session-cookie-samesite",
    "session-cookie-secure",
];

/// Reads it from the annotations of one Ingress. (`annotations/sessionaffinity/main.go`: every invalid value is as if it were not
/// written.)
pub fn read(reader: &Reader<'_>) -> Option<Affinity> {
    let text = |key| reader.optional(reader.string(key));
    let flag = |key| reader.or(reader.bool(key), Setting::built_in(false));
    let word = |key, word: &str| {
        let value = text(key).map(|s| s.map(|v| v == word));
        value.unwrap_or(Setting::built_in(false))
    };
    let Some(enabled) = text("affinity").filter(|s| s.value == "cookie") else {
        reader.inert(&BESIDE, "there is no affinity: cookie");
        return None;
    };
    let expires = text("session-cookie-expires");
    if expires.as_ref().is_some_and(|e| e.value.trim().parse::<f64>().is_err()) {
        let reason = "passes the check and is no number: every request without the cookie is answered 500";
        reader.problem("session-cookie-expires", Effect::Closed, reason);
    }
    Some(Affinity {
        enabled: enabled.map(|_| ()),
        persistent: word("affinity-mode", "persistent"),
        canary_legacy: word("affinity-canary-behavior", "legacy"),
        name: reader.or(
            reader.string("session-cookie-name"),
            Setting::built_in("INGRESSCOOKIE".into()),
        ),
        path: text("session-cookie-path"),
        domain: text("session-cookie-domain"),
        same_site: text("session-cookie-samesite"),
        conditional_same_site_none: flag("session-cookie-conditional-samesite-none"),
        secure: reader.optional(reader.bool("session-cookie-secure")),
        expires,
        max_age: text("session-cookie-max-age"),
        change_on_failure: flag("session-cookie-change-on-failure"),
    })
}

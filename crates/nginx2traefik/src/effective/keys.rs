//! Every annotation that ingress-nginx v1.15 reads: its aliases, the check that a value has to pass, and its risk.
//!
//! The facts are those of `internal/ingress/annotations/*/main.go` (AnnotationFields). An annotation that is not here is ignored by it.
use super::check::Check::{self, Anything, Bool, Cidrs, CommonName, Int, OneOf, Pattern, ServerName, ServiceName};
use super::check::Shape;

/// How much an annotation can do to the controller (`annotations-risk-level`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Cannot do harm.
    Low,
    /// Some.
    Medium,
    /// Can take over traffic of others.
    High,
    /// nginx configuration of the user's own.
    Critical,
}

impl Risk {
    /// `annotations-risk-level` as ingress-nginx reads it: an unknown word is Low.
    pub fn from_level(level: &str) -> Self {
        match level.to_lowercase().as_str() {
            "critical" => Risk::Critical,
            "high" => Risk::High,
            "medium" => Risk::Medium,
            _ => Risk::Low,
        }
    }
}

/// What ingress-nginx knows of one annotation.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Without the prefix.
    pub name: &'static str,
    /// Read only where the name itself is absent or empty.
    pub aliases: &'static [&'static str],
    /// What a value has to pass.
    pub check: Check,
    /// Above the allowed level the whole Ingress is unserved.
    pub risk: Risk,
}

const fn key(name: &'static str, risk: Risk, check: Check) -> Key {
    Key {
        name,
        aliases: &[],
        check,
        risk,
    }
}

const fn alias(name: &'static str, aliases: &'static [&'static str], risk: Risk, check: Check) -> Key {
    Key {
        name,
        aliases,
        check,
        risk,
    }
}

/// The key of this name or alias.
pub fn find(name: &str) -> Option<&'static Key> {
    match KEYS.binary_search_by(|k| k.name.cmp(name)) {
        Ok(at) => KEYS.get(at),
        Err(_) => KEYS.iter().find(|k| k.aliases.contains(&name)),
    }
}

const PROTOCOLS: &[&str] = &["auto_http", "http", "https", "grpc", "grpcs", "fcgi"];
const ALGORITHMS: &[&str] = &[
    "round_robin",
    "chash",
    "chashsubset",
    "sticky_balanced",
    "sticky_persistent",
    "ewma",
];
const ON_OFF: &[&str] = &["on", "off"];

/// A word of the list; the case counts.
const fn word(words: &'static [&'static str]) -> Check {
    OneOf { words, fold: false }
}

/// A word of the list in any case.
const fn any_case(words: &'static [&'static str]) -> Check {
    OneOf { words, fold: true }
}

/// The shape, with the spaces taken out before.
const fn tight(shape: Shape) -> Check {
    Pattern { shape, tight: true }
}

/// The shape, as written.
const fn exact(shape: Shape) -> Check {
    Pattern { shape, tight: false }
}

use Risk::{Critical, High, Low, Medium};

/// All of them, by name.
pub const KEYS: &[Key] = &[
    key("affinity", Low, word(&["cookie"])),
    key("affinity-canary-behavior", Low, word(&["sticky", "legacy"])),
    key("affinity-mode", Medium, word(&["balanced", "persistent"])),
    alias("allowlist-source-range", &["whitelist-source-range"], Medium, Cidrs),
    key("app-root", Medium, exact(Shape::PathWithCapture)),
    key("auth-always-set-cookie", Low, Bool),
    key("auth-cache-duration", Medium, exact(Shape::ExtendedChars)),
    key("auth-cache-key", Medium, tight(Shape::NginxVariable)),
    key("auth-keepalive", Low, Int),
    key("auth-keepalive-requests", Low, Int),
    key("auth-keepalive-share-vars", Low, Bool),
    key("auth-keepalive-timeout", Low, Int),
    key("auth-method", Low, tight(Shape::AuthMethod)),
    key("auth-proxy-set-headers", Medium, tight(Shape::BasicChars)),
    key("auth-realm", Medium, exact(Shape::CharsWithSpace)),
    key("auth-request-redirect", Medium, tight(Shape::Url)),
    key("auth-response-headers", Medium, tight(Shape::Headers)),
    key("auth-secret", Medium, tight(Shape::BasicChars)),
    key("auth-secret-type", Low, tight(Shape::AuthSecretType)),
    key("auth-signin", High, tight(Shape::UrlWithVariable)),
    key("auth-signin-redirect-param", Medium, tight(Shape::Url)),
    key("auth-snippet", Critical, Anything),
    key("auth-tls-error-page", High, tight(Shape::TlsErrorPage)),
    key("auth-tls-match-cn", High, CommonName),
    key("auth-tls-pass-certificate-to-upstream", Low, Bool),
    key("auth-tls-secret", Medium, tight(Shape::BasicChars)),
    key("auth-tls-verify-client", Medium, tight(Shape::VerifyClient)),
    key("auth-tls-verify-depth", Low, Int),
    key("auth-type", Low, tight(Shape::AuthType)),
    key("auth-url", High, tight(Shape::UrlWithVariable)),
    key("backend-protocol", Low, any_case(PROTOCOLS)),
    key("canary", Low, Bool),
    key("canary-by-cookie", Medium, tight(Shape::BasicChars)),
    key("canary-by-header", Medium, tight(Shape::BasicChars)),
    key("canary-by-header-pattern", Medium, exact(Shape::Regex)),
    key("canary-by-header-value", Medium, tight(Shape::BasicChars)),
    key("canary-weight", Low, Int),
    key("canary-weight-total", Low, Int),
    key("client-body-buffer-size", Low, tight(Shape::Size)),
    key("configuration-snippet", Critical, Anything),
    key("connection-proxy-header", Low, tight(Shape::ConnectionHeader)),
    key("cors-allow-credentials", Low, Bool),
    key("cors-allow-headers", Medium, tight(Shape::Headers)),
    key("cors-allow-methods", Medium, tight(Shape::CorsMethods)),
    key("cors-allow-origin", Medium, tight(Shape::CorsOrigins)),
    key("cors-expose-headers", Medium, tight(Shape::CorsExpose)),
    key("cors-max-age", Low, Int),
    key("custom-headers", Medium, tight(Shape::BasicChars)),
    key("custom-http-errors", Low, tight(Shape::HttpErrors)),
    key("default-backend", Low, ServiceName),
    key("denylist-source-range", Medium, Cidrs),
    key("disable-proxy-intercept-errors", Low, Bool),
    key("enable-access-log", Low, Bool),
    key("enable-cors", Low, Bool),
    key("enable-global-auth", Low, Bool),
    key("enable-modsecurity", Low, Bool),
    key("enable-opentelemetry", Low, Bool),
    key("enable-owasp-core-rules", Low, Bool),
    key("enable-rewrite-log", Low, Bool),
    key("fastcgi-index", Medium, tight(Shape::FastCgiIndex)),
    key("fastcgi-params-configmap", Medium, tight(Shape::BasicChars)),
    key("force-ssl-redirect", Medium, Bool),
    key("from-to-www-redirect", Low, Bool),
    key("http2-push-preload", Low, Bool),
    alias("limit-allowlist", &["limit-whitelist"], Low, Cidrs),
    key("limit-burst-multiplier", Low, Int),
    key("limit-connections", Low, Int),
    key("limit-rate", Low, Int),
    key("limit-rate-after", Low, Int),
    key("limit-rpm", Low, Int),
    key("limit-rps", Low, Int),
    key("load-balance", Low, word(ALGORITHMS)),
    key("mirror-host", High, ServerName),
    key("mirror-request-body", Low, tight(Shape::OnOff)),
    key("mirror-target", High, ServerName),
    key("modsecurity-snippet", Critical, Anything),
    key("modsecurity-transaction-id", High, tight(Shape::NginxVariable)),
    key("opentelemetry-operation-name", Medium, tight(Shape::OperationName)),
    key("opentelemetry-trust-incoming-span", Low, Bool),
    key("permanent-redirect", Medium, exact(Shape::Url)),
    key("permanent-redirect-code", Low, Int),
    key("preserve-trailing-slash", Medium, Bool),
    key("proxy-body-size", Medium, tight(Shape::Size)),
    key("proxy-buffer-size", Low, tight(Shape::Size)),
    key("proxy-buffering", Low, word(ON_OFF)),
    key("proxy-buffers-number", Low, Int),
    key("proxy-busy-buffers-size", Low, tight(Shape::Size)),
    key("proxy-connect-timeout", Low, Int),
    key("proxy-cookie-domain", Medium, exact(Shape::CookieDomain)),
    key("proxy-cookie-path", Medium, tight(Shape::Url)),
    key("proxy-http-version", Low, word(&["1.0", "1.1"])),
    key("proxy-max-temp-file-size", Low, tight(Shape::Size)),
    key("proxy-next-upstream", Medium, exact(Shape::NextUpstream)),
    key("proxy-next-upstream-timeout", Low, Int),
    key("proxy-next-upstream-tries", Low, Int),
    key("proxy-read-timeout", Low, Int),
    key("proxy-redirect-from", Medium, tight(Shape::Url)),
    key("proxy-redirect-to", Medium, tight(Shape::Url)),
    key("proxy-request-buffering", Low, word(ON_OFF)),
    key("proxy-send-timeout", Low, Int),
    key("proxy-ssl-ciphers", Medium, tight(Shape::ProxyCiphers)),
    key("proxy-ssl-name", High, ServerName),
    key("proxy-ssl-protocols", Low, tight(Shape::ProxyProtocols)),
    key("proxy-ssl-secret", Medium, tight(Shape::BasicChars)),
    key("proxy-ssl-server-name", Low, tight(Shape::OnOff)),
    key("proxy-ssl-verify", Low, tight(Shape::OnOff)),
    key("proxy-ssl-verify-depth", Low, Int),
    key("relative-redirects", Low, Bool),
    key("rewrite-target", Medium, exact(Shape::PathWithCapture)),
    key("satisfy", Low, word(&["any", "all"])),
    key("server-alias", High, Check::ServerNames),
    key("server-snippet", Critical, Anything),
    key("service-upstream", Low, Bool),
    key("session-cookie-change-on-failure", Low, Bool),
    key("session-cookie-conditional-samesite-none", Low, Bool),
    key("session-cookie-domain", Medium, tight(Shape::BasicChars)),
    key("session-cookie-expires", Medium, tight(Shape::CookieExpires)),
    key("session-cookie-max-age", Medium, exact(Shape::CookieExpires)),
    key("session-cookie-name", Medium, tight(Shape::BasicChars)),
    key("session-cookie-path", Medium, tight(Shape::Url)),
    key("session-cookie-samesite", Low, any_case(&["none", "lax", "strict"])),
    key("session-cookie-secure", Low, Bool),
    key("ssl-ciphers", Low, tight(Shape::ServerCiphers)),
    key("ssl-passthrough", Low, Bool),
    key("ssl-prefer-server-ciphers", Low, Bool),
    key("ssl-redirect", Low, Bool),
    key("stream-snippet", Critical, Anything),
    key("temporal-redirect", Medium, exact(Shape::Url)),
    key("temporal-redirect-code", Low, Int),
    key("upstream-hash-by", High, tight(Shape::HashBy)),
    key("upstream-hash-by-subset", Low, Bool),
    key("upstream-hash-by-subset-size", Low, Int),
    key("upstream-vhost", Low, ServerName),
    key("use-port-in-redirects", Low, Bool),
    key("use-regex", Low, Bool),
    key("x-forwarded-prefix", Medium, tight(Shape::PathWithCapture)),
];

#[cfg(test)]
mod tests {
    use super::{KEYS, find};

    #[test]
    fn keys_are_found_by_name_and_by_alias() {
        assert!(KEYS.is_sorted_by_key(|k| k.name));
        assert_eq!(find("use-regex").map(|k| k.name), Some("use-regex"));
        assert_eq!(
            find("whitelist-source-range").map(|k| k.name),
            Some("allowlist-source-range")
        );
        assert!(find("client_max_body_size").is_none());
    }
}

//! Settings of an Ingress that become the host's, or that say what kind of Ingress it is.
use super::ciphers::selects_any;
use super::{CanaryRule, Effect, Reader, Setting};

/// canary and canary-*: which requests are the canary's. None where `canary` is not true: then the rules have no effect.
/// (`annotations/canary/main.go`: an invalid value is as if it were not written; weight 0, total 100.)
pub(super) fn canary(reader: &Reader<'_>) -> Option<Setting<CanaryRule>> {
    let enabled = reader.optional(reader.bool("canary"));
    let number = |key| {
        let value = reader.optional(reader.int(key))?;
        Some(value.map(|n| u64::try_from(n).unwrap_or(0)))
    };
    let rule = CanaryRule {
        header: reader.optional(reader.string("canary-by-header")),
        header_value: reader.optional(reader.string("canary-by-header-value")),
        header_pattern: reader.optional(reader.string("canary-by-header-pattern")),
        cookie: reader.optional(reader.string("canary-by-cookie")),
        weight: number("canary-weight"),
        weight_total: number("canary-weight-total"),
    };
    enabled.filter(|e| e.value).map(|e| e.map(|_| rule))
}

/// server-alias: names, comma-separated. (`annotations/alias/main.go`: sorted, empty ones left out; an invalid one leaves the whole
/// Ingress unserved.)
pub(super) fn server_alias(reader: &Reader<'_>) -> Vec<Setting<String>> {
    let Some(value) = reader.or_refuse(reader.string("server-alias")) else {
        return Vec::new();
    };
    let mut names: Vec<&str> = value
        .value
        .split(',')
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    if let Some((name, reason)) = names.iter().find_map(|n| Some((n, unloadable_name(n)?))) {
        reader.problem("server-alias", Effect::Breaks, format!("`{name}`: {reason}"));
    }
    names.into_iter().map(|n| value.clone().map(|_| n.to_owned())).collect()
}

/// Why nginx cannot load a server name (recordings atlas/ngx-alias-star, ngx-alias-midstar, ngx-alias-badregex).
fn unloadable_name(name: &str) -> Option<&'static str> {
    if let Some(expression) = name.strip_prefix('~') {
        return (!is_balanced(expression)).then_some("the regular expression does not compile");
    }
    let inner = name.strip_prefix("*.").or(name.strip_suffix(".*")).unwrap_or(name);
    inner
        .contains('*')
        .then_some("a `*` stands only before the first or behind the last dot")
}

/// Every parenthesis and bracket has its other half; one behind a `\\` or in a class does not count.
fn is_balanced(expression: &str) -> bool {
    let mut open = 0usize;
    let mut class = false;
    let mut characters = expression.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => drop(characters.next()),
            ']' if class => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => open += 1,
            ')' if open == 0 => return false,
            ')' => open -= 1,
            _ => {}
        }
    }
    open == 0 && !class
}

/// ssl-passthrough: true.
pub(super) fn ssl_passthrough(reader: &Reader<'_>) -> Option<Setting<()>> {
    let value = reader.or_refuse(reader.bool("ssl-passthrough"))?;
    value.value.then(|| value.map(|_| ()))
}

/// ssl-ciphers.
pub(super) fn ssl_ciphers(reader: &Reader<'_>) -> Option<Setting<String>> {
    let ciphers = reader.or_refuse(reader.string("ssl-ciphers"))?;
    if !selects_any(&ciphers.value) {
        let reason = "OpenSSL knows none of these ciphers";
        reader.problem("ssl-ciphers", Effect::Breaks, reason);
    }
    Some(ciphers)
}

/// ssl-prefer-server-ciphers.
pub(super) fn ssl_prefer_server_ciphers(reader: &Reader<'_>) -> Option<Setting<bool>> {
    reader.optional(reader.bool("ssl-prefer-server-ciphers"))
}

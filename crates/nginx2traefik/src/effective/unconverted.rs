//! Annotations that this version does not convert: with an effect, they block their object.
use super::check::parse_bool;
use super::{Origin, Reader, settings::Unconverted};

/// Known annotations that no feature reads yet, and the values (beside the empty one) with which each does nothing.
const UNCONVERTED: &[&str] = &[
    "auth-snippet",
    "configuration-snippet",
    "enable-access-log",
    "enable-modsecurity",
    "enable-opentelemetry",
    "enable-owasp-core-rules",
    "enable-rewrite-log",
    "fastcgi-index",
    "fastcgi-params-configmap",
    "http2-push-preload",
    "mirror-host",
    "mirror-request-body",
    "mirror-target",
    "modsecurity-snippet",
    "modsecurity-transaction-id",
    "opentelemetry-operation-name",
    "opentelemetry-trust-incoming-span",
    "server-snippet",
    "stream-snippet",
    "upstream-hash-by-subset",
    "upstream-hash-by-subset-size",
];

/// Those of them that the Ingress has.
pub(super) fn read(reader: &Reader<'_>) -> Vec<Unconverted> {
    let mut found = Vec::new();
    for key in UNCONVERTED {
        let Some(annotation) = reader.annotation(key) else {
            continue;
        };
        let Origin::Annotation { span, name, .. } = reader.origin(key, annotation) else {
            continue;
        };
        let value = &annotation.value.value;
        found.push(Unconverted {
            key: (*key).into(),
            value: value.clone(),
            span,
            name,
            active: has_effect(reader, key, value),
        });
    }
    found
}

fn has_effect(reader: &Reader<'_>, key: &str, value: &str) -> bool {
    let set = |other: &str| {
        reader
            .annotation(other)
            .is_some_and(|a| !a.value.value.trim().is_empty())
    };
    if value.trim().is_empty() {
        return false;
    }
    match key {
        // the access log is on by default: only turning it off changes anything
        "enable-access-log" => parse_bool(value) == Some(false),
        "mirror-host" | "mirror-request-body" => set("mirror-target"),
        _ => parse_bool(value) != Some(false),
    }
}

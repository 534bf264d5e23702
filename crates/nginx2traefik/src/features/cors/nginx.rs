//! What ingress-nginx makes of it.
use super::origin::{parse_origin, parse_origins};
use crate::effective::check::Shape;
use crate::effective::{Effect, Reader, Setting, Unset, Written};

/// An origin that is let in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowedOrigin {
    /// `*`: any, and a literal `*` is answered.
    Any,
    /// Scheme, host and port as written; compared without case.
    Exact(String),
    /// `scheme://*.rest`: exactly one label more.
    Wildcard(String),
}

/// CORS as ingress-nginx answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// enable-cors
    pub enabled: Setting<()>,
    /// cors-allow-origin; invalid entries left out, an invalid value is `*`
    pub origins: Setting<Vec<AllowedOrigin>>,
    /// cors-allow-methods, as sent
    pub methods: Setting<String>,
    /// cors-allow-headers, as sent
    pub headers: Setting<String>,
    /// cors-allow-credentials
    pub credentials: Setting<bool>,
    /// cors-expose-headers, as sent
    pub expose: Option<Setting<String>>,
    /// cors-max-age, seconds as sent
    pub max_age: Setting<String>,
}

/// ingress-nginx, internal/ingress/annotations/cors/main.go:34-35.
const DEFAULT_METHODS: &str = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
const DEFAULT_HEADERS: &str =
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization";
const DEFAULT_MAX_AGE: &str = "1728000";

const BESIDE: [&str; 6] = [
    "cors-allow-origin",
    "cors-allow-methods",
    "cors-allow-headers",
    "cors-allow-credentials",
    "cors-expose-headers",
    "cors-max-age",
];

/// Reads it from the annotations of one Ingress. (`annotations/cors`: an invalid value is the default, and for cors-allow-origin that
/// is every origin.)
pub fn read(reader: &Reader<'_>) -> Option<Cors> {
    let enabled = reader.optional(reader.bool("enable-cors")).filter(|e| e.value);
    let Some(enabled) = enabled else {
        reader.inert(&BESIDE, "enable-cors is not true");
        return None;
    };
    let methods = reader.optional(reader.string("cors-allow-methods"));
    let headers = reader.optional(reader.string("cors-allow-headers"));
    let credentials = reader.bool("cors-allow-credentials");
    let max_age = reader.optional(reader.int("cors-max-age"));
    Some(Cors {
        enabled: enabled.map(|_| ()),
        origins: read_origins(reader),
        methods: checked(methods, Shape::CorsMethods).unwrap_or(Setting::built_in(DEFAULT_METHODS.into())),
        headers: checked(headers, Shape::Headers).unwrap_or(Setting::built_in(DEFAULT_HEADERS.into())),
        credentials: reader.or(credentials, Setting::built_in(true)),
        expose: checked(reader.optional(reader.string("cors-expose-headers")), Shape::CorsExpose),
        max_age: max_age.map_or(Setting::built_in(DEFAULT_MAX_AGE.into()), |s| s.map(|n| n.to_string())),
    })
}

/// The check took out spaces before; the value as it is used has to pass once more.
fn checked(value: Option<Setting<String>>, shape: Shape) -> Option<Setting<String>> {
    value.filter(|v| shape.matches(&v.value))
}

fn read_origins(reader: &Reader<'_>) -> Setting<Vec<AllowedOrigin>> {
    let any = vec![AllowedOrigin::Any];
    match reader.string("cors-allow-origin") {
        Ok(value) => {
            for entry in value.value.split(',').map(str::trim).filter(|e| !e.is_empty()) {
                if parse_origin(entry).is_none() {
                    reader.problem(
                        "cors-allow-origin",
                        Effect::Ignored,
                        format!("`{entry}` is skipped: not `scheme://host`, `scheme://*.host`, `null` or `*`"),
                    );
                }
            }
            value.map(|v| parse_origins(&v))
        }
        Err(Unset::Refused(written)) => {
            reader.report(
                &Written {
                    reason: format!("{}, so every origin is let in", written.reason),
                    ..written
                },
                Effect::Ignored,
            );
            Setting::built_in(any)
        }
        Err(_) => Setting::built_in(any),
    }
}

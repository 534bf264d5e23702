//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// The protocol towards the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP/1.1
    Http,
    /// HTTP/1.1 over TLS
    Https,
    /// The scheme of the request (AUTO_HTTP).
    Auto,
    /// gRPC (h2c)
    Grpc,
    /// gRPC over TLS
    Grpcs,
    /// FastCGI
    Fcgi,
}

/// backend-protocol, proxy-http-version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendProtocol {
    /// HTTP by default; an invalid value is HTTP, too.
    pub protocol: Setting<Protocol>,
    /// proxy-http-version; 1.1 by default
    pub http_version: Setting<String>,
}

impl Default for BackendProtocol {
    fn default() -> Self {
        BackendProtocol {
            protocol: Setting::built_in(Protocol::Http),
            http_version: Setting::built_in("1.1".into()),
        }
    }
}

/// Reads it from the annotations of one Ingress. (`annotations/backendprotocol`: an invalid value is HTTP; the case does not count for
/// the way to the backend: `template.go`, buildProxyPass.)
pub fn read(reader: &Reader<'_>) -> BackendProtocol {
    let configured = reader.controller.text("proxy-http-version", "1.1");
    let protocol = reader.optional(reader.string("backend-protocol"));
    BackendProtocol {
        protocol: protocol.map_or(Setting::built_in(Protocol::Http), |p| p.map(|p| Protocol::named(&p))),
        http_version: reader.or(reader.string("proxy-http-version"), configured),
    }
}

impl Protocol {
    fn named(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "HTTPS" => Protocol::Https,
            "AUTO_HTTP" => Protocol::Auto,
            "GRPC" => Protocol::Grpc,
            "GRPCS" => Protocol::Grpcs,
            "FCGI" => Protocol::Fcgi,
            _ => Protocol::Http,
        }
    }
}

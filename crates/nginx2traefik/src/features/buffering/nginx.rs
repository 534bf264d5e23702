//! What ingress-nginx makes of it.
use super::misfit::report_misfits;
use crate::effective::{Reader, Setting};

/// Buffers between client and backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buffering {
    /// proxy-buffering; off by default
    pub response: Setting<bool>,
    /// proxy-request-buffering; on by default
    pub request: Setting<bool>,
    /// Sizes that have no meaning in Traefik (proxy-buffer-size, proxy-buffers-number, proxy-busy-buffers-size,
    /// proxy-max-temp-file-size, client-body-buffer-size): key and value as written.
    pub sizes: Vec<Setting<(String, String)>>,
}

impl Default for Buffering {
    fn default() -> Self {
        Buffering {
            response: Setting::built_in(false),
            request: Setting::built_in(true),
            sizes: Vec::new(),
        }
    }
}

/// Reads it from the annotations of one Ingress. (`annotations/proxy`: an invalid value is the ConfigMap's; `clientbodybuffersize`: an
/// invalid value leaves the Ingress unserved.)
pub fn read(reader: &Reader<'_>) -> Buffering {
    let response = reader.controller.text("proxy-buffering", "off");
    let request = reader.controller.text("proxy-request-buffering", "on");
    let is_on = |s: Setting<String>| s.map(|v| v == "on");
    Buffering {
        response: is_on(reader.or(reader.string("proxy-buffering"), response)),
        request: is_on(reader.or(reader.string("proxy-request-buffering"), request)),
        sizes: read_sizes(reader),
    }
}

fn read_sizes(reader: &Reader<'_>) -> Vec<Setting<(String, String)>> {
    let named = |key: &'static str, value: Setting<String>| value.map(|v| (key.to_string(), v));
    let mut sizes = Vec::new();
    let number = reader.optional(reader.int("proxy-buffers-number"));
    let body = reader.or_refuse(reader.string("client-body-buffer-size"));
    sizes.extend(number.map(|n| named("proxy-buffers-number", n.map(|n| n.to_string()))));
    sizes.extend(body.map(|v| named("client-body-buffer-size", v)));
    for key in [
        "proxy-buffer-size",
        "proxy-busy-buffers-size",
        "proxy-max-temp-file-size",
    ] {
        sizes.extend(reader.optional(reader.string(key)).map(|v| named(key, v)));
    }
    report_misfits(reader, &sizes);
    sizes
}

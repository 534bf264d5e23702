//! What ingress-nginx makes of it.
use super::size::{Size, offset};
use crate::effective::{Effect, Reader, Setting};

/// The limit; larger requests get 413.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodySize {
    /// In bytes; 0 is no limit. 1 MiB by default.
    pub max_bytes: Setting<u64>,
}

impl Default for BodySize {
    fn default() -> Self {
        BodySize {
            max_bytes: Setting::built_in(1 << 20),
        }
    }
}

/// Reads it from the annotations of one Ingress. (`annotations/proxy`: an invalid value is the ConfigMap's.)
pub fn read(reader: &Reader<'_>) -> BodySize {
    let configured = reader.controller.text("proxy-body-size", "1m");
    let written = reader.or(reader.string("proxy-body-size"), configured);
    let max_bytes = match offset(&written.value) {
        Size::Bytes(bytes) => written.map(|_| bytes),
        Size::NotWritten => {
            let reason = "not a size that nginx knows: its own default of 1m holds";
            reader.problem("proxy-body-size", Effect::Ignored, reason);
            Setting::built_in(NGINX_DEFAULT)
        }
        Size::TooLarge => {
            reader.problem("proxy-body-size", Effect::Breaks, "larger than nginx can count");
            Setting::built_in(NGINX_DEFAULT)
        }
    };
    BodySize { max_bytes }
}

/// client_max_body_size where it is not written.
const NGINX_DEFAULT: u64 = 1 << 20;

impl BodySize {
    /// Whether a body of so many bytes gets 413.
    pub fn is_exceeded_by(&self, bytes: u64) -> bool {
        self.max_bytes.value != 0 && bytes > self.max_bytes.value
    }
}

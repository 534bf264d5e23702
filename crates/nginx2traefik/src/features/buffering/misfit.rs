//! Sizes that pass ingress-nginx's check and that nginx refuses.
use crate::effective::{Effect, Reader, Setting};

/// Reports the sizes that do not fit each other. nginx, src/http/modules/ngx_http_proxy_module.c (ngx_http_proxy_merge_loc_conf).
pub(super) fn report_misfits(reader: &Reader<'_>, sizes: &[Setting<(String, String)>]) {
    if let Some((key, reason)) = Sizes::new(reader, sizes).and_then(|s| s.misfit()).or(unreadable(sizes)) {
        reader.problem(key, Effect::Breaks, reason);
    }
}

struct Sizes {
    buffer: u64,
    count: u64,
    busy: Option<u64>,
    temporary: u64,
}

impl Sizes {
    /// None where one of them is no size of nginx's.
    fn new(reader: &Reader<'_>, sizes: &[Setting<(String, String)>]) -> Option<Self> {
        let text = |key: &str, default: &str| {
            written(sizes, key).unwrap_or_else(|| reader.controller.text(key, default).value)
        };
        let busy = text("proxy-busy-buffers-size", "");
        // written down only where it is an offset (template.go, isValidByteSize)
        let temporary = offset(&text("proxy-max-temp-file-size", "1024m"));
        Some(Sizes {
            buffer: size(&text("proxy-buffer-size", "4k"))?,
            count: text("proxy-buffers-number", "4").parse().ok()?,
            busy: if busy.is_empty() { None } else { Some(size(&busy)?) },
            temporary: temporary.unwrap_or(1 << 30),
        })
    }

    fn misfit(&self) -> Option<(&'static str, &'static str)> {
        let busy = self.busy.unwrap_or(2 * self.buffer);
        if self.buffer == 0 {
            return Some(("proxy-buffer-size", "nginx knows no empty buffer"));
        }
        if self.count < 2 {
            return Some(("proxy-buffers-number", "nginx needs at least 2 buffers"));
        }
        if busy < self.buffer {
            return Some(("proxy-busy-buffers-size", "smaller than one buffer"));
        }
        if busy > (self.count - 1) * self.buffer {
            let key = if self.busy.is_some() {
                "proxy-busy-buffers-size"
            } else {
                "proxy-buffers-number"
            };
            return Some((key, "the busy buffers have to be smaller than all buffers minus one"));
        }
        let too_small = self.temporary != 0 && self.temporary < self.buffer;
        too_small.then_some(("proxy-max-temp-file-size", "smaller than one buffer, and not 0"))
    }
}

fn unreadable(sizes: &[Setting<(String, String)>]) -> Option<(&'static str, &'static str)> {
    let bad = |key: &str| written(sizes, key).is_some_and(|v| size(&v).is_none());
    if written(sizes, "proxy-buffers-number").is_some_and(|n| n.parse::<u64>().is_err()) {
        return Some(("proxy-buffers-number", "nginx knows no negative number here"));
    }
    ["proxy-buffer-size", "proxy-busy-buffers-size"]
        .into_iter()
        .find(|key| bad(key))
        .map(|key| (key, "nginx takes digits and perhaps k or m here"))
}

fn written(sizes: &[Setting<(String, String)>], key: &str) -> Option<String> {
    sizes.iter().find(|s| s.value.0 == key).map(|s| s.value.1.clone())
}

/// Digits and perhaps `k` or `m` (nginx, src/core/ngx_parse.c, ngx_parse_size).
fn size(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (digits, factor) = match (lower.strip_suffix('k'), lower.strip_suffix('m')) {
        (Some(digits), _) => (digits, 1 << 10),
        (_, Some(digits)) => (digits, 1 << 20),
        _ => (lower.as_str(), 1),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse::<u64>().ok()?.checked_mul(factor)).flatten()
}

/// The same, and `g`.
fn offset(text: &str) -> Option<u64> {
    match text.to_ascii_lowercase().strip_suffix('g') {
        Some(digits) => size(digits)?.checked_mul(1 << 30),
        None => size(text),
    }
}

//! What ingress-nginx makes of it (internal/ingress/annotations/mirror/main.go: an invalid target mirrors to nowhere).
use crate::effective::variables::first_unknown;
use crate::effective::{Effect, Reader, Setting};

/// Where copies go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// mirror-target
    pub target: Setting<String>,
    /// mirror-host; the target's host where it is absent
    pub host: Option<Setting<String>>,
    /// mirror-request-body is not `off`.
    pub body: bool,
}

/// Reads it from the annotations of one Ingress.
pub fn read(reader: &Reader<'_>) -> Option<Mirror> {
    let beside = ["mirror-host", "mirror-request-body"];
    let Some(target) = reader.optional(reader.string("mirror-target")) else {
        reader.inert(&beside, "there is no mirror-target that can be used");
        return None;
    };
    let host = reader.optional(reader.string(beside[0]));
    if let Some(unknown) = host.as_ref().and_then(|h| first_unknown(&h.value)) {
        let reason = format!("nginx knows no variable `{unknown}`");
        reader.problem(beside[0], Effect::Breaks, reason);
    }
    let body = reader.optional(reader.string(beside[1]));
    Some(Mirror {
        target,
        host,
        body: body.is_none_or(|body| body.value != "off"),
    })
}

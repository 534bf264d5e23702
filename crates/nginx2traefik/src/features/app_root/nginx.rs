//! What ingress-nginx makes of it.
use crate::effective::{Effect, Reader, Setting};

/// app-root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRoot {
    /// May hold nginx variables.
    pub target: String,
}

/// Reads it from the annotations of one Ingress. (`annotations/rewrite/main.go`: it has to begin with `/`, else it is as if it were not
/// written.)
pub fn read(reader: &Reader<'_>) -> Option<Setting<AppRoot>> {
    let value = reader.optional(reader.string("app-root"))?;
    if value.value.starts_with('/') {
        return Some(value.map(|target| AppRoot { target }));
    }
    reader.problem("app-root", Effect::Ignored, "not a path that begins with `/`");
    None
}

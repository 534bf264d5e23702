//! What ingress-nginx makes of it.
/// app-root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRoot {
    /// May hold nginx variables.
    pub target: String,
}

//! What the converter writes for.
use serde::{Deserialize, Serialize};

/// What the converter writes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// Ingress of class traefik, and Traefik's CRDs where that cannot say it.
    Ingress,
    /// Gateway API, and Traefik's CRDs where that cannot say it.
    Gateway,
}

//! The plan as text: new documents, and edits of the user's own.
use crate::finding::Finding;
use crate::model::Manifests;
use crate::plan::{Options, Plan};
use crate::source::{SourceId, Sources};

/// The texts of a migration.
#[derive(Debug, Clone, Default)]
pub struct Emitted {
    /// The whole new text of each source that changes, in the order of the sources. What is not listed stays as it is.
    pub texts: Vec<(SourceId, String)>,
    /// Static configuration that the result needs and the installation lacks (`traefik.yaml`); none where nothing is needed.
    pub static_config: Option<String>,
    /// The same as Helm values (`traefik-values.yaml`).
    pub helm_values: Option<String>,
    /// Writes that the guard refused: the text stays as it was.
    pub findings: Vec<Finding>,
}

/// Writes the plan.
pub fn emit(_sources: &Sources, _manifests: &Manifests, _plan: &Plan, _options: &Options) -> Emitted {
    Emitted::default()
}

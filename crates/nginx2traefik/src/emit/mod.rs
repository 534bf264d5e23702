//! The plan as text: new documents, and edits of the user's own.
mod document;
mod ingress;
mod shared;
mod source_text;
mod static_config;

use crate::finding::Finding;
use crate::model::{IngressId, Manifests};
use crate::plan::{Change, Options, Plan, Planned};
use crate::source::{SourceId, Sources};
use std::collections::BTreeMap;

/// How the comment at the head of each file for Traefik itself begins: by it such a file of an earlier run is known.
pub const OWN: &str = "# What the migrated objects need of Traefik";

/// How the file of objects that several Ingresses need begins.
pub const SHARED: &str = "# What the migrated routes hang on";

/// The texts of a migration.
#[derive(Debug, Clone, Default)]
pub struct Emitted {
    /// The whole new text of each source that changes, in the order of the sources. What is not listed stays as it is.
    pub texts: Vec<(SourceId, String)>,
    /// Objects that belong to several Ingresses alike (`gateway.yaml`); none where there are none.
    pub shared: Option<String>,
    /// Static configuration that the result needs and the installation lacks (`traefik.yaml`); none where nothing is needed.
    pub static_config: Option<String>,
    /// The same as Helm values (`traefik-values.yaml`).
    pub helm_values: Option<String>,
    /// Writes that the guard refused: the text stays as it was.
    pub findings: Vec<Finding>,
}

/// One Ingress with what happens to it and what is written behind it.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    pub(crate) id: IngressId,
    pub(crate) change: &'a Change,
    pub(crate) objects: Vec<&'a Planned>,
}

/// Writes the plan.
pub fn emit(sources: &Sources, manifests: &Manifests, plan: &Plan, _options: &Options) -> Emitted {
    let mut emitted = Emitted {
        shared: shared::file(sources, manifests, plan),
        static_config: static_config::file(&plan.requirements),
        helm_values: static_config::values(&plan.requirements),
        ..Emitted::default()
    };
    for (source, work) in by_source(manifests, plan) {
        let text = &sources.get(source).text;
        match source_text::migrate(text, manifests, &work) {
            Ok(new) if new == **text => {}
            Ok(new) => emitted.texts.push((source, new)),
            // objects of one Ingress serve others, so it is all of the text or nothing
            Err(reason) => {
                let all = work.iter().map(|one| refused(manifests, one.id, &reason));
                emitted.findings.extend(all);
            }
        }
    }
    emitted
}

/// What is to be done in each text, in the order of the text.
fn by_source<'a>(manifests: &Manifests, plan: &'a Plan) -> BTreeMap<SourceId, Vec<Work<'a>>> {
    let mut objects: BTreeMap<IngressId, Vec<&Planned>> = BTreeMap::new();
    for planned in plan.objects.iter().filter(|planned| !planned.shared) {
        if let Some(first) = planned.from.first() {
            objects.entry(*first).or_default().push(planned);
        }
    }
    let mut work: BTreeMap<SourceId, Vec<Work<'a>>> = BTreeMap::new();
    for ingress in plan
        .ingresses
        .iter()
        .filter(|ingress| ingress.change != Change::Untouched)
    {
        let source = manifests.ingress(ingress.id).place.span.source;
        work.entry(source).or_default().push(Work {
            id: ingress.id,
            change: &ingress.change,
            objects: objects.remove(&ingress.id).unwrap_or_default(),
        });
    }
    for of_source in work.values_mut() {
        of_source.sort_by_key(|work| manifests.ingress(work.id).place);
    }
    work
}

fn refused(manifests: &Manifests, id: IngressId, reason: &str) -> Finding {
    let ingress = manifests.ingress(id);
    let message = format!("The file stays as it is: {reason}");
    Finding::error("write-refused", ingress.name.span, message)
        .blocking()
        .help("Write this Ingress in a simpler form (no anchors, one value in one place) and run again.")
        .object(ingress.object())
}

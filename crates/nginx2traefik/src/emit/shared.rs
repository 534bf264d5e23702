//! Objects that several Ingresses need alike: Gateways, their class.
use super::document;
use crate::model::Manifests;
use crate::plan::{Plan, Planned};
use crate::source::Sources;

/// `gateway.yaml`; none where nothing is shared.
pub(super) fn file(sources: &Sources, manifests: &Manifests, plan: &Plan) -> Option<String> {
    let mut shared: Vec<&Planned> = plan.objects.iter().filter(|planned| planned.shared).collect();
    shared.sort_by_key(|planned| (rank(planned), &planned.name.namespace, &planned.name.name));
    let text = |planned: &&Planned| {
        let value = document::object(planned, names_namespace(sources, manifests, planned));
        document::yaml(planned, &value)
    };
    let texts: Vec<String> = shared.iter().map(text).collect();
    (!texts.is_empty()).then(|| format!("{}.\n{}", super::SHARED, texts.join("---\n")))
}

fn rank(planned: &Planned) -> usize {
    const KINDS: [&str; 2] = ["GatewayClass", "Gateway"];
    let known = KINDS.iter().position(|kind| *kind == planned.name.kind);
    known.unwrap_or(KINDS.len())
}

/// The sources say in which namespace they are, so this does, too.
fn names_namespace(sources: &Sources, manifests: &Manifests, planned: &Planned) -> bool {
    let Some(first) = planned.from.first() else {
        return true;
    };
    let span = manifests.ingress(*first).place.span;
    let parsed = spanned_yaml::parse(sources.text(&span));
    let mut documents = parsed.documents.iter();
    documents.any(|document| document.find(&["metadata", "namespace"]).is_some())
}

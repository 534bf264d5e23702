//! The order in which ingress-nginx merges Ingresses: oldest first.
use crate::model::{IngressId, Manifests};
use std::cmp::Reverse;

/// The ids, oldest first.
///
/// ingress-nginx `store.go` sortIngressSlice: by creationTimestamp; of equal age the one whose namespace/name sorts last comes first.
/// Objects from files mostly have no timestamp: they count as younger than those that have one, in the order of the input.
pub(super) fn oldest_first(manifests: &Manifests, mut ids: Vec<IngressId>) -> Vec<IngressId> {
    ids.sort_by_cached_key(|id| {
        let ingress = manifests.ingress(*id);
        match &ingress.created {
            Some(created) => {
                let name = format!("{}/{}", ingress.namespace, ingress.name.value);
                (false, created.clone(), Reverse(name), 0)
            }
            None => (true, String::new(), Reverse(String::new()), id.0),
        }
    });
    ids
}

/// Whether the order of these two is known, or only assumed from their order in the input.
pub(super) fn is_assumed(manifests: &Manifests, a: IngressId, b: IngressId) -> bool {
    a != b && (manifests.ingress(a).created.is_none() || manifests.ingress(b).created.is_none())
}

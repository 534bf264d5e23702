//! What happens to an Ingress itself.
use super::decide::{Decision, Shape};
use super::host::Given;
use super::names::reference;
use super::{Change, Collected, ingress_route, kept};
use crate::effective::Standing;
use crate::model::IngressId;

const ROUTER: &str = "traefik.ingress.kubernetes.io/router.";

/// None for Ingresses that are another controller's.
pub(crate) fn of(given: Given<'_>, id: IngressId, decision: &Decision, collected: &mut Collected) -> Option<Change> {
    if decision.native.contains(&id) {
        return Some(match decision.blocked.contains(&id) {
            true => Change::Untouched,
            false => Change::Replace,
        });
    }
    match given.effective.ingress(id).standing {
        Standing::Foreign | Standing::Classless => return None,
        Standing::Refused | Standing::Breaks => return Some(Change::Untouched),
        Standing::Served => {}
    }
    if decision.blocked.contains(&id) {
        return Some(Change::Untouched);
    }
    match decision.shapes.get(&id) {
        Some(shape) => Some(edit(given, id, shape, collected)),
        None => Some(Change::Replace),
    }
}

fn edit(given: Given<'_>, id: IngressId, shape: &Shape, collected: &mut Collected) -> Change {
    let ingress = given.manifests.ingress(id);
    let installation = &given.options.installation;
    let mut set = Vec::new();
    if shape.websecure_only {
        set.push((format!("{ROUTER}entrypoints"), installation.websecure.name.clone()));
        set.push((format!("{ROUTER}tls"), "true".to_owned()));
    }
    let chain = ingress_route::chain(given, id, &shape.chain, collected);
    if !chain.is_empty() {
        let of_crd = |name: &String| format!("{}@kubernetescrd", reference(&ingress.namespace, name));
        let references: Vec<_> = chain.iter().map(of_crd).collect();
        set.push((format!("{ROUTER}middlewares"), references.join(",")));
    }
    set.sort();
    Change::Edit {
        class_name: installation.providers.ingress_class.clone(),
        remove: kept::removed(given, ingress),
        set,
    }
}

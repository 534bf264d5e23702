//! Which Ingresses the controller serves, by their class.
//!
//! ingress-nginx `store.go` GetIngressClass: spec.ingressClassName names an IngressClass of this controller; without the field the
//! annotation kubernetes.io/ingress.class has to be the controller's class name; without both only --watch-ingress-without-class.
use crate::effective::{Controller, Standing};
use crate::finding::Finding;
use crate::model::{Ingress, Manifests};

/// The deprecated annotation that names a class.
pub(super) const ANNOTATION: &str = "kubernetes.io/ingress.class";

/// Whether the class of this Ingress means the controller.
pub(super) fn standing(ingress: &Ingress, manifests: &Manifests, controller: &Controller) -> Standing {
    if ingress.route.is_some() {
        // one of Traefik's own objects
        return Standing::Foreign;
    }
    let is_ours = |name: &str| {
        let mut classes = manifests.classes.iter().filter(|c| c.name == name);
        match classes.next() {
            Some(class) => class.controller == controller.controller_class,
            None => controller.class_names.iter().any(|n| n == name),
        }
    };
    if let Some(class) = &ingress.class_name {
        return served_if(is_ours(&class.value));
    }
    // an empty annotation names no class (recording atlas/class-ann-empty)
    if let Some(annotation) = ingress.annotation(ANNOTATION).filter(|a| !a.value.value.is_empty()) {
        return served_if(is_ours(&annotation.value.value));
    }
    // the API server writes the default class into an object that names none
    match manifests.classes.iter().find(|c| c.default) {
        Some(class) => served_if(class.controller == controller.controller_class || controller.watch_without_class),
        None if controller.watch_without_class => Standing::Served,
        None => Standing::Classless,
    }
}

fn served_if(ours: bool) -> Standing {
    if ours { Standing::Served } else { Standing::Foreign }
}

/// An Ingress without a class is left alone, and its user is told.
pub(super) fn classless(ingress: &Ingress) -> Finding {
    Finding::warning(
        "class",
        ingress.name.span,
        format!("Ingress {} names no class: nothing shows that ingress-nginx serves it", ingress.name.value),
    )
    .nginx("served only where the controller runs with --watch-ingress-without-class, or its class is the cluster's default")
    .traefik("serves it too, unless providers.kubernetesIngress.ingressClass is set")
    .help("write spec.ingressClassName, or say in the profile that objects without a class belong to ingress-nginx")
    .object(ingress.object())
}

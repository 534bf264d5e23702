//! What stays of an Ingress's metadata.
use super::host::Given;
use super::{Api, certificate, external_dns};
use crate::model::{Annotation, Ingress};
use crate::rules::{DEFAULT_PREFIX, NameKind, registry};
use serde_json::{Map, Value, json};

/// Labels, and the annotations that are not ingress-nginx's, for an object that takes the Ingress's place.
pub(crate) fn metadata(given: Given<'_>, ingress: &Ingress) -> Map<String, Value> {
    let prefix = &given.effective.controller.annotations_prefix;
    let of_gateway = |name: &str| {
        given.options.api == Api::Gateway && external_dns::key(name).is_some() && !external_dns::on_route(name)
    };
    let foreign = |name: &str| {
        !is_removed(name, prefix)
            && !is_tool_state(name)
            && !is_traefik(name)
            && !certificate::reads(name)
            && !of_gateway(name)
    };
    with_annotations(ingress, foreign)
}

/// Labels, and what external-dns reads of every route by itself: one that it is kept from must not come in by another.
pub(crate) fn repeated(ingress: &Ingress) -> Map<String, Value> {
    with_annotations(ingress, external_dns::on_route)
}

fn with_annotations(ingress: &Ingress, wanted: impl Fn(&str) -> bool) -> Map<String, Value> {
    let mut metadata = labels(ingress);
    let annotations = entries(&ingress.annotations, wanted);
    if !annotations.is_empty() {
        metadata.insert("annotations".into(), Value::Object(annotations));
    }
    metadata
}

/// The labels alone.
pub(crate) fn labels(ingress: &Ingress) -> Map<String, Value> {
    let labels = entries(&ingress.labels, |_| true);
    match labels.is_empty() {
        true => Map::new(),
        false => Map::from_iter([("labels".to_owned(), Value::Object(labels))]),
    }
}

fn entries(of: &[Annotation], wanted: impl Fn(&str) -> bool) -> Map<String, Value> {
    let wanted = of.iter().filter(|entry| wanted(&entry.name.value));
    wanted
        .map(|entry| (entry.name.value.clone(), json!(entry.value.value)))
        .collect()
}

/// Whole names of the annotations that leave the Ingress.
pub(crate) fn removed(given: Given<'_>, ingress: &Ingress) -> Vec<String> {
    let prefix = &given.effective.controller.annotations_prefix;
    let names = ingress.annotations.iter().map(|a| a.name.value.clone());
    let mut removed: Vec<_> = names.filter(|name| is_removed(name, prefix)).collect();
    removed.sort();
    removed.dedup();
    removed
}

/// It is ingress-nginx's, or selects the class.
fn is_removed(name: &str, prefix: &str) -> bool {
    let under = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    under(prefix) || under(DEFAULT_PREFIX) || matches!(registry().classify(name, prefix), NameKind::ClassSelector(_))
}

/// What kubectl and the like note about the object itself.
fn is_tool_state(name: &str) -> bool {
    name == "kubectl.kubernetes.io/last-applied-configuration"
}

fn is_traefik(name: &str) -> bool {
    name.starts_with("traefik.ingress.kubernetes.io/")
}

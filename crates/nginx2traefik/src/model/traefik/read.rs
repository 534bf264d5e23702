//! Reads Traefik's own objects.
use super::{REFERRED, RouteKind, TraefikObject, TraefikRoute};
use crate::model::convert::at;
use crate::model::read::{Object, Reading};
use crate::model::{ApiVersion, At, Ingress, raw};
use crate::source::Span;
use serde_json::Value;
use spanned_yaml::Kind;

/// API groups of Traefik 3, and of Traefik 2, whose objects Traefik 3 does not read.
const GROUP: &str = "traefik.io/v1alpha1";

/// Where the object says of which API it is; none for other groups.
fn api_version(reading: &Reading<'_>, object: Object<'_, '_>) -> Option<Span> {
    let root = object.document.root.as_ref()?;
    let (_, node) = object.node.get("apiVersion").or_else(|| root.get("apiVersion"))?;
    (node.as_str()? == GROUP).then(|| reading.span(node.span.clone()))
}

/// Reads an IngressRoute or IngressRouteTCP.
pub(in crate::model) fn route<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>, kind: RouteKind) {
    let Some(version) = api_version(reading, object) else {
        return;
    };
    let Some(raw) = reading.typed::<raw::TraefikObject>(object, kind.name()) else {
        return;
    };
    let metadata = raw.metadata;
    let Some(name) = metadata.name.or(metadata.generate_name).map(|n| at(reading, n)) else {
        return;
    };
    let namespace = metadata.namespace.filter(|n| !n.is_empty());
    let route = TraefikRoute {
        kind,
        spec: raw.spec.unwrap_or(Value::Null),
        routes: places(reading, object),
        tls: tls(reading, object),
    };
    let ingress = Ingress {
        api_version: At {
            value: ApiVersion::Traefik,
            span: version,
        },
        namespace: namespace.unwrap_or_else(|| "default".into()),
        name,
        created: metadata.creation_timestamp,
        annotations: reading.strings(metadata.annotations, "annotation"),
        labels: reading.strings(metadata.labels, "label"),
        class_name: None,
        default_backend: None,
        rules: Vec::new(),
        tls: Vec::new(),
        route: Some(Box::new(route)),
        place: object.place,
    };
    reading.manifests.ingresses.push(ingress);
}

fn tls(reading: &Reading<'_>, object: Object<'_, '_>) -> Option<Span> {
    let (_, node) = object.node.find(&["spec", "tls"])?;
    Some(reading.span(node.span.clone()))
}

fn places(reading: &Reading<'_>, object: Object<'_, '_>) -> Vec<Span> {
    let Some((_, node)) = object.node.find(&["spec", "routes"]) else {
        return Vec::new();
    };
    match &node.kind {
        Kind::Sequence { items, .. } => items.iter().map(|item| reading.span(item.span.clone())).collect(),
        _ => Vec::new(),
    }
}

/// Reads an object that routes refer to.
pub(in crate::model) fn referred<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>, kind: &str) {
    let Some(kind) = REFERRED.iter().copied().find(|known| *known == kind) else {
        return;
    };
    if api_version(reading, object).is_none() {
        return;
    }
    let Some(raw) = reading.typed::<raw::TraefikObject>(object, kind) else {
        return;
    };
    let Some(name) = raw.metadata.name else { return };
    let namespace = raw.metadata.namespace.filter(|n| !n.is_empty());
    reading.manifests.traefik.push(TraefikObject {
        kind,
        namespace: namespace.unwrap_or_else(|| "default".into()),
        name: name.value,
        spec: raw.spec.unwrap_or(Value::Null),
        place: object.place,
    });
}

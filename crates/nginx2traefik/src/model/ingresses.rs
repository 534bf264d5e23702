//! Ingress of any version, as v1 has it.
use super::convert::{at, port};
use super::raw;
use super::read::{Object, Reading};
use super::{ApiVersion, At, Ingress, IngressBackend, IngressPath, IngressRule, IngressTls, PathType, PortRef};
use crate::source::Span;
use spanned_yaml::{Spanned, SpannedMap};

/// Reads an Ingress; one of another API group is another kind, and left alone.
pub(super) fn read<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>) {
    let Some(api_version) = api_version(reading, object) else {
        return;
    };
    let Some(raw) = reading.typed::<raw::Ingress>(object, "Ingress") else {
        return;
    };
    let findings = reading.manifests.findings.len();
    let Some(ingress) = ingress(reading, raw, api_version, object) else {
        reading.refuse(
            object.place.span,
            "The API server refuses this Ingress: it has no metadata.name",
        );
        return;
    };
    let about = ingress.object();
    for finding in &mut reading.manifests.findings[findings..] {
        finding.object = Some(about.clone());
    }
    reading.manifests.ingresses.push(ingress);
}

/// None: it has no name.
fn ingress(
    reading: &mut Reading<'_>,
    raw: raw::Ingress,
    api_version: At<ApiVersion>,
    object: Object<'_, '_>,
) -> Option<Ingress> {
    let raw::Ingress { metadata, spec } = raw;
    let name = metadata.name.or(metadata.generate_name).map(|n| at(reading, n))?;
    let version = api_version.value;
    let default = match version {
        ApiVersion::V1 => spec.default_backend,
        ApiVersion::V1Beta1 | ApiVersion::Extensions | ApiVersion::Traefik => spec.backend.or(spec.default_backend),
    };
    let namespace = metadata.namespace.filter(|n| !n.is_empty());
    if let Some(annotations) = &metadata.annotations {
        layouts(reading, annotations, object);
    }
    Some(Ingress {
        annotations: reading.strings(metadata.annotations, "annotation"),
        labels: reading.strings(metadata.labels, "label"),
        class_name: spec.ingress_class_name.map(|c| at(reading, c)),
        default_backend: default.map(|b| backend(reading, b, version)),
        rules: spec.rules.into_iter().map(|r| rule(reading, r, version)).collect(),
        tls: spec.tls.into_iter().map(|t| tls(reading, t)).collect(),
        namespace: namespace.unwrap_or_else(|| "default".into()),
        created: metadata.creation_timestamp,
        route: None,
        place: object.place,
        api_version,
        name,
    })
}

/// Remembers how the texts of snippets lie in the file.
fn layouts(reading: &mut Reading<'_>, annotations: &SpannedMap<raw::Loose>, object: Object<'_, '_>) {
    for entry in annotations.iter().filter(|e| e.key.value.contains("snippet")) {
        if let Some(node) = object.document.scalar_at(entry.value.span.start) {
            let place = reading.span(entry.value.place());
            reading.manifests.layouts.insert(place, node.layout(reading.text));
        }
    }
}

fn api_version(reading: &Reading<'_>, object: Object<'_, '_>) -> Option<At<ApiVersion>> {
    // the items of an IngressList may leave it to the list
    let root = object.document.root.as_ref()?;
    let (_, node) = object.node.get("apiVersion").or_else(|| root.get("apiVersion"))?;
    let value = match node.as_str()? {
        "networking.k8s.io/v1" => ApiVersion::V1,
        "networking.k8s.io/v1beta1" => ApiVersion::V1Beta1,
        "extensions/v1beta1" => ApiVersion::Extensions,
        _ => return None,
    };
    let span = reading.span(node.span.clone());
    Some(At { value, span })
}

fn rule(reading: &mut Reading<'_>, raw: Spanned<raw::Rule>, version: ApiVersion) -> IngressRule {
    let span = reading.span(raw.place());
    let paths = raw.value.http.map(|h| h.paths).unwrap_or_default();
    IngressRule {
        host: raw.value.host.map(|h| at(reading, h)),
        paths: paths.into_iter().map(|p| path(reading, p, version)).collect(),
        span,
    }
}

fn path(reading: &mut Reading<'_>, raw: Spanned<raw::Path>, version: ApiVersion) -> IngressPath {
    let span = reading.span(raw.place());
    if version == ApiVersion::V1 && raw.value.path_type.is_none() {
        reading.refuse(span, "The API server refuses this Ingress: the path has no pathType");
    }
    IngressPath {
        path: raw.value.path.map(|p| at(reading, p)),
        path_type: raw.value.path_type.and_then(|t| path_type(reading, t)),
        backend: match raw.value.backend {
            Some(written) => backend(reading, written, version),
            None => missing_backend(reading, span),
        },
        span,
    }
}

fn path_type(reading: &mut Reading<'_>, raw: Spanned<String>) -> Option<At<PathType>> {
    let written = at(reading, raw);
    let value = match written.value.as_str() {
        "Exact" => PathType::Exact,
        "Prefix" => PathType::Prefix,
        "ImplementationSpecific" => PathType::ImplementationSpecific,
        other => {
            let message = format!("The API server refuses this Ingress: there is no pathType `{other}`");
            reading.refuse(written.span, message);
            return None;
        }
    };
    Some(At {
        value,
        span: written.span,
    })
}

fn backend(reading: &mut Reading<'_>, raw: Spanned<raw::Backend>, version: ApiVersion) -> IngressBackend {
    let span = reading.span(raw.place());
    let raw = raw.value;
    if version == ApiVersion::V1 && raw.service.is_none() && raw.resource.is_none() {
        return missing_backend(reading, span);
    }
    let (service, port) = match (version, raw.service) {
        (ApiVersion::V1, Some(service)) => {
            let port = service.port.unwrap_or_default();
            let number = port.number.map(|n| at(reading, n.map(PortRef::Number)));
            let name = port.name.map(|n| at(reading, n.map(PortRef::Name)));
            (service.name, number.or(name))
        }
        (ApiVersion::V1, None) => (None, None),
        (ApiVersion::V1Beta1 | ApiVersion::Extensions | ApiVersion::Traefik, _) => {
            let number = raw.service_port.and_then(|p| {
                let span = reading.span(p.place());
                port(p.value).map(|value| At { value, span })
            });
            (raw.service_name, number)
        }
    };
    IngressBackend {
        service: service.map(|s| at(reading, s)),
        port,
        span,
    }
}

fn missing_backend(reading: &mut Reading<'_>, span: Span) -> IngressBackend {
    reading.refuse(
        span,
        "The API server refuses this Ingress: the backend names neither `service` nor `resource`",
    );
    IngressBackend {
        service: None,
        port: None,
        span,
    }
}

fn tls(reading: &Reading<'_>, raw: Spanned<raw::Tls>) -> IngressTls {
    let span = reading.span(raw.place());
    IngressTls {
        hosts: raw.value.hosts.into_iter().map(|h| at(reading, h)).collect(),
        secret_name: raw.value.secret_name.map(|s| at(reading, s)),
        span,
    }
}

//! Services, Secrets, ConfigMaps and IngressClasses.
use super::convert::port;
use super::raw::{self, Loose};
use super::read::{Object, Reading};
use super::{ConfigMap, IngressClass, Secret, Service, ServicePort};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use spanned_yaml::SpannedMap;
use std::collections::BTreeMap;

/// Namespace and name; nothing without a name.
pub(super) fn names(meta: &raw::Meta) -> Option<(String, String)> {
    let name = meta.name.as_ref()?.value.clone();
    let namespace = meta.namespace.clone().filter(|n| !n.is_empty());
    Some((namespace.unwrap_or_else(|| "default".into()), name))
}

/// The objects of this kind are those of the core group; `kind: Service` of another group (Knative) is left alone.
fn is_core(object: Object<'_, '_>) -> bool {
    let root = object.document.root.as_ref();
    let version = object.node.get("apiVersion").or_else(|| root?.get("apiVersion"));
    version.and_then(|(_, v)| v.as_str()) == Some("v1")
}

/// Reads a Service.
pub(super) fn service<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>) {
    if !is_core(object) {
        return;
    }
    let Some(raw) = reading.typed::<raw::Service>(object, "Service") else {
        return;
    };
    let Some((namespace, name)) = names(&raw.metadata) else {
        return;
    };
    let spec = raw.spec;
    let service = Service {
        namespace,
        name,
        annotations: reading.strings(raw.metadata.annotations, "annotation"),
        external_name: spec
            .external_name
            .filter(|_| spec.kind.as_deref() == Some("ExternalName")),
        kind: spec.kind.unwrap_or_else(|| "ClusterIP".into()),
        headless: spec.cluster_ip.as_deref() == Some("None"),
        ports: spec.ports.into_iter().map(service_port).collect(),
        selector: texts(spec.selector.unwrap_or_default()),
        place: object.place,
    };
    reading.manifests.services.push(service);
}

fn service_port(raw: raw::ServicePort) -> ServicePort {
    ServicePort {
        name: raw.name,
        port: raw.port,
        target: raw.target_port.and_then(port),
        app_protocol: raw.app_protocol,
    }
}

/// The strings of a map.
fn texts(map: SpannedMap<Loose>) -> BTreeMap<String, String> {
    let text = |e: spanned_yaml::Entry<Loose>| match e.value.value {
        Loose::Text(text) => Some((e.key.value, text)),
        Loose::Other(_) => None,
    };
    map.into_iter().filter_map(text).collect()
}

/// Reads a Secret: `data` is base64 (line breaks in it do not count), `stringData` wins.
pub(super) fn secret<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>) {
    if !is_core(object) {
        return;
    }
    let Some(raw) = reading.typed::<raw::Secret>(object, "Secret") else {
        return;
    };
    let Some((namespace, name)) = names(&raw.metadata) else {
        return;
    };
    let mut data = BTreeMap::new();
    for (key, value) in texts(raw.data) {
        let text: String = value.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        if let Ok(bytes) = STANDARD.decode(text) {
            data.insert(key, bytes);
        }
    }
    data.extend(texts(raw.string_data).into_iter().map(|(k, v)| (k, v.into_bytes())));
    reading.manifests.secrets.push(Secret {
        namespace,
        name,
        kind: raw.kind,
        data,
        place: object.place,
    });
}

/// Reads a ConfigMap.
pub(super) fn config_map<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>) {
    if !is_core(object) {
        return;
    }
    let Some(raw) = reading.typed::<raw::ConfigMap>(object, "ConfigMap") else {
        return;
    };
    let Some((namespace, name)) = names(&raw.metadata) else {
        return;
    };
    let data = reading.strings(Some(raw.data), "key");
    reading.manifests.config_maps.push(ConfigMap {
        namespace,
        name,
        data,
        place: object.place,
    });
}

/// Reads an IngressClass.
pub(super) fn class<'t>(reading: &mut Reading<'t>, object: Object<'_, 't>) {
    let Some(raw) = reading.typed::<raw::IngressClass>(object, "IngressClass") else {
        return;
    };
    let Some((_, name)) = names(&raw.metadata) else {
        return;
    };
    let annotations = raw.metadata.annotations.unwrap_or_default();
    let default = annotations.get("ingressclass.kubernetes.io/is-default-class");
    reading.manifests.classes.push(IngressClass {
        name,
        controller: raw.spec.controller.unwrap_or_default(),
        default: default.is_some_and(|d| d.value.value == Loose::Text("true".into())),
        place: object.place,
    });
}

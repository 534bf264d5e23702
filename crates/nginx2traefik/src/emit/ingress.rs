//! Changes of an Ingress that stays one.
use crate::model::{ApiVersion, Ingress, IngressBackend, PortRef};
use serde_json::{Value, json};
use spanned_yaml::{EditError, Editor};

/// What is to be changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changes<'a> {
    pub(super) class_name: &'a str,
    pub(super) remove: &'a [String],
    pub(super) set: &'a [(String, String)],
}

/// Plans the changes; `at` leads to the Ingress within its document.
pub(super) fn edit(
    editor: &mut Editor<'_, '_>,
    at: &[&str],
    ingress: &Ingress,
    changes: Changes<'_>,
) -> Result<(), EditError> {
    let path = |rest: &[&'static str]| [at, rest].concat();
    for name in changes.remove {
        let place = path(&["metadata", "annotations"]);
        editor.remove(&[&place[..], &[name.as_str()]].concat())?;
    }
    for (name, value) in changes.set {
        editor.put(&path(&["metadata", "annotations"]), name, value)?;
    }
    editor.put(&path(&["spec"]), "ingressClassName", changes.class_name)?;
    if ingress.api_version.value != ApiVersion::V1 {
        upgrade(editor, at, ingress)?;
    }
    Ok(())
}

/// From v1beta1 to v1: the names of the backend's fields, and a pathType for every path.
fn upgrade(editor: &mut Editor<'_, '_>, at: &[&str], ingress: &Ingress) -> Result<(), EditError> {
    editor.set(&[at, &["apiVersion"]].concat(), "networking.k8s.io/v1")?;
    if let Some(backend) = &ingress.default_backend {
        let path = [at, &["spec", "backend"]].concat();
        editor.remove(&path)?;
        editor.insert_value(&[at, &["spec"]].concat(), "defaultBackend", &in_v1(backend))?;
    }
    for (rule_at, rule) in ingress.rules.iter().enumerate() {
        let rule_at = rule_at.to_string();
        for (path_at, entry) in rule.paths.iter().enumerate() {
            let path_at = path_at.to_string();
            let here = [at, &["spec", "rules", &rule_at, "http", "paths", &path_at]].concat();
            editor.set_value(&[&here[..], &["backend"]].concat(), &in_v1(&entry.backend))?;
            if entry.path_type.is_none() {
                editor.insert(&here, "pathType", "ImplementationSpecific")?;
            }
        }
    }
    Ok(())
}

fn in_v1(backend: &IngressBackend) -> Value {
    let name = backend.service.as_ref().map_or("", |name| &name.value);
    match backend.port.as_ref().map(|port| &port.value) {
        Some(PortRef::Number(number)) => json!({"service": {"name": name, "port": {"number": number}}}),
        Some(PortRef::Name(port)) => json!({"service": {"name": name, "port": {"name": port}}}),
        None => json!({"service": {"name": name}}),
    }
}

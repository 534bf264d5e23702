//! Objects of other kinds: where they name a class of Ingresses.
//!
//! cert-manager's issuers (`solvers[].http01.ingress.class`, `.ingressClassName`), Helm values inside of HelmReleases and Applications
//! (`ingress.className`), annotations of templates: many kinds, few names of fields.
use super::object::Named;
use serde_json::Value;

/// Fields that name a class wherever they stand.
const FIELDS: &[&str] = &[
    "ingressClassName",
    "ingressClass",
    "kubernetes.io/ingress.class",
    "acme.cert-manager.io/http01-ingress-class",
    "acme.cert-manager.io/http01-ingress-ingressclassname",
];
/// Fields that do below `ingress`.
const BELOW_INGRESS: &[&str] = &["class", "className"];

/// Every class that the text of an object names, in the order of the text.
///
/// # Errors
/// It is no JSON, or nested more than 128 deep.
pub(super) fn names(text: &str) -> Result<Vec<Named<'static>>, String> {
    let value: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut found = Vec::new();
    walk(&value, "", "", &mut found);
    Ok(found)
}

fn walk(value: &Value, path: &str, parent: &str, found: &mut Vec<Named<'static>>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                let names =
                    FIELDS.contains(&key.as_str()) || (parent == "ingress" && BELOW_INGRESS.contains(&key.as_str()));
                match value {
                    Value::String(class) if names => found.push(Named {
                        path,
                        class: class.clone().into(),
                    }),
                    _ => walk(value, &path, key, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{index}]"), parent, found);
            }
        }
        _ => {}
    }
}

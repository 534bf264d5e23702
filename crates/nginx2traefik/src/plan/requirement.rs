//! Static settings: what the installation has, and what the result needs beyond it.
use crate::installation::{Installation, Trust};
use serde_json::Value;

/// The installation has the setting already. Where nothing was given about it, nothing is taken for granted.
pub(crate) fn satisfied(installation: &Installation, key: &str, value: &Value) -> bool {
    installation.given && current(installation, key).is_some_and(|has| has == *value)
}

/// The value of a setting that [`Installation`] knows.
fn current(installation: &Installation, key: &str) -> Option<Value> {
    let providers = &installation.providers;
    if let Some(rest) = key.strip_prefix("entryPoints.") {
        return entry_point(installation, rest);
    }
    if key == "providers.kubernetesIngress.ingressClass" {
        return providers.selects_class.then(|| providers.ingress_class.as_str().into());
    }
    if key == "providers.kubernetesGateway" {
        return providers.gateway.then(|| Value::Object(serde_json::Map::new()));
    }
    let value = match key {
        "providers.kubernetesIngress.strictPrefixMatching" => providers.strict_prefix_matching,
        "providers.kubernetesIngress.allowEmptyServices" | "providers.kubernetesCRD.allowEmptyServices" => {
            providers.allow_empty_services
        }
        "providers.kubernetesIngress.allowExternalNameServices"
        | "providers.kubernetesCRD.allowExternalNameServices" => providers.allow_external_name,
        "providers.kubernetesCRD.allowCrossNamespace" => providers.allow_cross_namespace,
        _ => return None,
    };
    Some(Value::Bool(value))
}

fn entry_point(installation: &Installation, key: &str) -> Option<Value> {
    let (name, setting) = key.split_once('.')?;
    let points = [&installation.web, &installation.websecure];
    let point = points.into_iter().find(|point| point.name == name)?;
    match setting {
        "http.tls" if point.tls => Some(Value::Object(serde_json::Map::new())),
        "http.underscoreHeadersStrategy" if point.deletes_underscore_headers => Some("delete".into()),
        "transport.respondingTimeouts.readTimeout" => Some(point.read_timeout.into()),
        "forwardedHeaders.insecure" => Some(Value::Bool(point.trust == Trust::Anyone)),
        _ => None,
    }
}

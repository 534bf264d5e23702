//! What a router of a server says about TLS.
use super::host::HostPlan;
use serde_json::{Map, Value, json};

/// The value of `tls` of an IngressRoute on websecure. The certificate is named where the route stands in its namespace; elsewhere
/// it is found by the server name.
pub(crate) fn of_route(plan: &HostPlan<'_>, namespace: &str) -> Map<String, Value> {
    let mut tls = Map::new();
    if let Some(secret) = &plan.host.tls.secret
        && secret.value.0 == namespace
    {
        tls.insert("secretName".into(), json!(secret.value.1));
    }
    if let Some(options) = &plan.tls_options {
        tls.insert("options".into(), options.clone());
    }
    tls
}

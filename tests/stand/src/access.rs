//! Traefik's account: a ServiceAccount with what its Helm chart lets it read, and no more.
use crate::kubeapi::KubeApi;
use anyhow::{Context, Result};
use serde_json::{Value, json};

const NAMESPACE: &str = "traefik";

/// Makes the account and gives its token.
///
/// # Errors
/// The API server refuses an object.
pub fn token(api: &mut KubeApi) -> Result<String> {
    let meta = json!({"name": "traefik", "namespace": NAMESPACE});
    let objects = [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta}),
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "traefik"},
               "rules": rules()}),
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "traefik"},
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "traefik"},
               "subjects": [{"kind": "ServiceAccount", "name": "traefik", "namespace": NAMESPACE}]}),
    ];
    for object in &objects {
        api.apply(object).context("Traefik's account")?;
    }
    let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/traefik/token");
    let request =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 7200}});
    let answer = api.post(&path, &request)?;
    let token = answer["status"]["token"].as_str();
    Ok(token.context("a token for Traefik")?.to_owned())
}

/// What the providers read, and where they write their status
/// (traefik-helm-chart:traefik/templates/rbac/clusterrole.yaml, with all of them switched on).
fn rules() -> Value {
    let read = ["get", "list", "watch"];
    let gateway = "gateway.networking.k8s.io";
    let read_of_gateway = [
        "backendtlspolicies",
        "gatewayclasses",
        "gateways",
        "grpcroutes",
        "httproutes",
        "referencegrants",
        "tcproutes",
        "tlsroutes",
    ];
    let with_status = read_of_gateway.iter().filter(|kind| **kind != "referencegrants");
    let status: Vec<String> = with_status.map(|kind| format!("{kind}/status")).collect();
    json!([
        {"apiGroups": [""], "verbs": read, "resources": ["services", "secrets", "configmaps", "namespaces", "nodes"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": read},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses", "ingressclasses"], "verbs": read},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses/status"], "verbs": ["update"]},
        {"apiGroups": ["traefik.io"], "resources": super::crds::TRAEFIK.map(|(_, plural)| plural), "verbs": read},
        {"apiGroups": [gateway], "resources": read_of_gateway, "verbs": read},
        {"apiGroups": [gateway], "resources": status, "verbs": ["update"]},
    ])
}

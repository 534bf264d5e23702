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

/// What the providers read: docs of Traefik 3.7, reference/install-configuration/providers/kubernetes, RBAC.
fn rules() -> Value {
    let read = ["get", "list", "watch"];
    let status = ["update", "patch"];
    json!([
        {"apiGroups": [""], "verbs": read,
         "resources": ["services", "secrets", "configmaps", "namespaces", "nodes", "endpoints"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": read},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses", "ingressclasses"], "verbs": read},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses/status"], "verbs": status},
        {"apiGroups": ["traefik.io"], "resources": super::crds::TRAEFIK.map(|(_, plural)| plural), "verbs": read},
        {"apiGroups": ["gateway.networking.k8s.io"], "resources": ["*"], "verbs": read},
        {"apiGroups": ["gateway.networking.k8s.io"], "verbs": status,
         "resources": ["gatewayclasses/status", "gateways/status", "httproutes/status", "grpcroutes/status",
                       "tcproutes/status", "tlsroutes/status", "backendtlspolicies/status"]},
    ])
}

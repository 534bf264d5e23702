//! What is asked: reviews as kube-apiserver writes them.
use serde_json::{Value, json};

/// Name and body.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let traefik = json!({"traefik.ingress.kubernetes.io/router.entrypoints": "websecure", "cert-manager.io/cluster-issuer": "letsencrypt"});
    let nginx = json!({"nginx.ingress.kubernetes.io/ssl-redirect": "true", "nginx.ingress.kubernetes.io/proxy-body-size": "8m",
        "nginx.ingress.kubernetes.io/rewrite-target": "/$1", "cert-manager.io/cluster-issuer": "letsencrypt"});
    let review = |class: &str, annotations: &Value, old: bool| {
        let object = ingress(class, annotations);
        let old = if old { object.clone() } else { Value::Null };
        review(object, old).to_string().into_bytes()
    };
    vec![
        (
            "a new Ingress of Traefik, let through",
            review("traefik", &traefik, false),
        ),
        (
            "a new Ingress of ingress-nginx with three keys, refused",
            review("nginx", &nginx, false),
        ),
        (
            "an update of such an Ingress, tolerated with warnings",
            review("nginx", &nginx, true),
        ),
    ]
}

/// As large as a body may be: an Ingress with as many annotations as can be stored, and a field that is not looked at.
pub(crate) fn largest() -> Vec<u8> {
    let mut annotations = json!({});
    for i in 0..7_000 {
        annotations[format!("nginx.ingress.kubernetes.io/k{i:04}")] = "".into();
    }
    let mut object = ingress("nginx", &annotations);
    object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = "".into();
    object["spec"]["more"] = "".into();
    let room = 3 * 1024 * 1024 - review(object.clone(), Value::Null).to_string().len();
    object["spec"]["more"] = "x".repeat(room).into();
    review(object, Value::Null).to_string().into_bytes()
}

fn review(object: Value, old: Value) -> Value {
    let operation = if old.is_null() { "CREATE" } else { "UPDATE" };
    json!({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
        "uid": "a5b37b2e-3a64-4a9c-8a1e-0b3f5c1d2e3f",
        "kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"},
        "resource": {"group": "networking.k8s.io", "version": "v1", "resource": "ingresses"},
        "requestKind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"},
        "requestResource": {"group": "networking.k8s.io", "version": "v1", "resource": "ingresses"},
        "name": "storefront", "namespace": "shop", "operation": operation,
        "userInfo": {"username": "system:serviceaccount:flux-system:kustomize-controller", "uid": "0f6c",
            "groups": ["system:serviceaccounts", "system:serviceaccounts:flux-system", "system:authenticated"]},
        "object": object, "oldObject": old, "dryRun": false,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1", "fieldManager": "kustomize-controller"}}})
}

fn ingress(class: &str, annotations: &Value) -> Value {
    let rule = |host: &str| {
        let path = |path: &str, service: &str| json!({"path": path, "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}});
        json!({"host": host, "http": {"paths": [path("/", "storefront"), path("/api", "api"), path("/static", "assets")]}})
    };
    let mut object = json!({"kind": "Ingress", "apiVersion": "networking.k8s.io/v1",
        "metadata": {"name": "storefront", "namespace": "shop", "uid": "5d4f1f0a", "generation": 1,
            "creationTimestamp": "2026-11-24T12:00:00Z",
            "labels": {"app.kubernetes.io/name": "storefront", "app.kubernetes.io/instance": "shop", "app.kubernetes.io/managed-by": "Helm"},
            "annotations": annotations},
        "spec": {"ingressClassName": class,
            "tls": [{"hosts": ["shop.example.com", "www.shop.example.com"], "secretName": "storefront-tls"}],
            "rules": [rule("shop.example.com"), rule("www.shop.example.com")]},
        "status": {"loadBalancer": {}}});
    let applied = object.to_string();
    object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = applied.into();
    object["metadata"]["managedFields"] = json!([{"manager": "kustomize-controller", "operation": "Apply",
        "apiVersion": "networking.k8s.io/v1", "time": "2026-11-24T12:00:00Z", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:annotations": {"f:cert-manager.io/cluster-issuer": {}}, "f:labels": {"f:app.kubernetes.io/name": {}}},
            "f:spec": {"f:ingressClassName": {}, "f:rules": {}, "f:tls": {}}}}]);
    object
}

//! The API server, and webhooks registered with it.
use super::webhook::Webhook;
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stand::kubeapi::{Exchange, KubeApi};
use stand::pki::Authority;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// An object with this label is reviewed, by the webhook with the number that is its value.
pub(crate) const LABEL: &str = "policy";
const CONFIGURATION: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/// Everything that runs.
pub(crate) struct Cluster {
    pub(crate) api: KubeApi,
    pub(crate) authority: Authority,
    /// PEM; more than one authority while one is replaced.
    pub(crate) bundle: String,
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) failure_policy: &'static str,
    /// How often they were registered.
    generation: usize,
    binary: PathBuf,
    folder: PathBuf,
}

impl Cluster {
    pub(crate) fn start(binary: &Path, folder: &Path) -> Result<Self> {
        let api = KubeApi::start(&place_of_kubeapi(), &folder.join("api"))?;
        let authority = Authority::new("webhooks")?;
        let mut cluster = Cluster {
            bundle: authority.certificate.clone(),
            api,
            authority,
            webhooks: Vec::new(),
            failure_policy: "Fail",
            generation: 0,
            binary: binary.to_owned(),
            folder: folder.to_owned(),
        };
        for namespace in ["shop", "open", "team-warn"] {
            cluster
                .api
                .apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}))?;
        }
        // whoever is impersonated may do everything that admission lets him do
        cluster.api.apply(&json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "all"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}]}))?;
        Ok(cluster)
    }

    /// A webhook with this policy; its number.
    pub(crate) fn webhook(&mut self, policy: &str) -> Result<usize> {
        let number = self.webhooks.len();
        let port = 9000 + u16::try_from(number)? * 2;
        let folder = self.folder.join(format!("webhook-{number}"));
        self.webhooks
            .push(Webhook::start(&self.binary, &folder, port, policy, &self.authority)?);
        Ok(number)
    }

    /// Registers all of them, and waits until the API server asks them: the first one tells its name where it refuses, and where it is not
    /// to be had.
    pub(crate) fn register(&mut self) -> Result<()> {
        self.generation += 1;
        let webhooks: Vec<Value> = self
            .webhooks
            .iter()
            .enumerate()
            .map(|(n, webhook)| self.registration(n, webhook))
            .collect();
        self.api.apply(
            &json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": "nginx2traefik"}, "webhooks": webhooks}),
        )?;
        let (name, silent) = (self.name(0), self.failure_policy == "Ignore");
        self.until(|cluster| {
            let answer = cluster.create(&labelled(ingress("probe", "nginx")), "?dryRun=All")?;
            Ok(answer.message().contains(&name) || silent && answer.status == 201)
        })
    }

    fn name(&self, number: usize) -> String {
        format!("n{number}.g{}.nginx2traefik.io", self.generation)
    }

    fn registration(&self, number: usize, webhook: &Webhook) -> Value {
        json!({"name": self.name(number), "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "failurePolicy": self.failure_policy, "matchPolicy": "Equivalent", "timeoutSeconds": 5,
            "clientConfig": {"url": format!("https://127.0.0.1:{}/validate", webhook.port), "caBundle": STANDARD.encode(&self.bundle)},
            "objectSelector": {"matchLabels": {LABEL: number.to_string()}},
            "rules": [{"operations": ["CREATE", "UPDATE"], "apiGroups": ["networking.k8s.io"], "apiVersions": ["*"],
                "resources": ["ingresses", "ingresses/status", "ingressclasses"], "scope": "*"},
                {"operations": ["CREATE", "UPDATE"], "apiGroups": ["cert-manager.io"], "apiVersions": ["*"],
                "resources": ["issuers", "clusterissuers"], "scope": "*"}]})
    }

    /// Takes the registration away, and waits until nobody is asked any more.
    pub(crate) fn unregister(&mut self) -> Result<()> {
        self.api
            .exchange("DELETE", &format!("{CONFIGURATION}/nginx2traefik"), &[], &Value::Null)?;
        self.until(|cluster| {
            Ok(cluster
                .create(&labelled(ingress("probe", "nginx")), "?dryRun=All")?
                .status
                == 201)
        })
    }

    pub(crate) fn until(&mut self, holds: impl Fn(&mut Self) -> Result<bool>) -> Result<()> {
        let began = Instant::now();
        while !holds(self)? {
            anyhow::ensure!(
                began.elapsed() < Duration::from_secs(30),
                "the API server does not take the registration up"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// `POST` of an object; `query` begins with `?`.
    pub(crate) fn create(&self, object: &Value, query: &str) -> Result<Exchange> {
        self.send("POST", &format!("{}{query}", collection(object)?), &[], object)
    }

    /// `PUT`, `PATCH` or `DELETE` of an object that is there.
    pub(crate) fn change(&self, method: &str, kind: &str, object: &Value, query: &str) -> Result<Exchange> {
        let name = object["metadata"]["name"].as_str().context("a name")?;
        self.send(
            method,
            &format!("{}/{name}{query}", collection(object)?),
            &[("Content-Type", kind)],
            object,
        )
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Result<Exchange> {
        let mut all = headers.to_vec();
        if !headers.iter().any(|(name, _)| *name == "Content-Type") {
            all.push(("Content-Type", "application/json"));
        }
        self.api.exchange(method, path, &all, body)
    }
}

fn place_of_kubeapi() -> PathBuf {
    crate::place::cache().join("kubeapi")
}

/// Where objects of its kind are.
pub(crate) fn collection(object: &Value) -> Result<String> {
    Ok(match object["kind"].as_str() {
        Some("ClusterIssuer") => "/apis/cert-manager.io/v1/clusterissuers".to_owned(),
        Some("Issuer") => "/apis/cert-manager.io/v1/namespaces/shop/issuers".to_owned(),
        Some("IngressClass") => "/apis/networking.k8s.io/v1/ingressclasses".to_owned(),
        _ => {
            let namespace = object["metadata"]["namespace"].as_str().unwrap_or("shop");
            format!("/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses")
        }
    })
}

/// An Ingress of this class (empty: none) in `shop`.
pub(crate) fn ingress(name: &str, class: &str) -> Value {
    let mut object = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": name, "namespace": "shop", "labels": {}, "annotations": {}},
        "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}});
    if !class.is_empty() {
        object["spec"]["ingressClassName"] = class.into();
    }
    object
}

/// One that the first webhook reviews.
pub(crate) fn labelled(mut object: Value) -> Value {
    object["metadata"]["labels"][LABEL] = "0".into();
    object
}

//! The kinds that the emitted objects have, with the schemas of their projects where they are there.
use crate::kubeapi::KubeApi;
use anyhow::{Context, Result, bail};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Kinds of `traefik.io/v1alpha1` and their plurals.
pub(crate) const TRAEFIK: [(&str, &str); 10] = [
    ("IngressRoute", "ingressroutes"),
    ("IngressRouteTCP", "ingressroutetcps"),
    ("IngressRouteUDP", "ingressrouteudps"),
    ("Middleware", "middlewares"),
    ("MiddlewareTCP", "middlewaretcps"),
    ("ServersTransport", "serverstransports"),
    ("ServersTransportTCP", "serverstransporttcps"),
    ("TLSOption", "tlsoptions"),
    ("TLSStore", "tlsstores"),
    ("TraefikService", "traefikservices"),
];

/// Kinds of `cert-manager.io/v1` that come along with Ingresses: without a schema, cert-manager reads them and not Traefik.
const CERT_MANAGER: [(&str, &str, &str); 3] = [
    ("Certificate", "certificates", "Namespaced"),
    ("Issuer", "issuers", "Namespaced"),
    ("ClusterIssuer", "clusterissuers", "Cluster"),
];

/// Where a project's schemas come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// Files of the project's release.
    Files(Vec<PathBuf>),
    /// There are none: every field is taken.
    None,
}

/// Traefik's schemas: the files of `$TRAEFIK_CRDS` for this version (`3.7`), where their names tell versions.
///
/// # Errors
/// The folder cannot be read, or holds no CRD of Traefik.
pub fn traefik(minor: &str) -> Result<Schema> {
    let Some(folder) = std::env::var_os("TRAEFIK_CRDS").filter(|folder| !folder.is_empty()) else {
        return Ok(Schema::None);
    };
    let files = of_folder(Path::new(&folder), "traefik.io").context("$TRAEFIK_CRDS")?;
    let named = |path: &&PathBuf| path.to_string_lossy().contains(&format!("v{minor}."));
    let of_version: Vec<PathBuf> = files.iter().filter(named).cloned().collect();
    Ok(Schema::Files(if of_version.is_empty() { files } else { of_version }))
}

/// The Gateway API's schemas, standard channel: files of its Go module, downloaded where they are not there yet. The
/// experimental channel is left out: with its switch on, Traefik serves no route on a cluster that has the standard one.
///
/// # Errors
/// No Go, or the module cannot be downloaded.
pub fn gateway(module: &Path) -> Result<Vec<PathBuf>> {
    let mut command = Command::new("go");
    command.args(["mod", "download", "-json", "sigs.k8s.io/gateway-api"]);
    let out = command
        .current_dir(module)
        .output()
        .context("the stand needs Go 1.26 or newer for the Gateway API's schemas")?;
    let said: Value = serde_json::from_slice(&out.stdout).unwrap_or_default();
    let Some(folder) = said["Dir"].as_str().filter(|_| out.status.success()) else {
        let why = String::from_utf8_lossy(&out.stderr);
        bail!(
            "the Gateway API's schemas cannot be downloaded: {} {why}",
            said["Error"].as_str().unwrap_or_default()
        );
    };
    of_folder(
        &Path::new(folder).join("config/crd/standard"),
        "gateway.networking.k8s.io",
    )
}

/// The files of a folder that define kinds of this group.
fn of_folder(folder: &Path, group: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let yaml = path.extension().is_some_and(|e| e == "yaml" || e == "yml");
        if yaml && std::fs::read_to_string(&path)?.contains(&format!("\n  group: {group}\n")) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("{} holds no CRD of {group}", folder.display());
    }
    Ok(files)
}

/// Registers Traefik's kinds, the Gateway API's and cert-manager's and waits until the API server serves them.
///
/// # Errors
/// The API server refuses one.
pub fn register(api: &mut KubeApi, schema: &Schema, gateway: &[PathBuf]) -> Result<()> {
    let mut definitions = match schema {
        Schema::None => TRAEFIK
            .iter()
            .map(|(kind, plural)| open(("traefik.io", "v1alpha1"), kind, plural, "Namespaced"))
            .collect(),
        Schema::Files(files) => read(files)?,
    };
    definitions.extend(read(gateway)?);
    definitions.extend(cert_manager());
    define(api, &definitions)
}

/// cert-manager's kinds alone.
///
/// # Errors
/// The API server refuses one.
pub fn register_cert_manager(api: &mut KubeApi) -> Result<()> {
    define(api, &cert_manager())
}

fn cert_manager() -> Vec<Value> {
    let kinds = CERT_MANAGER.iter();
    kinds
        .map(|(kind, plural, scope)| open(("cert-manager.io", "v1"), kind, plural, scope))
        .collect()
}

/// Registers definitions and waits until the API server serves them.
///
/// # Errors
/// The API server refuses one.
pub fn define(api: &mut KubeApi, definitions: &[Value]) -> Result<()> {
    for definition in definitions {
        api.apply(definition)
            .with_context(|| definition["metadata"]["name"].to_string())?;
    }
    definitions
        .iter()
        .try_for_each(|definition| established(api, definition))
}

fn read(files: &[PathBuf]) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file)?;
        for document in serde_yaml::Deserializer::from_str(&text) {
            let object = Value::deserialize(document).with_context(|| file.display().to_string())?;
            if object["kind"] == "CustomResourceDefinition" {
                found.push(object);
            }
        }
    }
    Ok(found)
}

/// A definition without a schema: every field is taken.
pub fn open((group, version): (&str, &str), kind: &str, plural: &str, scope: &str) -> Value {
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
           "metadata": {"name": format!("{plural}.{group}")},
           "spec": {"group": group, "scope": scope,
                    "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase(), "listKind": format!("{kind}List")},
                    "versions": [{"name": version, "served": true, "storage": true,
                                  "schema": {"openAPIV3Schema": schema}}]}})
}

fn established(api: &mut KubeApi, definition: &Value) -> Result<()> {
    let name = definition["metadata"]["name"].as_str().unwrap_or_default();
    let end = Instant::now() + Duration::from_secs(30);
    while Instant::now() < end {
        let found = api.get(&format!(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}"
        ))?;
        let mut conditions = found["status"]["conditions"].as_array().into_iter().flatten();
        if conditions.any(|c| c["type"] == "Established" && c["status"] == "True") {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("the API server does not serve {name} after 30 s")
}

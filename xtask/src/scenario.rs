//! The scenarios of `fixtures/`: whole clusters in small. Behind every Service of theirs stands the echo.
use crate::case::{Case, objects, secrets, text};
use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use stand::pki::Pki;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folders, and in each the file with the controller's settings.
const SCENARIOS: &[(&str, Option<&str>)] = &[
    ("canary", None),
    ("dataone", Some("cluster/ingress-nginx.yaml")),
    ("first", Some("controller.yaml")),
    ("shared-host", None),
    ("shop", Some("controller.yaml")),
    ("sso", None),
    ("traefik", None),
];

/// Where the echo is.
const ECHO: &str = "10.244.1.1";

/// All of them.
pub(crate) fn all(fixtures: &Path, pki: &Pki) -> Result<Vec<Case>> {
    let read = |(name, settings): &(&str, Option<&str>)| {
        scenario(&fixtures.join(name), name, *settings, pki).with_context(|| format!("fixtures/{name}"))
    };
    SCENARIOS.iter().map(read).collect()
}

fn scenario(folder: &Path, name: &str, settings: Option<&str>, pki: &Pki) -> Result<Case> {
    let settings = settings.map(|file| folder.join(file));
    let mut texts = Vec::new();
    for path in manifests(folder)? {
        let name = path.file_name().unwrap_or_default();
        let of_traefik = ["traefik-values.yaml", "values.yaml"]
            .iter()
            .any(|values| name == *values);
        if !of_traefik && settings.as_ref() != Some(&path) {
            let short = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            texts.push((short, std::fs::read_to_string(&path)?));
        }
    }
    let mut all = Vec::new();
    for (_, text) in &texts {
        all.extend(objects(text)?);
    }
    let http = std::fs::read_to_string(folder.join("requests.http"));
    let http = http.context("requests.http: requests, and what ingress-nginx answers")?;
    let exchanges = examples::parse(&http).map_err(|error| anyhow!("requests.http: {error}"))?;
    let mut controller = vec!["use-forwarded-headers: \"true\"\n".to_owned()];
    if let Some(path) = settings {
        controller.insert(0, std::fs::read_to_string(path)?);
    }
    Ok(Case {
        name: format!("scenario: {name}"),
        feature: "scenario".to_owned(),
        around: around(&all, pki)?,
        texts,
        controller,
        exchanges,
        digest: String::new(),
    })
}

fn manifests(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(manifests(&path)?);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Namespaces, the Services that nobody shows, Secrets, and an EndpointSlice for each Service.
fn around(all: &[Value], pki: &Pki) -> Result<Vec<Value>> {
    let namespaces: BTreeSet<String> = all.iter().map(namespace).collect();
    let named = namespaces.iter().filter(|name| *name != "default");
    let mut found: Vec<Value> = named
        .map(|name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
        .collect();
    let shown: BTreeMap<(String, String), Vec<Value>> = all
        .iter()
        .filter(|object| object["kind"] == "Service" && object["spec"]["type"] != "ExternalName")
        .map(|object| ((namespace(object), text(&object["metadata"]["name"])), ports(object)))
        .collect();
    let mut services = backends(all);
    services.retain(|service, _| !shown.contains_key(service));
    for ((namespace, name), ports) in &services {
        found.push(
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
                          "spec": {"ports": ports}}),
        );
    }
    for ((namespace, name), ports) in services.iter().chain(&shown) {
        let ports: Vec<Value> = ports
            .iter()
            .map(|port| json!({"name": text(&port["name"]), "port": 80}))
            .collect();
        found.push(
            json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                          "metadata": {"name": format!("{name}-1"), "namespace": namespace,
                                       "labels": {"kubernetes.io/service-name": name}},
                          "ports": ports, "endpoints": [{"addresses": [ECHO], "conditions": {"ready": true}}]}),
        );
    }
    found.extend(secrets(all, pki)?);
    Ok(found)
}

fn namespace(object: &Value) -> String {
    object["metadata"]["namespace"].as_str().unwrap_or("default").to_owned()
}

fn ports(service: &Value) -> Vec<Value> {
    service["spec"]["ports"].as_array().cloned().unwrap_or_default()
}

/// The Services that Ingresses and IngressRoutes lead to, with the ports by which they are named.
fn backends(all: &[Value]) -> BTreeMap<(String, String), Vec<Value>> {
    let mut found: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for object in all {
        for (name, port) in led_to(object) {
            let ports = found.entry((namespace(object), text(name))).or_default();
            let number = port.as_u64().unwrap_or(80);
            let name = port.as_str().map_or_else(|| format!("p{number}"), str::to_owned);
            let port = json!({"name": name, "port": number});
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
    }
    found
}

/// Name and port, a number or a name.
fn led_to(object: &Value) -> Vec<(&Value, &Value)> {
    if object["kind"] == "IngressRoute" {
        let services = list(&object["spec"]["routes"]).flat_map(|route| list(&route["services"]));
        let own = services.filter(|service| service["kind"] != "TraefikService");
        return own.map(|service| (&service["name"], &service["port"])).collect();
    }
    if object["kind"] != "Ingress" {
        return Vec::new();
    }
    let paths = list(&object["spec"]["rules"]).flat_map(|rule| list(&rule["http"]["paths"]));
    let services = paths
        .map(|path| &path["backend"]["service"])
        .filter(|service| service.is_object());
    services
        .map(|service| match &service["port"] {
            port if port["name"].is_string() => (&service["name"], &port["name"]),
            port => (&service["name"], &port["number"]),
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

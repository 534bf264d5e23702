//! What is run: manifests with requests and the answers of ingress-nginx to them.
use anyhow::{Context, Result, anyhow};
use examples::{Example, Exchange};
use nginx2traefik::effective::Controller;
use nginx2traefik::rules::{DEFAULT_PREFIX, registry};
use nginx2traefik::source::Sources;
use serde::Deserialize as _;
use serde_json::{Value, json};
use stand::backends;
use stand::pki::{Keys, Pki};
use std::collections::BTreeSet;
use std::path::Path;

/// An example of a rule, or a scenario.
pub(crate) struct Case {
    /// `cors: One origin`
    pub(crate) name: String,
    /// The rule file, or `scenario`.
    pub(crate) feature: String,
    /// The manifests, in the namespaces that they are applied to.
    pub(crate) texts: Vec<(String, String)>,
    /// What an administrator of the cluster would have beside them: Namespace, Services, EndpointSlices, Secrets.
    pub(crate) around: Vec<Value>,
    /// Settings of the controller: files, in their order.
    pub(crate) controller: Vec<String>,
    /// Requests and what is expected.
    pub(crate) exchanges: Vec<Exchange>,
    /// Changes with everything that a run of it depends on.
    pub(crate) digest: String,
}

/// The examples of the rules; `only` names one rule.
pub(crate) fn examples(rules: &Path, only: Option<&str>, pki: &Pki) -> Result<Vec<Case>> {
    let all = examples::of_folder(rules).context("the rule files")?;
    let wanted = all.iter().filter(|e| only.is_none_or(|rule| rule == e.feature));
    wanted
        .enumerate()
        .map(|(at, example)| of_example(example, &namespace(example, at), pki))
        .collect()
}

/// Examples with requests, by rule file: (name, annotations, digest). Needs no server.
pub(crate) fn listed(rules: &Path) -> Result<Vec<(String, BTreeSet<String>, String)>> {
    let all = examples::of_folder(rules).context("the rule files")?;
    let with_requests = all.iter().filter(|example| example.http.is_some());
    Ok(with_requests
        .map(|example| (example.name(), annotations(&example.input), digest(example)))
        .collect())
}

fn namespace(example: &Example, at: usize) -> String {
    format!("{}-{at}", example.feature)
}

fn of_example(example: &Example, namespace: &str, pki: &Pki) -> Result<Case> {
    let placed = examples::in_namespace(&example.input, namespace);
    let text = examples::with_authority(&placed, &pki.authority.certificate);
    let http = example.http.as_deref().unwrap_or_default();
    let exchanges = examples::parse(http).map_err(|error| anyhow!("{}: {error}", example.name()))?;
    let objects = objects(&text).with_context(|| example.name())?;
    let mut around = vec![json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})];
    for service in backends::services(namespace) {
        let name = service["metadata"]["name"].as_str().unwrap_or_default();
        let is_it = |object: &&Value| object["kind"] == "Service" && object["metadata"]["name"] == name;
        let own = objects.iter().find(is_it);
        if text.contains(name) {
            around.extend(backends::endpoint_slice(own.unwrap_or(&service)));
            around.extend(own.is_none().then_some(service));
        }
    }
    around.extend(secrets(&objects, pki)?);
    let controller = example.controller.iter();
    Ok(Case {
        name: example.name(),
        feature: example.feature.clone(),
        texts: vec![("example.yaml".to_owned(), text)],
        around,
        controller: controller
            .map(|text| examples::in_namespace(text, namespace))
            .chain(["use-forwarded-headers: \"true\"\n".to_owned()])
            .collect(),
        exchanges,
        digest: digest(example),
    })
}

impl Case {
    /// The namespace that an example has to itself; none for a scenario, which has its own.
    pub(crate) fn namespace(&self) -> Option<String> {
        let namespaces = self.around.iter().filter(|object| object["kind"] == "Namespace");
        let mut names = namespaces.map(|object| text(&object["metadata"]["name"]));
        names.next().filter(|_| self.feature != "scenario")
    }

    /// The controller that the case is served by.
    pub(crate) fn controller(&self, sources: &mut Sources) -> Controller {
        let mut controller = Controller::default();
        for text in &self.controller {
            let id = sources.add("controller.yaml", text.as_str());
            nginx2traefik::controller_config::read(&mut controller, id, text);
        }
        controller.given = true;
        controller
    }
}

/// FNV-1a: small, and the same on every machine.
fn digest(example: &Example) -> String {
    let parts = [Some(&example.input), example.http.as_ref(), example.controller.as_ref()];
    let bytes = parts.into_iter().flatten().flat_map(|text| text.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The documents of a text, those of a List one by one; empty ones are left out.
pub(crate) fn objects(text: &str) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = Value::deserialize(document)?;
        match value["items"].as_array().filter(|_| value["kind"] == "List") {
            Some(items) => found.extend(items.iter().cloned()),
            None if value.is_null() => {}
            None => found.push(value),
        }
    }
    Ok(found)
}

/// The annotations of ingress-nginx that stand in a text, without prefix, aliases by their newer name.
fn annotations(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter_map(|line| line.trim().split_once(':'));
    let keys = lines.filter_map(|(key, _)| key.strip_prefix(DEFAULT_PREFIX)?.strip_prefix('/'));
    let known = keys.filter_map(|key| registry().annotation(key));
    known.map(|rule| rule.annotation.name.clone()).collect()
}

/// Secrets that the Ingresses name and that do not stand beside them.
pub(crate) fn secrets(objects: &[Value], pki: &Pki) -> Result<Vec<Value>> {
    let mut there: BTreeSet<(String, String)> = BTreeSet::new();
    for object in objects.iter().filter(|o| o["kind"] == "Secret") {
        there.insert((
            text(&object["metadata"]["namespace"]),
            text(&object["metadata"]["name"]),
        ));
    }
    let mut found = Vec::new();
    of_routes(objects, pki, &mut there, &mut found)?;
    for ingress in objects.iter().filter(|o| o["kind"] == "Ingress") {
        let namespace = text(&ingress["metadata"]["namespace"]);
        for tls in ingress["spec"]["tls"].as_array().into_iter().flatten() {
            let hosts: Vec<String> = tls["hosts"].as_array().into_iter().flatten().map(text).collect();
            let name = (namespace.clone(), text(&tls["secretName"]));
            if !name.1.is_empty() && there.insert(name.clone()) {
                found.push(secret(&name, &pki.authority.server(&hosts)?, None));
            }
        }
        let key = format!("{DEFAULT_PREFIX}/proxy-ssl-secret");
        if let Some((namespace, name)) = ingress["metadata"]["annotations"][&key]
            .as_str()
            .and_then(|v| v.split_once('/'))
        {
            let name = (namespace.to_owned(), name.to_owned());
            if there.insert(name.clone()) {
                found.push(secret(&name, &pki.client, Some(&pki.authority.certificate)));
            }
        }
    }
    Ok(found)
}

/// Those of IngressRoutes.
fn of_routes(
    objects: &[Value],
    pki: &Pki,
    there: &mut BTreeSet<(String, String)>,
    found: &mut Vec<Value>,
) -> Result<()> {
    for route in objects.iter().filter(|o| o["kind"] == "IngressRoute") {
        let name = (
            text(&route["metadata"]["namespace"]),
            text(&route["spec"]["tls"]["secretName"]),
        );
        if !name.1.is_empty() && there.insert(name.clone()) {
            let hosts = ["*.example.com".to_owned()];
            found.push(secret(&name, &pki.authority.server(&hosts)?, None));
        }
    }
    Ok(())
}

fn secret((namespace, name): &(String, String), keys: &Keys, authority: Option<&str>) -> Value {
    let mut data = json!({"tls.crt": keys.certificate, "tls.key": keys.key});
    if let Some(authority) = authority {
        data["ca.crt"] = json!(authority);
    }
    json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
           "metadata": {"name": name, "namespace": namespace}, "stringData": data})
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

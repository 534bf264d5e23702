//! From manifests to manifests: what a user gives, and what comes out.
#![allow(clippy::unwrap_used)]
mod edits;
mod gateway;
mod gateway_backends;
mod routes;

use nginx2traefik::effective::{self, Controller};
use nginx2traefik::emit::emit;
use nginx2traefik::finding::Finding;
use nginx2traefik::installation::Installation;
use nginx2traefik::model;
use nginx2traefik::plan::{Api, GatewaySettings, Options, plan};
use nginx2traefik::source::Sources;

/// What came of one text.
struct Migrated {
    text: String,
    findings: Vec<Finding>,
    needs: Vec<String>,
}

impl Migrated {
    /// Messages of what keeps an Ingress as it is.
    fn blocked_by(&self) -> Vec<&str> {
        let blocking = self.findings.iter().filter(|finding| finding.blocks);
        blocking.map(|finding| finding.message.as_str()).collect()
    }
}

fn migrate(text: &str) -> Migrated {
    run(text, Api::Ingress, false)
}

fn migrate_exactly(text: &str) -> Migrated {
    run(text, Api::Ingress, true)
}

fn run(text: &str, api: Api, exact: bool) -> Migrated {
    let mut sources = Sources::default();
    let id = sources.add("input.yaml", text);
    let manifests = model::join([model::read(id, text)]);
    let effective = effective::build(&manifests, Controller::default());
    let options = Options {
        api,
        exact,
        installation: Installation::default(),
        gateway: GatewaySettings::default(),
    };
    let plan = plan(&manifests, &effective, &options);
    let emitted = emit(&sources, &manifests, &plan, &options);
    let new = emitted.texts.into_iter().next().map(|(_, text)| text);
    Migrated {
        text: new.unwrap_or_else(|| text.to_owned()),
        findings: plan.findings.into_iter().chain(emitted.findings).collect(),
        needs: plan.requirements.into_iter().map(|r| r.key).collect(),
    }
}

/// An Ingress of ingress-nginx: annotations (name without prefix, value), and paths (host, type, path, Service).
fn ingress(name: &str, annotations: &[(&str, &str)], paths: &[(&str, &str, &str, &str)]) -> String {
    let mut text = format!("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n");
    if !annotations.is_empty() {
        text.push_str("  annotations:\n");
    }
    for (key, value) in annotations {
        text.push_str(&format!("    nginx.ingress.kubernetes.io/{key}: '{value}'\n"));
    }
    text.push_str("spec:\n  ingressClassName: nginx\n  rules:\n");
    for (host, kind, path, service) in paths {
        text.push_str(&format!(
            "  - host: '{host}'\n    http:\n      paths:\n      - path: {path}\n        pathType: {kind}\n        backend:\n          \
             service:\n            name: {service}\n            port:\n              number: 80\n"
        ));
    }
    text
}

/// Match, priority, Middlewares and Services of every route, a line each.
fn routes(text: &str) -> Vec<String> {
    let parsed = spanned_yaml::parse(text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let mut lines = Vec::new();
    for document in &parsed.documents {
        let value = spanned_yaml::to_json(document).unwrap();
        if value["kind"] != "IngressRoute" {
            continue;
        }
        let place = value["spec"]["entryPoints"][0].as_str().unwrap_or("both").to_owned();
        for route in value["spec"]["routes"].as_array().unwrap() {
            let names = |key: &str| {
                let all = route[key].as_array().map(Vec::as_slice).unwrap_or_default();
                let name = |entry: &serde_json::Value| {
                    let weight = entry["weight"].as_u64().map(|w| format!("*{w}")).unwrap_or_default();
                    format!("{}{weight}", entry["name"].as_str().unwrap_or_default())
                };
                all.iter().map(name).collect::<Vec<_>>().join("+")
            };
            let priority = route["priority"].as_u64().map(|p| format!(" #{p}")).unwrap_or_default();
            let rule = route["match"].as_str().unwrap();
            lines.push(format!(
                "{place}{priority} {rule} [{}] {}",
                names("middlewares"),
                names("services")
            ));
        }
    }
    lines
}

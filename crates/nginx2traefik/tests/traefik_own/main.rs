//! From objects that are Traefik's already to the Gateway API.
#![allow(clippy::unwrap_used)]
mod beside;
mod converted;
mod passes;
mod stays;
mod two_steps;

use nginx2traefik::effective::{self, Controller};
use nginx2traefik::emit::emit;
use nginx2traefik::finding::{Finding, Outcome};
use nginx2traefik::installation::Installation;
use nginx2traefik::model;
use nginx2traefik::plan::{Api, GatewaySettings, Options, plan};
use nginx2traefik::report::Report;
use nginx2traefik::source::Sources;
use serde_json::Value;

/// What came of one text.
struct Migrated {
    text: String,
    findings: Vec<Finding>,
    /// Kind, name and outcome of each object.
    outcomes: Vec<(String, Outcome)>,
}

impl Migrated {
    fn objects(&self) -> Vec<Value> {
        let parsed = spanned_yaml::parse(&self.text);
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        let values = parsed
            .documents
            .iter()
            .map(|document| spanned_yaml::to_json(document).unwrap());
        values.filter(|value| !value.is_null()).collect()
    }

    fn of_kind(&self, kind: &str) -> Vec<Value> {
        self.objects()
            .into_iter()
            .filter(|value| value["kind"] == kind)
            .collect()
    }

    fn messages(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.message.as_str()).collect()
    }

    /// Hosts, matches, filters and backends of every rule, a line each.
    fn rules(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for route in self.of_kind("HTTPRoute") {
            let hosts = strings(&route["spec"]["hostnames"], |host| host.as_str().unwrap().to_owned());
            for rule in list(&route["spec"]["rules"]) {
                let matches = strings(&rule["matches"], matched);
                let filters = strings(&rule["filters"], |filter| {
                    filter["extensionRef"]["name"].as_str().unwrap_or("?").to_owned()
                });
                let backends = strings(&rule["backendRefs"], |backend| {
                    let weight = backend["weight"].as_u64().map(|w| format!("*{w}")).unwrap_or_default();
                    format!("{}{weight}", backend["name"].as_str().unwrap())
                });
                lines.push(format!("{hosts} {matches} [{filters}] {backends}"));
            }
        }
        lines
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn strings(value: &Value, one: impl Fn(&Value) -> String) -> String {
    list(value).iter().map(one).collect::<Vec<_>>().join("+")
}

fn matched(value: &Value) -> String {
    let kind = match value["path"]["type"].as_str().unwrap() {
        "Exact" => "=",
        "PathPrefix" => "",
        _ => "~",
    };
    let path = value["path"]["value"].as_str().unwrap();
    let mut text = format!("{kind}{path}");
    for key in ["method", "headers", "queryParams"] {
        if !value[key].is_null() {
            text.push_str(&format!(" {}", value[key]));
        }
    }
    text
}

fn to_gateway(text: &str) -> Migrated {
    run(text, Api::Gateway, false)
}

/// With Traefik as its Helm chart installs it, and Ingress paths by whole elements.
fn run(text: &str, api: Api, exact: bool) -> Migrated {
    let mut installation = Installation::default();
    installation.providers.strict_prefix_matching = true;
    run_with(text, api, exact, installation)
}

fn run_with(text: &str, api: Api, exact: bool, installation: Installation) -> Migrated {
    run_as(text, (api, exact), installation, GatewaySettings::default())
}

fn run_as(text: &str, (api, exact): (Api, bool), installation: Installation, gateway: GatewaySettings) -> Migrated {
    let mut sources = Sources::default();
    let id = sources.add("input.yaml", text);
    let manifests = model::join([model::read(id, text)]);
    let effective = effective::build(&manifests, Controller::default());
    let options = Options {
        api,
        exact,
        installation,
        gateway,
    };
    let plan = plan(&manifests, &effective, &options);
    let emitted = emit(&sources, &manifests, &plan, &options);
    let report = Report::of_migration(&manifests, &plan, emitted.findings);
    let outcome =
        |o: &nginx2traefik::report::ObjectReport| Some((format!("{} {}", o.object.kind, o.object.name), o.outcome?));
    let new = emitted.texts.into_iter().next().map(|(_, text)| text);
    Migrated {
        text: new.unwrap_or_else(|| text.to_owned()),
        outcomes: report.objects.iter().filter_map(outcome).collect(),
        findings: report.all().into_iter().cloned().collect(),
    }
}

//! TLS that passes through: the one thing of an IngressRouteTCP that a TLSRoute says
//! (traefik:pkg/provider/kubernetes/crd/kubernetes_tcp.go; pkg/provider/kubernetes/gateway/tlsroute.go).
use super::{Object, Passes, Stay};
use crate::effective::HostName;
use crate::model::traefik::rule::{cases, parse};
use crate::model::{Ingress, IngressId, TraefikRoute};
use crate::plan::gateway::backend::plain_port;
use crate::plan::host::Given;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Spec {
    entry_points: Vec<String>,
    routes: Vec<Route>,
    tls: Option<Map<String, Value>>,
    #[serde(rename = "ingressClassName")]
    _class: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Route {
    #[serde(rename = "match")]
    rule: String,
    priority: i64,
    syntax: Option<String>,
    middlewares: Vec<Value>,
    services: Vec<Map<String, Value>>,
}

/// Reads one.
pub(super) fn read(given: Given<'_>, id: IngressId, route: &TraefikRoute) -> Object {
    let ingress = given.manifests.ingress(id);
    let mut object = Object::default();
    match passes(given, ingress, &route.spec) {
        Some(passes) => object.passes = Some(passes),
        None => {
            let reason = "no TLSRoute says all of it: TLS of named hosts that passes through, from the entryPoint of https to one Service";
            object.stay(Stay::new(ingress.name.span, reason));
        }
    }
    object
}

fn passes(given: Given<'_>, ingress: &Ingress, spec: &Value) -> Option<Passes> {
    let spec: Spec = serde_json::from_value(spec.clone()).ok()?;
    let [route] = spec.routes.as_slice() else { return None };
    let [service] = route.services.as_slice() else {
        return None;
    };
    let only_passes = spec
        .tls
        .is_some_and(|tls| tls.len() == 1 && tls.get("passthrough") == Some(&Value::Bool(true)));
    let other_syntax = route
        .syntax
        .as_deref()
        .is_some_and(|syntax| syntax != "v3" && syntax != "default");
    let here = spec.entry_points == [given.options.installation.websecure.name.clone()];
    if !here || !only_passes || other_syntax || !route.middlewares.is_empty() || route.priority != 0 {
        return None;
    }
    let target = super::service::of_tcp(given, ingress, service)?;
    Some(Passes {
        names: names(&route.rule)?,
        port: plain_port(given.manifests, &target)?,
        service: target.service.name,
    })
}

/// Of a rule that asks for nothing but these.
fn names(rule: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for case in cases(&parse(rule).ok()?).ok()? {
        let [matcher] = case.holds.as_slice() else { return None };
        let [name] = matcher.arguments.as_slice() else {
            return None;
        };
        if matcher.name != "HostSNI" || !case.holds_not.is_empty() {
            return None;
        }
        match super::rows::named(name) {
            HostName::Exact(name) if name.contains('.') => names.push(name),
            _ => return None,
        }
    }
    Some(names)
}

//! A chain as the filters of a rule: Middlewares by reference, and the Gateway API's own filters where they say the same and stand
//! once. A filter of its own cannot be missing.
use crate::model::IngressId;
use crate::plan::collected::Draft;
use crate::plan::context::TRAEFIK_API;
use crate::plan::host::Given;
use crate::plan::{Collected, Middleware, ingress_route};
use serde_json::{Map, Value, json};

/// gateway-api:apis/v1/httproute_types.go: filters of a rule, headers of a filter, characters of a header's value.
const FILTERS: usize = 16;
const HEADERS: usize = 16;
const VALUE: usize = 4096;

/// The filters, in the chain's order.
pub(crate) fn of(given: Given<'_>, owner: IngressId, chain: &[Middleware], collected: &mut Collected) -> Vec<Value> {
    let mut own: Vec<Option<Value>> = Vec::new();
    for middleware in chain {
        let said = |filter: &Value| own.iter().flatten().any(|known| known["type"] == filter["type"]);
        let filter = one(given, middleware).filter(|filter| !said(filter));
        own.push(filter);
    }
    if chain.len() > FILTERS {
        let names = ingress_route::chain(given, owner, chain, collected);
        return vec![reference(&together(given, owner, &names, collected))];
    }
    let mut filters = Vec::new();
    for (middleware, own) in chain.iter().zip(own) {
        match own {
            Some(filter) => filters.push(filter),
            None => {
                let name = ingress_route::chain(given, owner, std::slice::from_ref(middleware), collected);
                filters.extend(name.iter().map(|name| reference(name)));
            }
        }
    }
    filters
}

/// The Gateway API's own filter for a Middleware.
pub(super) fn one(given: Given<'_>, middleware: &Middleware) -> Option<Value> {
    let hsts = || hsts(middleware).filter(|_| given.options.gateway.portable);
    standard(middleware).or_else(hsts)
}

/// The filter ends the request, and no backend may stand beside it.
pub(crate) fn redirects(filters: &[Value]) -> bool {
    filters.iter().any(|filter| filter["type"] == "RequestRedirect")
}

fn reference(name: &str) -> Value {
    json!({"type": "ExtensionRef", "extensionRef": {"group": "traefik.io", "kind": "Middleware", "name": name}})
}

/// More Middlewares than a rule takes, as one.
fn together(given: Given<'_>, owner: IngressId, names: &[String], collected: &mut Collected) -> String {
    let ingress = given.manifests.ingress(owner);
    let references: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "Middleware",
        namespace: &ingress.namespace,
        wanted: &format!("{}-chain", ingress.name.value),
        metadata: Map::new(),
        body: Map::from_iter([("spec".to_owned(), json!({"chain": {"middlewares": references}}))]),
    };
    collected.object(&[owner], draft, "")
}

/// The filter that says the same as a Middleware.
fn standard(middleware: &Middleware) -> Option<Value> {
    if middleware.filter.is_some() {
        return middleware.filter.clone();
    }
    if middleware.kind != "headers" || middleware.existing.is_some() {
        return None;
    }
    let spec = middleware.spec.as_object().filter(|spec| spec.len() == 1)?;
    let (key, headers) = spec.iter().next()?;
    let (kind, field) = match key.as_str() {
        "customRequestHeaders" => ("RequestHeaderModifier", "requestHeaderModifier"),
        "customResponseHeaders" => ("ResponseHeaderModifier", "responseHeaderModifier"),
        _ => return None,
    };
    Some(json!({"type": kind, field: modifier(headers.as_object()?)?}))
}

/// HSTS on every answer, plain http too, where clients have to leave it alone (RFC 6797 8.1).
fn hsts(middleware: &Middleware) -> Option<Value> {
    if middleware.kind != "headers" || middleware.existing.is_some() {
        return None;
    }
    let spec = middleware.spec.as_object()?;
    let mut value = format!("max-age={}", spec.get("stsSeconds")?);
    for (key, set) in spec.iter().filter(|(key, _)| *key != "stsSeconds") {
        match (key.as_str(), set.as_bool()?) {
            ("stsIncludeSubdomains", true) => value += "; includeSubDomains",
            ("stsPreload", true) => value += "; preload",
            ("stsIncludeSubdomains" | "stsPreload", false) => {}
            _ => return None,
        }
    }
    let header = json!([{"name": "Strict-Transport-Security", "value": value}]);
    Some(json!({"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": header}}))
}

/// An empty value takes the header out (traefik:pkg/middlewares/headers/header.go), and Host is none like the others.
fn modifier(headers: &Map<String, Value>) -> Option<Value> {
    let (mut set, mut remove) = (Vec::new(), Vec::new());
    for (name, value) in headers {
        match value.as_str()? {
            _ if name.eq_ignore_ascii_case("host") => return None,
            "" => remove.push(json!(name)),
            value if value.len() > VALUE => return None,
            value => set.push(json!({"name": name, "value": value})),
        }
    }
    if set.len() > HEADERS || remove.len() > HEADERS {
        return None;
    }
    let mut modifier = Map::new();
    if !set.is_empty() {
        modifier.insert("set".into(), json!(set));
    }
    if !remove.is_empty() {
        modifier.insert("remove".into(), json!(remove));
    }
    Some(Value::Object(modifier))
}

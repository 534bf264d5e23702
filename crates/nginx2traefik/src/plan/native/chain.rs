//! Middlewares that are there already, and whether they protect.
use crate::installation::Version;
use crate::model::{TraefikObject, traefik};
use crate::plan::host::Given;
use crate::plan::names::reference;
use crate::plan::{Middleware, Slot};
use serde_json::{Value, json};

/// Kinds of Middlewares (traefik:pkg/provider/kubernetes/crd/traefikio/v1alpha1/middleware.go).
const KINDS: &[(&str, Slot)] = &[
    ("addPrefix", Slot::Rewrite),
    ("basicAuth", Slot::BasicAuth),
    ("buffering", Slot::Body),
    ("chain", Slot::ResponseHeaders),
    ("circuitBreaker", Slot::Retry),
    ("compress", Slot::ResponseHeaders),
    ("contentType", Slot::ResponseHeaders),
    ("digestAuth", Slot::BasicAuth),
    ("encodedCharacters", Slot::Access),
    ("errors", Slot::Errors),
    ("forwardAuth", Slot::ExternalAuth),
    ("grpcWeb", Slot::ResponseHeaders),
    ("headers", Slot::ResponseHeaders),
    ("inFlightReq", Slot::Connections),
    ("ipAllowList", Slot::Access),
    ("ipWhiteList", Slot::Access),
    ("passTLSClientCert", Slot::RequestHeaders),
    // of whatever kind: it may be a firewall
    ("plugin", Slot::Access),
    ("rateLimit", Slot::Rate),
    ("redirectRegex", Slot::Redirect),
    ("redirectScheme", Slot::SslRedirect),
    ("replacePath", Slot::Rewrite),
    ("replacePathRegex", Slot::Rewrite),
    ("retry", Slot::Retry),
    ("stripPrefix", Slot::Rewrite),
    ("stripPrefixRegex", Slot::Rewrite),
];

/// Chains within chains.
const DEEPEST: usize = 8;

/// The Middleware of this name, for a route in `namespace`. One that is not among the inputs is taken to protect.
pub(super) fn named(given: Given<'_>, namespace: &str, of: &str, name: &str) -> Result<Middleware, String> {
    if name.contains('@') {
        return Err(format!(
            "the Middleware `{name}` is of another provider, and an HTTPRoute refers to objects only"
        ));
    }
    if name.contains('.') && given.options.installation.version < Version::V3_7 {
        return Err(format!(
            "Traefik 3.6 drops a rule that refers to `{name}`, which has a dot in its name"
        ));
    }
    let known = given.manifests.traefik("Middleware", of, name);
    if of != namespace {
        let copied = known.is_some_and(|object| stands_alone(&object.spec));
        if !copied {
            return Err(format!(
                "the Middleware {of}/{name} is of another namespace and cannot be copied, because it refers to other objects or is not among the inputs"
            ));
        }
    }
    Ok(known.map_or_else(|| missing(of, name), |object| existing(given, object)))
}

/// The Middleware that an annotation of an Ingress names: `<namespace>-<name>@kubernetescrd`.
pub(super) fn of_annotation(given: Given<'_>, namespace: &str, written: &str) -> Result<Middleware, String> {
    let Some(joined) = written.strip_suffix("@kubernetescrd") else {
        return Err(format!(
            "the Middleware `{written}` is of another provider, and an HTTPRoute refers to objects only"
        ));
    };
    let same = |o: &&TraefikObject| o.kind == "Middleware" && reference(&o.namespace, &o.name) == joined;
    let mut found = given.manifests.traefik.iter().filter(same);
    match (found.next(), found.next()) {
        (Some(one), None) => named(given, namespace, &one.namespace, &one.name),
        (Some(_), Some(_)) => Err(format!(
            "several Middlewares among the inputs are called `{joined}` in an annotation"
        )),
        (None, _) => match joined.strip_prefix(&format!("{}-", reference(namespace, ""))) {
            Some(name) => named(given, namespace, namespace, name),
            None => Err(format!(
                "the Middleware `{joined}` is not among the inputs, so that its namespace is not known"
            )),
        },
    }
}

fn missing(namespace: &str, name: &str) -> Middleware {
    Middleware {
        existing: Some((namespace.to_owned(), name.to_owned())),
        ..Middleware::new(Slot::Access, name, "missing", Value::Null)
    }
}

fn existing(given: Given<'_>, object: &TraefikObject) -> Middleware {
    let names = (object.namespace.clone(), object.name.clone());
    let Some((kind, slot, spec)) = only(&object.spec) else {
        // Traefik refuses it (two kinds, or none that it knows), and its routers with it
        return missing(&names.0, &names.1);
    };
    let (slot, purpose) = match kind {
        "ipAllowList" => match answers(spec) {
            Some(status) => (Slot::Answer, format!("answer-{status}")),
            None => (slot, object.name.clone()),
        },
        "chain" if protects(given, object, 0) => (Slot::Access, object.name.clone()),
        _ => (slot, object.name.clone()),
    };
    Middleware {
        existing: Some(names),
        ..Middleware::new(slot, &purpose, kind, spec.clone())
    }
}

/// The one kind of a Middleware.
fn only(spec: &Value) -> Option<(&'static str, Slot, &Value)> {
    let fields = spec.as_object()?;
    let (key, value) = fields.iter().next().filter(|_| fields.len() == 1)?;
    let (kind, slot) = KINDS.iter().find(|(kind, _)| kind == key)?;
    Some((kind, *slot, value))
}

/// A list that lets nobody in answers by itself (recipes/errors).
fn answers(spec: &Value) -> Option<u64> {
    let nobody = spec.get("sourceRange") == Some(&json!(["255.255.255.255/32"]));
    nobody.then(|| spec.get("rejectStatusCode").and_then(Value::as_u64).unwrap_or(403))
}

fn protects(given: Given<'_>, object: &TraefikObject, depth: usize) -> bool {
    let Some((kind, slot, spec)) = only(&object.spec) else {
        return true;
    };
    if kind != "chain" {
        return matches!(
            slot,
            Slot::Connections | Slot::Rate | Slot::Access | Slot::ExternalAuth | Slot::BasicAuth
        );
    }
    let inner = spec.get("middlewares").and_then(Value::as_array);
    inner.into_iter().flatten().any(|one| {
        let text = |key: &str| one.get(key).and_then(Value::as_str);
        let namespace = text("namespace").unwrap_or(&object.namespace);
        let known = text("name").and_then(|name| given.manifests.traefik("Middleware", namespace, name));
        depth >= DEEPEST || known.is_none_or(|known| protects(given, known, depth + 1))
    })
}

/// It names no object of its namespace.
fn stands_alone(spec: &Value) -> bool {
    let Some((kind, _, spec)) = only(spec) else {
        return false;
    };
    let refers = matches!(kind, "basicAuth" | "digestAuth" | "chain" | "errors" | "plugin");
    let secret = spec.get("tls").is_some() || spec.get("redis").is_some();
    !refers && !secret
}

/// A Middleware that is not among the inputs, for a finding.
pub(super) fn is_missing(middleware: &Middleware, given: Given<'_>) -> bool {
    let known = |(namespace, name): &(String, String)| {
        let find = |object: &&traefik::TraefikObject| object.namespace == *namespace && object.name == *name;
        given
            .manifests
            .traefik
            .iter()
            .filter(|o| o.kind == "Middleware")
            .any(|o| find(&o))
    };
    middleware.existing.as_ref().is_some_and(|names| !known(names))
}

/// The redirect to https that `--target ingress` writes: to every method with one status, as the Gateway API can and as
/// ingress-nginx did. None for any other Middleware, and none for 3.6, which drops a rule with 308 (recipes/gateway: redirect).
pub(super) fn as_filter(middleware: &Middleware, version: Version) -> Option<Value> {
    let ours = middleware
        .existing
        .as_ref()
        .is_some_and(|(_, name)| name == "redirect-https");
    let spec = middleware
        .spec
        .as_object()
        .filter(|_| ours && middleware.kind == "redirectScheme")?;
    let known = |key: &String| ["scheme", "permanent", "port"].contains(&key.as_str());
    let permanent = spec.get("permanent") == Some(&json!(true));
    if version < Version::V3_7 || !permanent || spec.get("scheme") != Some(&json!("https")) || !spec.keys().all(known) {
        return None;
    }
    let mut redirect = json!({"scheme": "https", "statusCode": 308});
    if let Some(port) = spec.get("port") {
        redirect["port"] = json!(port.as_str()?.parse::<u16>().ok()?);
    }
    Some(json!({"type": "RequestRedirect", "requestRedirect": redirect}))
}

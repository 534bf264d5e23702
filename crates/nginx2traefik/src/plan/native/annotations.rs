//! Traefik's annotations on Services (traefik:pkg/provider/kubernetes/ingress/annotations.go).
use crate::model::Service;
use crate::plan::host::Given;
use crate::plan::names::reference;
use serde_json::{Map, Value, json};

/// What they begin with.
pub(super) const PREFIX: &str = "traefik.ingress.kubernetes.io/";

/// Fields of a Service in an IngressRoute that say the same; an error where there is none.
pub(super) fn fields(given: Given<'_>, service: &Service) -> Result<Map<String, Value>, String> {
    let mut more = Map::new();
    let mut cookie = Map::new();
    let mut sticky = false;
    for annotation in &service.annotations {
        let name = annotation.name.value.to_ascii_lowercase();
        let Some(key) = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("service.")) else {
            continue;
        };
        let text = annotation.value.value.as_str();
        let mut put = |field: &str, value: Value| more.insert(field.to_owned(), value);
        match key {
            "serversscheme" => drop(put("scheme", json!(text))),
            "passhostheader" => drop(put("passHostHeader", json!(text == "true"))),
            "nativelb" => drop(put("nativeLB", json!(text == "true"))),
            "nodeportlb" => drop(put("nodePortLB", json!(text == "true"))),
            "strategy" => drop(put("strategy", json!(text))),
            "serverstransport" => drop(put("serversTransport", json!(transport(given, service, text)?))),
            "sticky.cookie" => sticky = text == "true",
            _ => {
                let field = key
                    .strip_prefix("sticky.cookie.")
                    .and_then(|key| cookie_field(key, text));
                let (field, value) = field.ok_or_else(|| {
                    format!(
                        "nothing else says the annotation {} of Service {}",
                        annotation.name.value, service.name
                    )
                })?;
                cookie.insert(field.to_owned(), value);
            }
        }
    }
    if sticky || !cookie.is_empty() {
        more.insert("sticky".into(), json!({"cookie": cookie}));
    }
    Ok(more)
}

fn cookie_field(key: &str, text: &str) -> Option<(&'static str, Value)> {
    Some(match key {
        "name" => ("name", json!(text)),
        "samesite" => ("sameSite", json!(text)),
        "domain" => ("domain", json!(text)),
        "path" => ("path", json!(text)),
        "secure" => ("secure", json!(text == "true")),
        "httponly" => ("httpOnly", json!(text == "true")),
        "maxage" => ("maxAge", json!(text.parse::<i64>().ok()?)),
        _ => return None,
    })
}

/// The name of the ServersTransport that `<namespace>-<name>@kubernetescrd` means.
fn transport(given: Given<'_>, service: &Service, written: &str) -> Result<String, String> {
    let joined = written.strip_suffix("@kubernetescrd").unwrap_or_default();
    let all = given.manifests.traefik.iter().filter(|o| o.kind == "ServersTransport");
    let mut named = all.filter(|o| reference(&o.namespace, &o.name) == joined);
    if let Some(one) = named.next().filter(|one| one.namespace == service.namespace) {
        return Ok(one.name.clone());
    }
    let own = joined.strip_prefix(&format!("{}-", reference(&service.namespace, "")));
    own.map(str::to_owned).ok_or_else(|| {
        format!(
            "the ServersTransport `{written}` of Service {} is of another namespace",
            service.name
        )
    })
}

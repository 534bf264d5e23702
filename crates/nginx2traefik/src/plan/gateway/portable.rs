//! What other implementations of the Gateway API do not understand, and what they understand otherwise.
use crate::finding::Finding;
use crate::model::IngressId;
use crate::plan::collected::Collected;
use crate::plan::host::{Given, HostPlan};
use crate::plan::{Api, Planned};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Ingresses that may not be migrated, each with the reason.
pub(crate) type Refused = BTreeMap<IngressId, String>;

/// With `--portable`: Ingresses whose result needs Traefik, and all that share a host with them.
pub(crate) fn refused(given: Given<'_>, hosts: &[HostPlan<'_>], known: &Refused, collected: &Collected) -> Refused {
    let mut refused = Refused::new();
    if given.options.api != Api::Gateway || !given.options.gateway.portable {
        return refused;
    }
    for planned in &collected.objects {
        let Some(reason) = only_traefik(planned) else { continue };
        for id in &planned.from {
            refused.entry(*id).or_insert_with(|| reason.clone());
        }
    }
    for plan in hosts {
        let members = plan.members();
        let Some(cause) = members.iter().find(|id| refused.contains_key(id)) else {
            continue;
        };
        let ingress = given.manifests.ingress(*cause);
        let reason = format!(
            "Ingress {}/{} of the same host stays",
            ingress.namespace, ingress.name.value
        );
        for id in members.iter().filter(|id| *id != cause) {
            refused.entry(*id).or_insert_with(|| reason.clone());
        }
    }
    refused.retain(|id, _| !known.contains_key(id));
    refused
}

/// Says so of each of them.
pub(crate) fn tell_refused(given: Given<'_>, refused: &Refused, collected: &mut Collected) {
    for (id, reason) in refused {
        let ingress = given.manifests.ingress(*id);
        let message = format!("Stays as it is, because of --portable: {reason}");
        let finding = Finding::error("gateway-portable", ingress.name.span, message)
            .blocking()
            .help("Without --portable it is migrated, for Traefik alone.")
            .object(ingress.object());
        collected.tell(Some(*id), finding);
    }
}

fn only_traefik(planned: &Planned) -> Option<String> {
    let kind = planned.name.kind.as_str();
    match kind {
        "IngressRoute" | "IngressRouteTCP" => Some(format!("it needs an {kind} of Traefik")),
        "HTTPRoute" | "GRPCRoute" => {
            let found = rules(&planned.object).find_map(of_traefik)?;
            Some(format!("it needs {found}, which only Traefik understands"))
        }
        _ => None,
    }
}

fn rules(route: &Value) -> impl Iterator<Item = &Value> {
    route["spec"]["rules"].as_array().into_iter().flatten()
}

fn of_traefik(rule: &Value) -> Option<String> {
    let all = |key: &str| rule[key].as_array().into_iter().flatten();
    let filter = all("filters").find(|filter| filter["type"] == "ExtensionRef");
    let middleware = filter.map(|filter| &filter["extensionRef"]["name"]);
    if let Some(name) = middleware.and_then(Value::as_str) {
        return Some(format!("the Middleware `{name}`"));
    }
    let backend = all("backendRefs").find(|backend| backend["kind"] == "TraefikService")?;
    Some(format!(
        "the TraefikService `{}`",
        backend["name"].as_str().unwrap_or("")
    ))
}

/// Notes what would be something else with another implementation, once for each Ingress. A route that needs Traefik is refused
/// there, and not misunderstood.
pub(crate) fn tell(given: Given<'_>, collected: &mut Collected) {
    let mut told: BTreeMap<IngressId, BTreeSet<&'static str>> = BTreeMap::new();
    let routes = collected
        .objects
        .iter()
        .filter(|planned| planned.name.kind == "HTTPRoute" && only_traefik(planned).is_none());
    for planned in routes {
        let Some(first) = planned.from.first() else { continue };
        let found: BTreeSet<&str> = rules(&planned.object).flat_map(otherwise).collect();
        if !found.is_empty() {
            told.entry(*first).or_default().extend(found);
        }
    }
    for (id, differences) in told {
        let ingress = given.manifests.ingress(id);
        let message = "Another implementation of the Gateway API would read the routes otherwise than Traefik";
        let mut finding = Finding::note("gateway-portability", ingress.name.span, message).object(ingress.object());
        for difference in differences {
            finding = finding.difference(difference);
        }
        collected.tell(Some(id), finding);
    }
}

/// traefik:pkg/provider/kubernetes/gateway/httproute.go buildMatchRule; what others do is theirs to say
/// (gateway-api:apis/v1/httproute_types.go: "implementation-specific").
fn otherwise(rule: &Value) -> Vec<&'static str> {
    let mut found = Vec::new();
    for one in rule["matches"].as_array().into_iter().flatten() {
        let path = one["path"]["value"].as_str().unwrap_or("");
        if one["path"]["type"] == "RegularExpression" {
            found.push("Traefik looks for a regular expression anywhere in the path; others match the whole path with it, or take none");
        }
        if path.starts_with("^^") {
            found.push("Traefik asks longer expressions first, so that `^` stands more than once to keep the order");
        }
        let headers = one["headers"].as_array().into_iter().flatten();
        let names: Vec<&str> = headers.filter_map(|header| header["name"].as_str()).collect();
        if names
            .iter()
            .any(|name| matches!(*name, "X-Forwarded-Host" | "X-Real-Ip"))
        {
            found.push("Traefik writes X-Forwarded-Host and X-Real-Ip before it chooses a route; elsewhere they are what the client sends");
        }
    }
    found
}

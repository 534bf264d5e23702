//! What Traefik has to be given for it (recipes: backend): `mirroring` of a TraefikService.
use super::Mirror;
use crate::effective::host::{ServiceRef, ServiceState};
use crate::features::redirect::template::{self, Part};
use crate::finding::Fidelity;
use crate::installation::Version;
use crate::model::PortRef;
use crate::plan::names::fnv1a;
use crate::plan::{Branch, Condition, Context, LocationPlan, Middleware, ServiceTarget, Slot, Target};
use serde_json::{Value, json};

/// A target taken apart.
#[derive(Debug, PartialEq)]
struct Address {
    https: bool,
    host: String,
    port: u16,
    /// None: the request's own.
    path: Option<String>,
}

/// Adds its part to a location: whatever reaches the backend is copied.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(mirror) = context.settings().mirror.as_ref() else {
        return;
    };
    let Some(address) = address(&mirror.target.value) else {
        let finding = context
            .blocking(
                "mirror-target",
                &mirror.target.origin,
                "the address of the mirror needs what Traefik does not know",
            )
            .traefik("sends copies to a fixed address, with a fixed path or the request's own")
            .help("write the address out; only `$request_uri` may stand at its end");
        return context.tell(finding);
    };
    let copy = copy(context, mirror, &address);
    let mut branches = Vec::with_capacity(plan.branches.len());
    for branch in plan.branches.drain(..) {
        match mirrored(context, mirror, &branch, &copy) {
            Some(target) if !branch.answers => branches.extend(with_copies(branch, target)),
            _ => branches.push(branch),
        }
    }
    plan.branches = branches;
    plan.needs_route.push("mirroring".into());
    tell(context, mirror, &address);
}

/// `http://host[:port][/path][$request_uri]`
fn address(target: &str) -> Option<Address> {
    let (https, rest) = match (target.strip_prefix("https://"), target.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return None,
    };
    let (fixed, own) = match rest
        .strip_suffix("$request_uri")
        .or(rest.strip_suffix("${request_uri}"))
    {
        Some(fixed) => (fixed, true),
        None => (rest, false),
    };
    if template::parse(fixed).iter().any(|part| !matches!(part, Part::Text(_))) {
        return None;
    }
    let (place, path) = match fixed.find('/') {
        Some(at) => fixed.split_at(at),
        None => (fixed, ""),
    };
    let usual = if https { 443 } else { 80 };
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (place, usual),
    };
    // a path before the request's own cannot be said
    let path = match (own, path) {
        (true, "") => None,
        (true, _) => return None,
        (false, "") => None,
        (false, path) => Some(path.to_owned()),
    };
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    is_name.then(|| Address {
        https,
        host: host.to_ascii_lowercase(),
        port,
        path,
    })
}

/// Who gets the copies: a Service of its own name, because Traefik knows what stands in a TraefikService by Service and port
/// (recipes/gateway trap 4).
fn copy(context: &mut Context<'_>, mirror: &Mirror, address: &Address) -> Value {
    let scheme = if address.https { "https" } else { "http" };
    let changes = changes(context, mirror, address);
    let port = match changes.is_empty() {
        true => scheme.to_owned(),
        // one Service for each chain: the name tells them apart
        false => format!("{scheme}-{:08x}", fnv1a(&json!(changes).to_string())),
    };
    let spec = json!({
        "type": "ExternalName", "externalName": address.host,
        "ports": [{"name": port, "port": address.port}],
    });
    let comment = "Gets a copy of each request.";
    let name = context.object("v1", "Service", "mirror", json!({"spec": spec}), comment);
    context.require(
        "providers.kubernetesCRD.allowExternalNameServices",
        json!(true),
        "copies of requests go to an ExternalName Service",
    );
    let service = ServiceRef {
        namespace: context.namespace().to_owned(),
        name,
        port: PortRef::Number(address.port),
        span: context.written().name.span,
        state: ServiceState::Assumed,
    };
    let mut target = ServiceTarget::new(service);
    target.scheme = Some(scheme.into());
    target.own_host = mirror.host.is_none() || context.version() < Version::V3_7;
    if address.https {
        target.set_transport("insecureSkipVerify", json!(true));
    }
    let mut copy = context.service(&target);
    copy["percent"] = json!(100);
    if !changes.is_empty() {
        copy["middlewares"] = json!(changes);
    }
    copy
}

/// What the copy has of its own; 3.6 has no field for it.
fn changes(context: &mut Context<'_>, mirror: &Mirror, address: &Address) -> Vec<Value> {
    if context.version() < Version::V3_7 {
        return Vec::new();
    }
    let mut changes = Vec::new();
    if let Some(path) = &address.path {
        let spec = json!({"path": path});
        changes.push(Middleware::new(Slot::Rewrite, "mirror-path", "replacePath", spec));
    }
    if let Some(host) = &mirror.host {
        let spec = json!({"customRequestHeaders": {"Host": host.value}});
        changes.push(Middleware::new(Slot::RequestHeaders, "mirror-host", "headers", spec));
    }
    changes
        .iter()
        .map(|middleware| json!({"name": context.middleware(middleware)}))
        .collect()
}

/// The branch's target, with copies.
fn mirrored(context: &mut Context<'_>, mirror: &Mirror, branch: &Branch, copy: &Value) -> Option<Target> {
    let mut spec = match &branch.target {
        Target::Service(service) => context.service(service),
        Target::Composed(name) => json!({"kind": "TraefikService", "name": name}),
        Target::Weighted { services, sticky } => {
            let mut children = Vec::new();
            for (service, weight) in services {
                let mut child = context.service(service);
                child["weight"] = json!(weight);
                children.push(child);
            }
            let mut spec = json!({"services": children});
            if let Some(sticky) = sticky {
                spec["sticky"] = sticky.clone();
            }
            let spec = json!({"spec": {"weighted": spec}});
            let name = context.object(crate::plan::TRAEFIK_API, "TraefikService", "split", spec, "");
            json!({"kind": "TraefikService", "name": name})
        }
        Target::Nothing => return None,
    };
    if !mirror.body {
        spec["mirrorBody"] = json!(false);
    }
    spec["mirrors"] = json!([copy]);
    let spec = json!({"spec": {"mirroring": spec}});
    let name = context.object(crate::plan::TRAEFIK_API, "TraefikService", "mirrored", spec, "");
    Some(Target::Composed(name))
}

/// Where a Service of the TraefikService may be missing, what was there before answers in its place.
fn with_copies(branch: Branch, target: Target) -> Vec<Branch> {
    let assumed = branch
        .target
        .clone()
        .services()
        .iter()
        .all(|s| s.service.state == ServiceState::Assumed);
    let mut copied = Branch {
        target,
        ..branch.clone()
    };
    if assumed {
        return vec![copied];
    }
    copied.conditions.push(Condition::PathPrefix("/".into()));
    vec![copied, branch]
}

fn tell(context: &mut Context<'_>, mirror: &Mirror, address: &Address) {
    let mut finding = context
        .note(
            "mirror-target",
            &mirror.target.origin,
            format!("a copy of each request goes to {}", address.host),
        )
        .fidelity(Fidelity::Approximate)
        .nginx("sends the copy beside the request")
        .traefik("sends the copy when the answer is complete, and holds the request's body in memory until then")
        .difference("the copy comes after the answer, and not at all where the client went away");
    if address.path.is_none() {
        finding = finding.difference("the copy has the path after rewriting");
    }
    if context.version() < Version::V3_7 {
        if let Some(path) = &address.path {
            finding = finding.difference(format!(
                "the copy has the request's path instead of {path} (Traefik 3.7 can set it)"
            ));
        }
        if let Some(host) = &mirror.host {
            finding = finding.difference(format!(
                "the copy has the Host {} instead of {}",
                address.host, host.value
            ));
        }
    }
    if !mirror.body {
        finding = finding.difference(
            "the copy of a request with a body is complete and empty; nginx announces a body that never comes",
        );
    }
    context.tell(finding);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(target: &str) -> Option<(bool, String, u16, Option<String>)> {
        address(target).map(|a| (a.https, a.host, a.port, a.path))
    }

    #[test]
    fn addresses_with_a_path_of_their_own_or_the_requests() {
        let own = |path: &str| Some(path.to_owned());
        assert_eq!(parts("http://sink/hit"), Some((false, "sink".into(), 80, own("/hit"))));
        assert_eq!(
            parts("https://sink.example.com$request_uri"),
            Some((true, "sink.example.com".into(), 443, None))
        );
        assert_eq!(
            parts("http://sink:8080${request_uri}"),
            Some((false, "sink".into(), 8080, None))
        );
        assert_eq!(parts("http://sink/copy$request_uri"), None);
        assert_eq!(parts("http://$host/"), None);
        assert_eq!(parts("/x"), None);
    }
}

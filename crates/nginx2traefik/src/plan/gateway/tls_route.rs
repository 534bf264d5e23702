//! ssl-passthrough as a TLSRoute, where that does not cut off others.
use super::backend::plain_port;
use super::hosts::is_wide;
use super::listeners::{GATEWAY_API, Kind, Listeners};
use crate::effective::host::ServiceRef;
use crate::effective::{HostName, Setting};
use crate::finding::Finding;
use crate::installation::Version;
use crate::model::IngressId;
use crate::plan::collected::Draft;
use crate::plan::decide::Decision;
use crate::plan::host::{Given, HostPlan};
use crate::plan::host_redirect::owner;
use crate::plan::{Channel, Collected, ServiceTarget, kept, passthrough};
use serde_json::{Map, Value, json};

/// Beside a TLSRoute, Traefik answers no client that offers no protocol in the handshake (ALPN) on https of wildcard, host-less
/// and unknown hosts (measured on 3.7.15; traefik:pkg/provider/kubernetes/gateway/tlsroute.go deny-unknown-host). An
/// IngressRouteTCP does not change them.
pub(crate) fn write(
    listeners: &mut Listeners<'_>,
    hosts: &[HostPlan<'_>],
    decision: &Decision,
    collected: &mut Collected,
) {
    let given = listeners.given;
    let wide = hosts.iter().any(|plan| is_wide(&plan.names));
    for plan in hosts {
        let Some(setting) = &plan.host.passthrough else {
            continue;
        };
        let owner = owner(&setting.origin).filter(|id| !decision.blocked.contains(id));
        let port = plain_port(given.manifests, &ServiceTarget::new(setting.value.clone()));
        match (owner, port) {
            (Some(owner), Some(port)) if is_read(given) && !cuts_off(given, wide) => {
                require_channel(given, owner, collected);
                route(listeners, plan, (owner, &setting.value, port), collected);
                tell(given, owner, setting, collected);
            }
            _ => passthrough::write(given, plan, decision, collected),
        }
    }
}

/// 3.6 reads TLSRoutes of the experimental channel alone.
fn is_read(given: Given<'_>) -> bool {
    let settings = &given.options.gateway;
    given.options.installation.version >= Version::V3_7 || settings.channel == Channel::Experimental
}

fn cuts_off(given: Given<'_>, wide: bool) -> bool {
    !given.options.gateway.portable && (wide || given.options.exact)
}

fn require_channel(given: Given<'_>, owner: IngressId, collected: &mut Collected) {
    if given.options.installation.version < Version::V3_7 {
        let key = "providers.kubernetesGateway.experimentalChannel";
        let reason =
            "TLSRoute; the CRDs of the experimental channel have to be installed before, or no route is served at all";
        collected.require(&[owner], key, json!(true), reason);
    }
}

fn route(
    listeners: &mut Listeners<'_>,
    plan: &HostPlan<'_>,
    (owner, service, port): (IngressId, &ServiceRef, u16),
    collected: &mut Collected,
) {
    let ingress = listeners.given.manifests.ingress(owner);
    let names = plan.names.iter().filter_map(|name| match name {
        HostName::Exact(name) => Some(name.clone()),
        HostName::Wildcard(_) | HostName::Regex(_) | HostName::CatchAll => None,
    });
    let names: Vec<String> = names.collect();
    let parent = |name: &String| listeners.parent(Kind::Passthrough(name.clone()), &ingress.namespace);
    let parents: Vec<Value> = names.iter().map(parent).collect();
    let spec = json!({
        "parentRefs": parents,
        "hostnames": names,
        "rules": [{"backendRefs": [{"name": service.name, "port": port}]}],
    });
    let draft = Draft {
        api_version: GATEWAY_API,
        kind: "TLSRoute",
        namespace: &ingress.namespace,
        wanted: &ingress.name.value,
        metadata: kept::labels(ingress),
        body: Map::from_iter([("spec".to_owned(), spec)]),
    };
    collected.object(&[owner], draft, "");
}

fn tell<T>(given: Given<'_>, owner: IngressId, setting: &Setting<T>, collected: &mut Collected) {
    let ingress = given.manifests.ingress(owner);
    let span = setting.origin.span().unwrap_or(ingress.name.span);
    let prefix = &given.effective.controller.annotations_prefix;
    let finding = Finding::note("ssl-passthrough", span, "A TLSRoute passes TLS through")
        .difference("https of hosts that no route names, or only one with a wildcard or without a host, answers clients that offer no protocol (ALPN) in the handshake with the end of the connection; browsers and curl offer one")
        .annotation(format!("{prefix}/ssl-passthrough"))
        .help("--exact writes an IngressRouteTCP, which does not change other hosts.")
        .object(ingress.object());
    collected.tell(Some(owner), finding);
}

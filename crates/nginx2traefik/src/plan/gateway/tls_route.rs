//! ssl-passthrough as a TLSRoute, where that does not cut off others.
use super::backend::plain_port;
use super::hosts::is_wide;
use super::listeners::{GATEWAY_API, Kind, Listeners};
use crate::effective::{HostName, Setting};
use crate::finding::Finding;
use crate::installation::Version;
use crate::model::IngressId;
use crate::plan::collected::Draft;
use crate::plan::decide::Decision;
use crate::plan::host::{Given, HostPlan};
use crate::plan::host_redirect::owner;
use crate::plan::native::{Native, Passes, Stay};
use crate::plan::{Channel, Collected, ServiceTarget, kept, passthrough};
use crate::source::Span;
use serde_json::{Map, Value, json};

/// Beside a TLSRoute, Traefik answers no client that offers no protocol in the handshake (ALPN) on https of wildcard, host-less
/// and unknown hosts (measured on 3.7.15; traefik:pkg/provider/kubernetes/gateway/tlsroute.go deny-unknown-host). An
/// IngressRouteTCP does not change them.
pub(crate) fn write(
    listeners: &mut Listeners<'_>,
    hosts: &[HostPlan<'_>],
    native: &Native,
    decision: &Decision,
    collected: &mut Collected,
) {
    let given = listeners.given;
    let written = reason(given, hosts, native).is_none();
    for plan in hosts {
        let Some(setting) = &plan.host.passthrough else {
            continue;
        };
        let owner = owner(&setting.origin).filter(|id| !decision.blocked.contains(id));
        let port = plain_port(given.manifests, &ServiceTarget::new(setting.value.clone()));
        match (owner, port) {
            (Some(owner), Some(port)) if written => {
                let names = plan.names.iter().filter_map(|name| match name {
                    HostName::Exact(name) => Some(name.clone()),
                    HostName::Wildcard(_) | HostName::Regex(_) | HostName::CatchAll => None,
                });
                let passes = Passes {
                    names: names.collect(),
                    service: setting.value.name.clone(),
                    port,
                };
                require_channel(given, owner, collected);
                route(listeners, owner, &passes, collected);
                tell(given, owner, setting, collected);
            }
            _ => passthrough::write(given, plan, decision, collected),
        }
    }
    for (owner, passes) in native.converted_passes() {
        require_channel(given, owner, collected);
        route(listeners, owner, passes, collected);
        let finding = note(given, owner, given.manifests.ingress(owner).name.span);
        collected.tell(Some(owner), finding);
    }
}

/// IngressRouteTCPs stay where no TLSRoute is written.
pub(crate) fn keep(given: Given<'_>, hosts: &[HostPlan<'_>], native: &mut Native) {
    let Some(reason) = reason(given, hosts, native) else {
        return;
    };
    for id in native.passes.keys() {
        if let Some(stay @ None) = native.objects.get_mut(id) {
            *stay = Some(Stay::new(given.manifests.ingress(*id).name.span, reason));
        }
    }
}

/// Why there is no TLSRoute.
fn reason(given: Given<'_>, hosts: &[HostPlan<'_>], native: &Native) -> Option<&'static str> {
    let settings = &given.options.gateway;
    let is_read = given.options.installation.version >= Version::V3_7 || settings.channel == Channel::Experimental;
    let mut names = hosts.iter().map(|plan| plan.names.as_slice());
    let mut own = native.servers.iter().map(|server| std::slice::from_ref(&server.name));
    let wide = names.any(is_wide) || own.any(is_wide);
    match () {
        () if !is_read => Some("3.6 reads TLSRoutes of the experimental channel alone"),
        () if settings.existing => Some("the Gateway that is there has no listener for it"),
        () if settings.portable => None,
        () if wide => Some(
            "beside a TLSRoute, Traefik ends https connections of clients without ALPN for hosts with a wildcard and for what names no host",
        ),
        () if given.options.exact => {
            Some("beside a TLSRoute, Traefik ends https connections of clients without ALPN for unknown hosts")
        }
        () => None,
    }
}

fn require_channel(given: Given<'_>, owner: IngressId, collected: &mut Collected) {
    if given.options.installation.version < Version::V3_7 {
        let key = "providers.kubernetesGateway.experimentalChannel";
        let reason =
            "TLSRoute; the CRDs of the experimental channel have to be installed before, or no route is served at all";
        collected.require(&[owner], key, json!(true), reason);
    }
}

fn route(listeners: &mut Listeners<'_>, owner: IngressId, passes: &Passes, collected: &mut Collected) {
    let ingress = listeners.given.manifests.ingress(owner);
    let parent = |name: &String| listeners.parent(Kind::Passthrough(name.clone()), &ingress.namespace);
    let parents: Vec<Value> = passes.names.iter().map(parent).collect();
    let spec = json!({
        "parentRefs": parents,
        "hostnames": passes.names,
        "rules": [{"backendRefs": [{"name": passes.service, "port": passes.port}]}],
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
    let span = setting
        .origin
        .span()
        .unwrap_or(given.manifests.ingress(owner).name.span);
    let prefix = &given.effective.controller.annotations_prefix;
    let finding = note(given, owner, span)
        .annotation(format!("{prefix}/ssl-passthrough"))
        .help("--exact writes an IngressRouteTCP, which does not change other hosts.");
    collected.tell(Some(owner), finding);
}

fn note(given: Given<'_>, owner: IngressId, at: Span) -> Finding {
    Finding::note("ssl-passthrough", at, "A TLSRoute passes TLS through")
        .difference("https of hosts that no route names, or only one with a wildcard or without a host, answers clients that offer no protocol (ALPN) in the handshake with the end of the connection; browsers and curl offer one")
        .object(given.manifests.ingress(owner).object())
}

//! What Traefik has to be given for it (recipes: backend).
use super::Protocol;
use crate::effective::host::ServiceRef;
use crate::features::backend_tls;
use crate::model::{Manifests, PortRef};
use crate::plan::{Api, Context, Entries, LocationPlan};
use serde_json::json;

/// Adds its part to a location.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let protocol = context.settings().backend_protocol.protocol.clone();
    match protocol.value {
        Protocol::Http => plan.each_service(|service| {
            // Traefik takes port 443 and ports named https* for TLS (traefik:pkg/provider/kubernetes/crd/kubernetes_http.go:825-837)
            let gateway = context.options.api == Api::Gateway;
            if looks_like_tls(context.manifests, &service.service)
                || gateway && speaks_otherwise(context.manifests, &service.service)
            {
                service.scheme = Some("http".into());
            }
        }),
        Protocol::Https | Protocol::Grpcs => {
            plan.each_service(|service| service.scheme = Some("https".into()));
            unverified(context, plan);
        }
        Protocol::Grpc => plan.each_service(|service| service.scheme = Some("h2c".into())),
        Protocol::Auto => {
            by_entry(plan);
            unverified(context, plan);
        }
        Protocol::Fcgi => {
            let finding = context
                .blocking("backend-protocol", &protocol.origin, "the backend speaks FastCGI")
                .traefik("speaks HTTP only")
                .help("put a web server that speaks FastCGI in front of the application");
            context.tell(finding);
        }
    }
    http_version(context);
}

fn looks_like_tls(manifests: &Manifests, service: &ServiceRef) -> bool {
    let known = manifests.service(&service.namespace, &service.name);
    let named = |name: &str| name.starts_with("https");
    match &service.port {
        PortRef::Name(name) => {
            let number = known.and_then(|s| s.ports.iter().find(|p| p.name.as_deref() == Some(name)));
            named(name) || number.is_some_and(|p| p.port == 443)
        }
        PortRef::Number(number) => {
            let name = known.and_then(|s| s.ports.iter().find(|p| p.port == *number));
            *number == 443 || name.and_then(|p| p.name.as_deref()).is_some_and(named)
        }
    }
}

/// An appProtocol that a Gateway would follow, or refuse; ingress-nginx does not read it
/// (traefik:pkg/provider/kubernetes/gateway/httproute.go getHTTPServiceProtocol).
fn speaks_otherwise(manifests: &Manifests, service: &ServiceRef) -> bool {
    let known = manifests.service(&service.namespace, &service.name);
    let port = known.and_then(|known| {
        known.ports.iter().find(|port| match &service.port {
            PortRef::Number(number) => port.port == *number,
            PortRef::Name(name) => port.name.as_ref() == Some(name),
        })
    });
    let protocol = port.and_then(|port| port.app_protocol.as_deref());
    protocol.is_some_and(|protocol| !["http", "kubernetes.io/ws"].contains(&protocol.to_lowercase().as_str()))
}

/// AUTO_HTTP: the scheme of the request.
fn by_entry(plan: &mut LocationPlan) {
    plan.by_entry(|branch| {
        let scheme = if branch.entries == Entries::Web {
            "http"
        } else {
            "https"
        };
        for service in branch.target.services() {
            service.scheme = Some(scheme.into());
        }
    });
}

/// nginx never verifies a backend's certificate unless proxy-ssl-secret and proxy-ssl-verify say so; Traefik always does unless it
/// is told not to (atlas traps 14).
fn unverified(context: &mut Context<'_>, plan: &mut LocationPlan) {
    if backend_tls::in_force(context.effective, context.host, context.ingress.id).is_some() {
        return;
    }
    plan.each_service(|service| {
        if service.scheme.as_deref() == Some("https") {
            service.set_transport("insecureSkipVerify", json!(true));
        }
    });
    let origin = &context.settings().backend_protocol.protocol.origin;
    let finding = context
        .note(
            "backend-protocol",
            origin,
            "the backend's certificate is not verified, as before",
        )
        .nginx("does not verify certificates of backends without proxy-ssl-verify")
        .traefik("is told not to, by insecureSkipVerify in a ServersTransport")
        .help("better: give the ServersTransport rootCAs and serverName");
    context.tell(finding);
}

fn http_version(context: &mut Context<'_>) {
    let version = &context.settings().backend_protocol.http_version;
    if version.value != "1.0" {
        return;
    }
    let finding = context
        .warning(
            "proxy-http-version",
            &version.origin,
            "the backend gets HTTP/1.1 instead of HTTP/1.0",
        )
        .traefik("always speaks HTTP/1.1 or later")
        .difference("the backend gets HTTP/1.1 and may answer in chunks");
    context.tell(finding);
}

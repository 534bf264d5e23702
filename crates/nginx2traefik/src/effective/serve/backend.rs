//! The request to the backend, and what becomes of its answer.
use super::balancer::Target;
use super::exchange::{Exchange, best_host};
use super::scripted::Script;
use super::variables::{About, Scope, about_location, expand_at};
use super::{errors, forwarded, proxy_redirect};
use crate::effective::Effective;
use crate::effective::host::ServiceRef;
use crate::effective::request::{Answer, BackendCall, Reply, Request, Scheme, World};
use crate::features::backend_protocol::Protocol;
use crate::features::backend_tls;
use crate::model::PortRef;

/// `namespace/name:port`.
pub(super) fn service_name(service: &ServiceRef) -> String {
    let port = match &service.port {
        PortRef::Number(n) => n.to_string(),
        PortRef::Name(n) => n.clone(),
    };
    format!("{}/{}:{port}", service.namespace, service.name)
}

/// Sends the request to its target and makes the client's answer of the reply.
pub(super) fn call(mut exchange: Exchange<'_>, target: Target<'_>) -> Answer {
    if cannot_set_cookie(&exchange) && !matches!(target, Target::Default) {
        return errors::own(exchange, 500);
    }
    headers(&mut exchange);
    let service = match target {
        Target::Service(service) => service,
        Target::Stand(service) => {
            stand_in(&mut exchange);
            service
        }
        Target::Default => return default(exchange),
    };
    let call = request(&exchange, service_name(service));
    answer(exchange, call)
}

/// session-cookie-expires is no number for Lua (`0abc` passes the check): it fails where the cookie is made, so for every request without
/// one. (`balancer/sticky.lua`; recording atlas/af-expx)
fn cannot_set_cookie(exchange: &Exchange<'_>) -> bool {
    let affinity = exchange.settings.affinity.as_ref();
    let expires = affinity.and_then(|a| a.expires.as_ref()).map(|e| e.value.as_str());
    expires.is_some_and(|e| e.trim().parse::<f64>().is_err())
}

/// The controller's default backend behind a location.
fn default(exchange: Exchange<'_>) -> Answer {
    let Some(service) = exchange.effective.controller.default_backend.clone() else {
        let relative = !exchange.uri.path.starts_with(b"/");
        let status = if relative {
            400
        } else {
            errors::default_status(exchange.effective)
        };
        return errors::of_status(exchange, status);
    };
    let call = request(&exchange, service);
    answer(exchange, call)
}

/// The controller's default backend for a host that no Ingress has.
pub(super) fn controller_default(
    effective: &Effective,
    request: &Request,
    world: &dyn World,
    headers: Vec<(String, String)>,
) -> Answer {
    let Some(service) = effective.controller.default_backend.clone() else {
        let status = errors::default_status(effective);
        return Answer::Own { status, headers };
    };
    let call = BackendCall {
        service,
        protocol: Protocol::Http,
        verified_as: None,
        method: request.method.clone(),
        target: request.target.clone(),
        host: best_host(effective, request).into(),
        headers: Vec::new(),
        without: Vec::new(),
    };
    let status = world.backend(&call).map(|r| r.status);
    Answer::Backend {
        call,
        status,
        headers,
        removed: Vec::new(),
    }
}

/// The request as this location sends it.
fn request(exchange: &Exchange<'_>, service: String) -> BackendCall {
    let uri = &exchange.uri;
    let target = if uri.changed {
        format!("{}{}", super::uri::encode(&uri.path), uri.query())
    } else {
        uri.raw.clone()
    };
    let host = exchange.sent.iter().find(|(n, _)| n == "Host").map(|(_, v)| v.clone());
    BackendCall {
        service,
        protocol: protocol(exchange),
        verified_as: verified_as(exchange),
        method: exchange.request.method.clone(),
        target,
        host: host.unwrap_or_default(),
        headers: exchange.sent.iter().filter(|(n, _)| n != "Host").cloned().collect(),
        without: exchange.withheld.clone(),
    }
}

/// The reply's status decides whether an error page takes its place.
fn answer(exchange: Exchange<'_>, call: BackendCall) -> Answer {
    // no time at all to wait for the first byte (recording atlas/px-read0)
    if exchange.settings.timeouts.read.value == 0 {
        return errors::own(exchange, 504);
    }
    let Some(reply) = exchange.world.backend(&call) else {
        return Answer::Backend {
            call,
            status: None,
            headers: super::headers::complete(&exchange, None, Vec::new()),
            removed: exchange.script.as_ref().map_or(Vec::new(), Script::removed),
        };
    };
    let too_slow = reply.seconds > exchange.settings.timeouts.read.value;
    let status = if too_slow { 504 } else { reply.status };
    if errors::intercepts(&exchange, status) {
        return errors::page(exchange, status);
    }
    if too_slow {
        return errors::own(exchange, status);
    }
    let Reply { headers, .. } = reply;
    let mut headers: Vec<_> = headers
        .into_iter()
        .map(|h| proxy_redirect::change(&exchange, h))
        .collect();
    // more_set_headers replaces what the backend says
    headers.retain(|(name, _)| !exchange.added.iter().any(|(added, _)| added.eq_ignore_ascii_case(name)));
    // an error page of a snippet's own led here
    let status = exchange.script.as_ref().and_then(Script::status).unwrap_or(status);
    let headers = super::headers::complete(&exchange, Some(status), headers);
    Answer::Backend {
        call,
        status: Some(status),
        headers,
        removed: exchange.script.as_ref().map_or(Vec::new(), Script::removed),
    }
}

/// The headers that ingress-nginx sets towards a backend (nginx.tmpl, "Pass ... to the backend").
fn headers(exchange: &mut Exchange<'_>) {
    let host = match &exchange.settings.upstream_vhost.host {
        Some(vhost) => {
            let scope = Scope::new(
                exchange.effective,
                exchange.request,
                &exchange.uri,
                &exchange.captures,
                Some(exchange.location),
            );
            expand_at(&vhost.value, &scope).unwrap_or_default()
        }
        None => best_host(exchange.effective, exchange.request).to_owned(),
    };
    exchange.sent.push(("Host".into(), host));
    connection(exchange);
    client_certificate(exchange);
    exchange.send("Proxy", "");
    forwarded::send(exchange);
    of_config_map(exchange);
    of_snippets(exchange);
    hop_by_hop(exchange);
    invalid_names(exchange);
}

/// Connection: as connection-proxy-header says; `close` where connections to backends are not kept (nginx.tmpl, $connection_upgrade).
fn connection(exchange: &mut Exchange<'_>) {
    let kept = exchange
        .effective
        .controller
        .int("upstream-keepalive-connections", 320)
        .value
        > 0;
    let upgrades = exchange.request.header("Upgrade").is_some_and(|u| !u.is_empty());
    if let Some(connection) = &exchange.settings.upstream_vhost.connection {
        exchange.send("Connection", connection.value.clone());
    } else if !kept && !upgrades {
        exchange.send("Connection", "close");
    }
}

fn protocol(exchange: &Exchange<'_>) -> Protocol {
    match (
        exchange.settings.backend_protocol.protocol.value,
        exchange.request.scheme,
    ) {
        (Protocol::Auto, Scheme::Http) => Protocol::Http,
        (Protocol::Auto, Scheme::Https) => Protocol::Https,
        (protocol, _) => protocol,
    }
}

/// proxy-ssl-verify is on, with a CA to verify against; without proxy-ssl-name the name is that of nginx's own upstream.
fn verified_as(exchange: &Exchange<'_>) -> Option<Box<str>> {
    let over_tls = matches!(protocol(exchange), Protocol::Https | Protocol::Grpcs);
    let tls = backend_tls::in_force(exchange.effective, exchange.host, exchange.location.ingress);
    let tls = tls.filter(|t| over_tls && t.verify.value && t.has_ca != Some(false))?;
    Some(tls.name.as_ref().map_or("upstream_balancer", |n| &n.value).into())
}

/// ConfigMap proxy-set-headers: written last, so that a header of the template comes first.
fn of_config_map(exchange: &mut Exchange<'_>) {
    for (name, value) in &exchange.effective.proxy_set_headers {
        let set = exchange.sent.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if set || ALWAYS_SET.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            continue;
        }
        if let Some(value) = exchange.expand(value) {
            exchange.send(name, value);
        }
    }
}

/// What snippets set towards the backend.
fn of_snippets(exchange: &mut Exchange<'_>) {
    let sent = exchange.script.as_ref().map_or(Vec::new(), Script::sent);
    for (name, value) in sent {
        let name = if name.eq_ignore_ascii_case("host") {
            "Host".to_owned()
        } else {
            name
        };
        exchange.send(&name, value);
    }
}

/// Headers that the template sets in every location.
const ALWAYS_SET: &[&str] = &[
    "Connection",
    "Host",
    "Upgrade",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Forwarded-Scheme",
    "X-Real-Ip",
    "X-Request-Id",
    "X-Scheme",
];

/// Headers of the connection, which nginx does not pass on. (ngx_http_proxy_module.c, ngx_http_proxy_headers)
fn hop_by_hop(exchange: &mut Exchange<'_>) {
    for name in ["Expect", "Keep-Alive", "TE"] {
        if exchange.request.header(name).is_some() {
            exchange.withheld.push(name.into());
        }
    }
}

/// ssl-client-*: on hosts with a CA the client's own are replaced.
fn client_certificate(exchange: &mut Exchange<'_>) {
    use crate::effective::request::ClientCertificate;
    let auth = exchange.host.client_auth.as_ref().filter(|a| a.usable != Some(false));
    let Some(auth) = auth else {
        return;
    };
    let shown = match exchange.request.scheme {
        Scheme::Http => None,
        Scheme::Https if auth.verify.value == "off" => None,
        Scheme::Https => exchange.request.client_certificate,
    };
    let verify = match (shown, exchange.request.scheme) {
        (_, Scheme::Http) => "",
        (Some(ClientCertificate::Trusted), _) => "SUCCESS",
        (Some(ClientCertificate::Unknown), _) => "FAILED:unable to verify the first certificate",
        (None, _) => "NONE",
    };
    exchange.send("Ssl-Client-Verify", verify);
    if let Some((subject, issuer)) = exchange.request.certificate_names.clone().filter(|_| shown.is_some()) {
        exchange.send("Ssl-Client-Subject-Dn", subject);
        exchange.send("Ssl-Client-Issuer-Dn", issuer);
    }
    if shown.is_none() {
        exchange.send("Ssl-Client-Subject-Dn", "");
        exchange.send("Ssl-Client-Issuer-Dn", "");
        if auth.pass_certificate.value {
            exchange.send("Ssl-Client-Cert", "");
        }
    }
}

/// Headers whose name nginx does not accept are dropped (underscores_in_headers, ignore_invalid_headers).
fn invalid_names(exchange: &mut Exchange<'_>) {
    let controller = &exchange.effective.controller;
    let underscores = controller.bool("enable-underscores-in-headers", false).value;
    if !controller.bool("ignore-invalid-headers", true).value {
        return;
    }
    let valid = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || underscores && c == b'_';
    for (name, _) in &exchange.request.headers {
        if !name.bytes().all(valid) {
            exchange.withheld.push(name.clone());
        }
    }
}

/// The headers beside a request that goes to `default-backend` because the Service has no endpoints.
fn stand_in(exchange: &mut Exchange<'_>) {
    exchange.send("X-Code", "503");
    about(exchange);
}

/// What an error backend is told about the location.
pub(super) fn about(exchange: &mut Exchange<'_>) {
    let About {
        namespace,
        ingress,
        service,
        port,
        ..
    } = about_location(exchange.effective, exchange.location);
    let format = exchange.request.header("Accept").unwrap_or("").to_owned();
    exchange.send("X-Format", format);
    exchange.send("X-Namespace", namespace);
    exchange.send("X-Ingress-Name", ingress);
    exchange.send("X-Service-Name", service);
    exchange.send("X-Service-Port", port);
}

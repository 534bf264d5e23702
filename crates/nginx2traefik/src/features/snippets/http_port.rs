//! A server of a stream-snippet that hands a port of its own on to the controller's port for HTTP: all that comes of it is one more port
//! for the same hosts. Traefik has entryPoints for that, which are static configuration.
use super::stream::{MOVED_PORT, is_controller_http, is_udp};
use crate::effective::{Origin, Snippet};
use crate::finding::{Fidelity, Finding};
use crate::installation::Version;
use crate::model::IngressId;
use crate::plan::host::Given;
use crate::plan::{Api, Collected};
use nginx_snippet::Directive;
use serde_json::json;

struct Port<'a> {
    number: u16,
    server: &'a Directive,
    listen: &'a Directive,
    pass: &'a Directive,
}

/// Tells of it, and asks for the entryPoints. False: something in it does something else.
pub(crate) fn plan(given: Given<'_>, snippet: &Snippet, from: &[IngressId], collected: &mut Collected) -> bool {
    let servers = &snippet.tree.directives;
    let found: Option<Vec<Port<'_>>> = servers.iter().map(read).collect();
    let Some(ports) = found.filter(|ports| !ports.is_empty()) else {
        return false;
    };
    for port in &ports {
        let reason = "the stream-snippet leads this port to the controller's HTTP";
        let point = format!("entryPoints.http-{}", port.number);
        collected.require(
            from,
            &format!("{point}.address"),
            json!(format!(":{}", port.number)),
            reason,
        );
        if given.options.installation.version >= Version::V3_7 {
            let reason = "X_User is not taken for X-User on this port, either";
            collected.require(
                from,
                &format!("{point}.http.underscoreHeadersStrategy"),
                json!("delete"),
                reason,
            );
        }
        for finding in tell(given.options.api, snippet, port) {
            match &snippet.origin {
                Origin::Annotation { ingress, .. } => {
                    let name = format!("{}/{}", given.effective.controller.annotations_prefix, snippet.key());
                    let object = given.manifests.ingress(*ingress).object();
                    collected.tell(Some(*ingress), finding.annotation(name).object(object));
                }
                _ => collected.tell(None, finding),
            }
        }
    }
    true
}

fn tell(api: Api, snippet: &Snippet, found: &Port<'_>) -> [Finding; 3] {
    let port = found.number;
    let (key, at) = (snippet.key(), |d: &Directive| snippet.span(d.head()));
    let server = format!("port {port} becomes an entryPoint of Traefik for HTTP");
    let listen = format!("port {port} is the entryPoint `http-{port}`, in the static configuration");
    let pass = "what it leads to is Traefik itself, so that nothing is handed on";
    let lost = match api {
        Api::Ingress => {
            "hosts with a certificate do not redirect to https on this port, and IngressRoutes that name entryPoints are not on it: 404"
                .to_owned()
        }
        Api::Gateway => format!("404 on this port, until the Gateway has a listener with port {port} and routes name it as their parent"),
    };
    [
        Finding::warning(key, at(found.server), server)
            .fidelity(Fidelity::Static)
            .difference(lost)
            .difference("backends and address lists see the client's own address instead of 127.0.0.1")
            .help(MOVED_PORT),
        Finding::note(key, at(found.listen), listen).fidelity(Fidelity::Static),
        Finding::note(key, at(found.pass), pass).fidelity(Fidelity::Static),
    ]
}

fn read(server: &Directive) -> Option<Port<'_>> {
    let [first, second] = server.children() else {
        return None;
    };
    let (listen, pass) = match first.name.text.as_str() {
        "listen" => (first, second),
        _ => (second, first),
    };
    let is_one = server.name.text == "server" && listen.name.text == "listen" && pass.name.text == "proxy_pass";
    let plain = listen.args.len() == 1 && !is_udp(listen) && is_controller_http(pass.arg(0)?);
    let number = listen.arg(0)?.parse().ok().filter(|_| is_one && plain)?;
    Some(Port {
        number,
        server,
        listen,
        pass,
    })
}

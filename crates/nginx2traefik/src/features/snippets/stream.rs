//! stream-snippet: servers for TCP and UDP. Traefik has entry points for them, in its static configuration, and routes of their own; what
//! to write is said.
use crate::effective::Snippet;
use nginx_snippet::Directive;

/// What is left to do where a port of the controller becomes an entryPoint.
pub(super) const MOVED_PORT: &str = "whatever leads to this port of the controller today has to lead to that of Traefik: give its Service (in the chart `ports`) a port for it";

/// What to write instead of a whole stream-snippet.
pub(crate) fn of_snippet(snippet: &Snippet) -> String {
    let servers = snippet.tree.directives.iter().filter(|d| d.name.text == "server");
    let all: Vec<String> = servers.map(of_server).collect();
    match all.is_empty() {
        true => "write entry points and IngressRouteTCP or IngressRouteUDP for what it serves".into(),
        false => all.join("; "),
    }
}

/// What to write instead of one directive of it.
pub(crate) fn advice(directive: &Directive) -> Option<String> {
    match directive.name.text.as_str() {
        "server" => Some(of_server(directive)),
        "listen" => Some(entry_point(directive)?.1),
        "proxy_pass" => Some(format!("the route leads to {}", backend(directive.arg(0)?))),
        "upstream" => Some("a Service with the endpoints, or a TraefikService over several".into()),
        _ => None,
    }
}

fn of_server(server: &Directive) -> String {
    let named = |name: &str| server.children().iter().find(|d| d.name.text == name);
    let Some((listen, (name, point))) = named("listen").and_then(|listen| Some((listen, entry_point(listen)?))) else {
        return "an entry point of Traefik, and an IngressRouteTCP or IngressRouteUDP on it".into();
    };
    let address = named("proxy_pass")
        .and_then(|pass| pass.arg(0))
        .unwrap_or("its backend");
    if is_controller(address) {
        return format!(
            "{point}; the address is ingress-nginx itself, so it is one more entry point for HTTP: routes that name no `entryPoints` \
             are on it, unless other entry points have asDefault"
        );
    }
    let route = match is_udp(listen) {
        true => format!("an IngressRouteUDP with entryPoints: [{name}]"),
        false => format!("an IngressRouteTCP with entryPoints: [{name}] and match: HostSNI(`*`)"),
    };
    format!("{point}; {route} to {}", backend(address))
}

/// Its name, and how it is written.
fn entry_point(listen: &Directive) -> Option<(String, String)> {
    let port = listen.arg(0)?.rsplit(':').next()?;
    let port: u16 = port.parse().ok()?;
    let (kind, suffix) = if is_udp(listen) { ("udp", "/udp") } else { ("tcp", "") };
    let name = format!("{kind}-{port}");
    let text = format!(
        "in Traefik's static configuration entryPoints.{name}.address: \":{port}{suffix}\", and the port in its Service (in the chart \
         `ports.{name}`)"
    );
    Some((name, text))
}

pub(super) fn is_udp(listen: &Directive) -> bool {
    listen.args.iter().any(|word| word.text == "udp")
}

/// The ports of the controller's own container.
fn is_controller(address: &str) -> bool {
    matches!(own_port(address), Some("80" | "443"))
}

pub(super) fn is_controller_http(address: &str) -> bool {
    own_port(address) == Some("80")
}

fn own_port(address: &str) -> Option<&str> {
    let hosts = ["127.0.0.1:", "localhost:", "[::1]:"];
    hosts.iter().find_map(|host| address.strip_prefix(host))
}

fn backend(address: &str) -> String {
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    let mut names = host.split('.');
    match (names.next(), names.next(), names.next()) {
        (Some(name), Some(namespace), Some("svc")) => {
            format!("the Service {name} of the namespace {namespace}, port {port}")
        }
        _ if is_controller(address) => {
            "ingress-nginx itself, so that the entry point is one for HTTP and needs no IngressRouteTCP".into()
        }
        _ => format!("{address}: a Service of type ExternalName, or one without selector and with an EndpointSlice"),
    }
}

//! Values of Traefik's Helm chart, as the static settings that the chart makes of them.
use super::Release;
use super::facts::Facts;
use crate::settings_file::{Any, Entry, Node};
use crate::source::Span;

/// What the values say beside static settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Values {
    /// The release that the image tag names, and where.
    pub(super) release: Option<(Release, Span)>,
    /// `ingressClass.name`
    pub(super) class: Option<String>,
    /// Name of the GatewayClass that the chart makes where kubernetesGateway is on.
    pub(super) gateway_class: Option<String>,
    /// Ports that clients use, by entryPoint.
    pub(super) exposed: Vec<(String, u16)>,
    /// Providers with `enabled: false`.
    pub(super) off: Vec<String>,
}

/// Keys whose values are static settings under the same name.
const SAME: [&str; 8] = [
    "providers",
    "api",
    "experimental",
    "serversTransport",
    "log",
    "accessLog",
    "ping",
    "certificatesResolvers",
];

/// Puts the values into `facts`. The chart's defaults are not in them: see [`super::Installation::default`].
pub(super) fn read(root: &Node, facts: &mut Facts) -> Values {
    // values of an umbrella chart hold those of Traefik's under its name
    let root = match root.entry("traefik") {
        Some(entry) if root.entry("ports").is_none() && !entry.node.entries().is_empty() => &entry.node,
        _ => root,
    };
    let mut values = Values::default();
    for entry in root.entries() {
        match entry.key.as_str() {
            "ports" => ports(&entry.node, facts, &mut values),
            "additionalArguments" | "globalArguments" => {
                for (text, span) in entry.node.items() {
                    facts.argument(&text, span);
                }
            }
            key if SAME.contains(&key) => facts.add_entry(key, entry),
            _ => {}
        }
    }
    values.off = switched_off(facts);
    values.release = release(root);
    values.class = root
        .get("ingressClass.name")
        .and_then(Node::text)
        .filter(|name| !name.is_empty());
    if root.get("gatewayClass.enabled").and_then(Node::bool) != Some(false) {
        let name = root.get("gatewayClass.name").and_then(Node::text);
        values.gateway_class = Some(name.filter(|name| !name.is_empty()).unwrap_or_else(|| "traefik".into()));
    }
    values
}

fn release(root: &Node) -> Option<(Release, Span)> {
    let keys = ["versionOverride", "image.tag"];
    keys.iter().find_map(|key| {
        let node = root.get(key)?;
        Some((Release::parse(&node.text()?)?, node.span))
    })
}

/// A provider of the chart has `enabled`, which Traefik's own configuration has not: one that is off is not there.
fn switched_off(facts: &mut Facts) -> Vec<String> {
    let all = facts
        .below("providers")
        .into_iter()
        .map(|name| format!("providers.{name}"));
    let off: Vec<String> = all
        .filter(|key| facts.bool(&format!("{key}.enabled")) == Some(false))
        .collect();
    off.iter().for_each(|key| facts.remove(key));
    off
}

fn ports(node: &Node, facts: &mut Facts, values: &mut Values) {
    for port in node.entries() {
        let point = format!("entryPoints.{}", port.key);
        facts.add(&point, port.key_span, &empty(port));
        for entry in port.node.entries() {
            port_entry(&point, entry, facts);
        }
        if let Some(number) = port.node.entry("port").filter(|entry| entry.node.text().is_some()) {
            let address = Any::Text(format!(":{}", number.node.text().unwrap_or_default()));
            let node = Node {
                value: address,
                span: number.node.span,
            };
            facts.add(&format!("{point}.address"), number.key_span, &node);
        }
        let exposed = port
            .node
            .get("exposedPort")
            .or_else(|| port.node.get("port"))
            .and_then(Node::text);
        if let Some(exposed) = exposed.and_then(|text| text.parse().ok()) {
            values.exposed.push((port.key.clone(), exposed));
        }
    }
}

fn empty(port: &Entry) -> Node {
    Node {
        value: Any::Map(Vec::new()),
        span: port.node.span,
    }
}

/// One key of a port. Charts before 39 have `redirections`, `tls` and `middlewares` at the port, later ones below `http`; before 34
/// a redirection is `redirectTo.port`.
fn port_entry(point: &str, entry: &Entry, facts: &mut Facts) {
    match entry.key.as_str() {
        "http" => {
            for inner in entry.node.entries() {
                port_entry(point, inner, facts);
            }
        }
        "redirectTo" => {
            if let Some(to) = entry.node.entry("port") {
                facts.add_entry(&format!("{point}.http.redirections.entryPoint.to"), to);
            } else if entry.node.text().is_some() {
                facts.add_entry(&format!("{point}.http.redirections.entryPoint.to"), entry);
            }
        }
        "tls" => {
            if entry.node.get("enabled").and_then(Node::bool) == Some(false) {
                facts.remove(&format!("{point}.http.tls"));
                facts.add_entry(&format!("{point}.http.noTls"), entry);
            } else {
                facts.add_entry(&format!("{point}.http.tls"), entry);
            }
        }
        key @ ("forwardedHeaders" | "proxyProtocol" | "transport" | "allowACMEByPass" | "asDefault" | "http2"
        | "http3") => {
            facts.add_entry(&format!("{point}.{key}"), entry);
        }
        // what Kubernetes is told of the port is no setting of Traefik's
        "port" | "hostPort" | "containerPort" | "expose" | "exposedPort" | "targetPort" | "protocol" | "nodePort"
        | "hostIP" | "appProtocol" | "observability" => {}
        key => facts.add_entry(&format!("{point}.http.{key}"), entry),
    }
}

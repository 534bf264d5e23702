//! What the controller hands on by port alone: the ConfigMaps of --tcp-services-configmap and --udp-services-configmap, and `tcp` and
//! `udp` of its chart's values. No Ingress stands behind them (ingress-nginx:internal/ingress/controller/controller.go
//! getStreamServices), so that they are told and stay.
use crate::finding::{Fidelity, Finding};
use crate::model::{ConfigMap, Manifests};
use crate::settings_file::Node;
use crate::source::Span;

/// A port with its place, and `namespace/service:port`, perhaps with `:PROXY`.
struct Stream<'a> {
    udp: bool,
    port: &'a str,
    at: Span,
    service: &'a str,
}

/// Those of ConfigMaps among the inputs.
pub fn streams(manifests: &Manifests) -> Vec<Finding> {
    let of_map = |map: &ConfigMap| {
        let entries = map
            .data
            .iter()
            .map(|entry| (entry.name.value.clone(), entry.name.span, entry.value.value.clone()));
        of_entries(is_udp(&map.name), entries.collect())
    };
    manifests.config_maps.iter().flat_map(of_map).collect()
}

/// Those of a ConfigMap's `data`.
pub(super) fn of_config_map(name: &str, data: &Node) -> Vec<Finding> {
    of_entries(is_udp(name), entries(data))
}

/// Those of the chart's values.
pub(super) fn of_chart(chart: &Node) -> Vec<Finding> {
    let of = |key: &str| {
        let map = chart.get(key).map(entries);
        of_entries(key == "udp", map.unwrap_or_default())
    };
    [of("tcp"), of("udp")].concat()
}

fn is_udp(name: &str) -> bool {
    name.contains("udp")
}

fn entries(node: &Node) -> Vec<(String, Span, String)> {
    let entries = node.entries().iter();
    entries
        .filter_map(|entry| Some((entry.key.clone(), entry.key_span, entry.node.text()?)))
        .collect()
}

/// Nothing, where one of the entries is something else.
fn of_entries(udp: bool, entries: Vec<(String, Span, String)>) -> Vec<Finding> {
    let streams = entries.iter().map(|(port, at, service)| {
        let stream = Stream {
            udp,
            port,
            at: *at,
            service,
        };
        stream.tell()
    });
    streams.collect::<Option<Vec<_>>>().unwrap_or_default()
}

impl Stream<'_> {
    fn tell(&self) -> Option<Finding> {
        let port: u16 = self.port.parse().ok()?;
        let (namespace, rest) = self.service.split_once('/')?;
        let mut parts = rest.split(':');
        let (service, target) = (parts.next()?, parts.next()?);
        let (kind, protocol) = match self.udp {
            true => ("IngressRouteUDP", "UDP"),
            false => ("IngressRouteTCP", "TCP"),
        };
        let lower = protocol.to_lowercase();
        let address = if self.udp { "/udp" } else { "" };
        let rule = if self.udp { "" } else { "match: HostSNI(`*`), " };
        let proxy = match parts.next() {
            Some(_) => {
                " The PROXY protocol is proxyProtocol of the entryPoint, and of a ServersTransportTCP towards the Service."
            }
            None => "",
        };
        let message = format!(
            "{protocol} port {port} leads to {namespace}/{service}:{target} without an Ingress, and stays as it is"
        );
        let help = format!(
            "Give Traefik an entryPoint, entryPoints.{lower}-{port}.address: ':{port}{address}', and write an {kind} in {namespace}: \
             entryPoints: [{lower}-{port}], routes: [{{{rule}services: [{{name: {service}, port: {target}}}]}}].{proxy}"
        );
        let finding = Finding::warning("controller-config", self.at, message);
        Some(finding.fidelity(Fidelity::Unsupported).help(help))
    }
}

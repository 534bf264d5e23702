//! An [`Installation`] from what the user shows of it.
use super::facts::Facts;
use super::values::{self, Values};
use super::{EntryPoint, Installation, Providers, Release, Trust, danger};
use crate::finding::{self, Finding};
use crate::settings_file;
use crate::source::{SourceId, Span};
use ipnet::IpNet;
use std::net::IpAddr;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Values of Traefik's Helm chart: what they do not say is as the chart has it.
    Values,
    /// Traefik's static configuration: what it does not say is Traefik's own default.
    Static,
}

/// What came of reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Traefik as installed.
    pub installation: Installation,
    /// What is wrong or dangerous in the file.
    pub findings: Vec<Finding>,
}

/// Reads a file. `named` is the release that the user names beside it; it wins over the file's.
pub fn read(form: Form, source: SourceId, text: &str, named: Option<Release>) -> Reading {
    let (nodes, mut findings) = settings_file::read(source, text);
    let mut facts = Facts::default();
    let mut values = Values::default();
    for node in &nodes {
        match form {
            Form::Values => values = values::read(node, &mut facts),
            Form::Static => node
                .entries()
                .iter()
                .for_each(|entry| facts.add_entry(&entry.key, entry)),
        }
    }
    let release = named.or(values.release.map(|(release, _)| release));
    let mut installation = installation(form, &facts, &values, &mut findings);
    if let Some(release) = release {
        installation.version = release.nearest();
    }
    if let Some((tag, span)) = values.release {
        findings.extend(danger::release(tag, named, span));
    }
    findings.extend(danger::lacking(&facts, release));
    findings.extend(danger::settings(&facts));
    finding::sort(&mut findings);
    Reading { installation, findings }
}

fn installation(form: Form, facts: &Facts, values: &Values, findings: &mut Vec<Finding>) -> Installation {
    let base = base(form);
    let (web, websecure) = names(facts);
    let mut read = |name: String, base: &EntryPoint| entry_point(facts, values, name, base, findings);
    let web = read(web, &base.web);
    let websecure = read(websecure, &base.websecure);
    Installation {
        given: true,
        web,
        websecure,
        providers: providers(form, facts, values, &base.providers),
        places: facts.iter().map(|fact| (fact.key.clone(), fact.node.span)).collect(),
        ..base
    }
}

/// What holds where nothing is written.
fn base(form: Form) -> Installation {
    let chart = Installation::default();
    match form {
        // ports.web.port and ports.websecure.port (traefik-helm-chart:traefik/values.yaml)
        Form::Values => Installation {
            web: EntryPoint {
                port: 8000,
                ..chart.web
            },
            websecure: EntryPoint {
                port: 8443,
                ..chart.websecure
            },
            ..chart
        },
        Form::Static => Installation {
            websecure: EntryPoint {
                tls: false,
                ..chart.websecure
            },
            providers: Providers {
                allow_empty_services: false,
                crd: false,
                ingress: false,
                ..chart.providers
            },
            ..chart
        },
    }
}

/// Names of the entryPoints of plain http and of https: `web` and `websecure`, else those that listen where these usually do.
fn names(facts: &Facts) -> (String, String) {
    let all = facts.below("entryPoints");
    let choose = |usual: &str, ports: [&str; 3]| {
        let listens = |name: &&String| {
            let address = facts.text(&format!("entryPoints.{name}.address")).unwrap_or_default();
            let port = address.rsplit(':').next().unwrap_or("");
            ports.contains(&port.split('/').next().unwrap_or(port))
        };
        let known = all.iter().find(|name| name.eq_ignore_ascii_case(usual));
        known
            .or_else(|| all.iter().find(listens))
            .cloned()
            .unwrap_or_else(|| usual.to_owned())
    };
    (
        choose("web", ["80", "8000", "8080"]),
        choose("websecure", ["443", "8443", "4443"]),
    )
}

fn entry_point(
    facts: &Facts,
    values: &Values,
    name: String,
    base: &EntryPoint,
    findings: &mut Vec<Finding>,
) -> EntryPoint {
    let key = |rest: &str| format!("entryPoints.{name}.{rest}");
    let redirect = |rest: &str| facts.text(&key(&format!("http.redirections.entryPoint.{rest}")));
    let to_https = redirect("scheme").is_none_or(|scheme| scheme == "https");
    let exposed = values
        .exposed
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, port)| *port);
    EntryPoint {
        exposed_port: exposed
            .or_else(|| listened(facts, &key("address")))
            .filter(usual)
            .unwrap_or(base.exposed_port),
        port: listened(facts, &key("address")).unwrap_or(base.port),
        tls: facts.on(&key("http.tls")) || base.tls && facts.get(&key("http.noTls")).is_none(),
        redirects_to_https: redirect("to").is_some() && to_https,
        acme_bypass: facts.bool(&key("allowACMEByPass")).unwrap_or(false),
        trust: trust(facts, &key("forwardedHeaders"), findings),
        read_timeout: read_timeout(facts, &key("transport.respondingTimeouts.readTimeout"), findings)
            .unwrap_or(base.read_timeout),
        middlewares: facts
            .items(&key("http.middlewares"))
            .into_iter()
            .map(|(item, _)| item)
            .collect(),
        deletes_underscore_headers: facts
            .text(&key("http.underscoreHeadersStrategy"))
            .is_some_and(|strategy| strategy.eq_ignore_ascii_case("delete")),
        name,
    }
}

fn read_timeout(facts: &Facts, key: &str, findings: &mut Vec<Finding>) -> Option<u64> {
    let node = &facts.get(key)?.node;
    let written = node.text().unwrap_or_default();
    let read = seconds(&written);
    if read.is_none() {
        findings.push(no_duration(node.span, &written));
    }
    read
}

/// A port of the container (8000, 8443) is not the one that clients use; the usual ones are then.
fn usual(port: &u16) -> bool {
    !matches!(port, 8000 | 8080 | 8443 | 4443)
}

fn listened(facts: &Facts, key: &str) -> Option<u16> {
    let address = facts.text(key)?;
    let port = address.rsplit(':').next()?;
    port.split('/').next()?.parse().ok()
}

fn trust(facts: &Facts, key: &str, findings: &mut Vec<Finding>) -> Trust {
    if facts.bool(&format!("{key}.insecure")) == Some(true) {
        return Trust::Anyone;
    }
    let mut networks = Vec::new();
    for (item, span) in facts.items(&format!("{key}.trustedIPs")) {
        let network = item
            .parse::<IpNet>()
            .ok()
            .or_else(|| item.parse::<IpAddr>().map(IpNet::from).ok());
        match network {
            Some(network) => networks.push(network),
            None => findings.push(no_network(span, &item)),
        }
    }
    if networks.iter().any(|n| n.prefix_len() == 0) {
        Trust::Anyone
    } else {
        Trust::Networks(networks)
    }
}

fn no_network(span: Span, item: &str) -> Finding {
    Finding::error(
        "traefik-settings",
        span,
        format!("`{item}` is no address and no network, so Traefik does not start"),
    )
}

fn no_duration(span: Span, text: &str) -> Finding {
    Finding::error(
        "traefik-settings",
        span,
        format!("`{text}` is no duration, so Traefik does not start"),
    )
    .help("write it with a unit: `3600s`, `1h`")
}

/// A duration of Go (`1h30m`, `3600s`, `500ms`), or seconds without a unit. Parts of a second count as a whole one.
fn seconds(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (mut rest, mut milliseconds) = (text, 0_f64);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..]
            .find(|c: char| c.is_ascii_digit())
            .map_or(rest.len(), |at| digits + at);
        milliseconds += number
            * match &rest[digits..unit] {
                "h" => 3_600_000.0,
                "m" => 60_000.0,
                "s" => 1_000.0,
                "ms" => 1.0,
                "us" | "µs" => 0.001,
                "ns" => 0.000_001,
                _ => return None,
            };
        rest = &rest[unit..];
    }
    (!text.is_empty()).then(|| (milliseconds / 1_000.0).ceil() as u64)
}

fn providers(form: Form, facts: &Facts, values: &Values, base: &Providers) -> Providers {
    let (ingress, crd) = ("providers.kubernetesIngress", "providers.kubernetesCRD");
    let on = |key: &str, provider: &str| facts.bool(&format!("{provider}.{key}"));
    let both = |key: &str, default: bool| {
        [ingress, crd]
            .iter()
            .all(|provider| on(key, provider).unwrap_or(default))
    };
    let there = |provider: &str, default: bool| match form {
        Form::Values => default && !values.off.iter().any(|off| off.eq_ignore_ascii_case(provider)),
        Form::Static => facts.on(provider),
    };
    let class = facts
        .text(&format!("{ingress}.ingressClass"))
        .filter(|class| !class.is_empty());
    Providers {
        selects_class: class.is_some() || base.selects_class,
        ingress_class: class
            .or_else(|| values.class.clone())
            .unwrap_or_else(|| base.ingress_class.clone()),
        strict_prefix_matching: on("strictPrefixMatching", ingress).unwrap_or(base.strict_prefix_matching),
        allow_empty_services: both("allowEmptyServices", base.allow_empty_services),
        allow_external_name: both("allowExternalNameServices", base.allow_external_name),
        allow_cross_namespace: on("allowCrossNamespace", crd).unwrap_or(base.allow_cross_namespace),
        crd: there(crd, base.crd),
        ingress: there(ingress, base.ingress),
        gateway: gateway(form, facts),
        gateway_class: values.gateway_class.clone().filter(|_| gateway(form, facts)),
        safe_naming: on("safeNaming", crd).unwrap_or(base.safe_naming),
    }
}

/// Off in the chart unless it is switched on.
fn gateway(form: Form, facts: &Facts) -> bool {
    let key = "providers.kubernetesGateway";
    match form {
        Form::Values => facts
            .bool(&format!("{key}.enabled"))
            .or(facts.bool(key))
            .unwrap_or(false),
        Form::Static => facts.on(key),
    }
}

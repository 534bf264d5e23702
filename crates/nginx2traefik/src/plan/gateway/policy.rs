//! BackendTLSPolicies: verified TLS to a Service in the standard's words, so that a route names the Service itself.
//!
//! A policy holds for a port of a Service, whoever routes to it, and says no more than a name and CAs: where a route speaks otherwise
//! to the same port, or shows a certificate, a TraefikService with a ServersTransport says it
//! (traefik:pkg/provider/kubernetes/gateway/httproute.go loadHTTPServers, loadServersTransport; recipes/gateway: backend).
use super::backend::{plain_port, port_of};
use super::hosts::is_hostname;
use super::http_route::Routes;
use super::listeners::GATEWAY_API;
use crate::finding::Finding;
use crate::model::IngressId;
use crate::plan::Collected;
use crate::plan::branch::{ServiceTarget, Target};
use crate::plan::collected::Draft;
use crate::plan::host::Given;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Namespace and name.
type Name = (String, String);

/// What a policy would say of a port.
#[derive(Debug, Clone, PartialEq)]
struct Wish {
    hostname: String,
    authority: Authority,
    /// The port's name; without one it is all of the Service.
    section: Option<String>,
}

/// Where the CAs are. Traefik 3.6 takes ConfigMaps only, as the standard has it.
#[derive(Debug, Clone, PartialEq)]
enum Authority {
    ConfigMap(String),
    /// `ca.crt` of this Secret.
    Copy(String, String),
}

/// Ports that a policy speaks for.
#[derive(Debug, Default)]
pub(crate) struct Policies(BTreeMap<(Name, u16), Wish>);

impl Policies {
    /// Those that do not stand in the way of another route.
    pub(crate) fn of(given: Given<'_>, routes: &[Option<Routes>]) -> Self {
        let mut used: BTreeMap<Name, Vec<(u16, Option<Wish>)>> = BTreeMap::new();
        let rules = routes.iter().flatten().flat_map(|routes| &routes.routes);
        for rule in rules.flat_map(|route| &route.rules).filter(|rule| !rule.step.guard) {
            for target in named(&rule.step.row.router.target) {
                let wish = wish(given, target);
                let plain = ServiceTarget::new(target.service.clone());
                if let Some(port) = plain_port(given.manifests, &plain).filter(|_| wish.is_some() || *target == plain) {
                    let name = (target.service.namespace.clone(), target.service.name.clone());
                    used.entry(name).or_default().push((port, wish));
                }
            }
        }
        let mut policies = Policies::default();
        for (name, uses) in used {
            for (port, wish) in &uses {
                let Some(wish) = wish else { continue };
                let mut reached = uses.iter().filter(|(of, _)| of == port || wish.section.is_none());
                if reached.all(|(_, other)| other.as_ref() == Some(wish)) {
                    policies.0.insert((name.clone(), *port), wish.clone());
                }
            }
        }
        policies
    }

    /// The port of the Service, where a policy says how it is spoken to; the policy is written.
    pub(crate) fn port(
        &self,
        given: Given<'_>,
        owner: IngressId,
        target: &ServiceTarget,
        collected: &mut Collected,
    ) -> Option<u16> {
        let port = plain_port(given.manifests, &ServiceTarget::new(target.service.clone()))?;
        let name = (target.service.namespace.clone(), target.service.name.clone());
        let wish = wish(given, target)?;
        let known = self.0.get(&(name, port)).filter(|known| **known == wish)?;
        write(given, owner, target, known, collected);
        Some(port)
    }
}

/// Services that backendRefs name, one each.
fn named(target: &Target) -> Vec<&ServiceTarget> {
    match target {
        Target::Service(service) => vec![service],
        Target::Weighted { services, sticky: None } => services.iter().map(|(service, _)| service).collect(),
        _ => Vec::new(),
    }
}

/// What it says beside its Service is https, a name and a CA, and nothing else.
fn wish(given: Given<'_>, target: &ServiceTarget) -> Option<Wish> {
    let own = &target.service;
    let transport = match (&target.scheme, &target.transport) {
        (Some(scheme), Some(transport)) if scheme == "https" => transport,
        (None, None) if target.more.get("scheme") == Some(&json!("https")) => {
            let name = target.more.get("serversTransport")?.as_str()?;
            &given.manifests.traefik("ServersTransport", &own.namespace, name)?.spec
        }
        _ => return None,
    };
    let bare = ServiceTarget {
        scheme: None,
        transport: None,
        more: others(&target.more),
        ..target.clone()
    };
    let fields = transport.as_object()?;
    let known = |key: &String| ["maxIdleConnsPerHost", "rootCAs", "serverName"].contains(&key.as_str());
    if bare != ServiceTarget::new(own.clone()) || !fields.keys().all(known) {
        return None;
    }
    let hostname = fields.get("serverName")?.as_str()?;
    if !is_hostname(hostname) || hostname.parse::<IpAddr>().is_ok() {
        return None;
    }
    let service = given.manifests.service(&own.namespace, &own.name);
    Some(Wish {
        hostname: hostname.to_owned(),
        authority: authority(given, &own.namespace, fields.get("rootCAs")?)?,
        section: service.and_then(|service| port_of(service, &own.port)?.name.clone()),
    })
}

fn others(more: &Map<String, Value>) -> Map<String, Value> {
    let other = more
        .iter()
        .filter(|(key, _)| !["scheme", "serversTransport"].contains(&key.as_str()));
    other.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// One ConfigMap, or one Secret with a CA and nothing that is secret.
fn authority(given: Given<'_>, namespace: &str, roots: &Value) -> Option<Authority> {
    let [one] = roots.as_array()?.as_slice() else {
        return None;
    };
    if let Some(name) = one.get("configMap") {
        return Some(Authority::ConfigMap(name.as_str()?.to_owned()));
    }
    let name = one.get("secret")?.as_str()?;
    let bytes = given.manifests.secret(namespace, name)?.data.get("ca.crt")?;
    let text = std::str::from_utf8(bytes).ok()?;
    let certificates = text.contains("-----BEGIN CERTIFICATE-----") && !text.contains("PRIVATE KEY");
    certificates.then(|| Authority::Copy(name.to_owned(), text.to_owned()))
}

fn write(given: Given<'_>, owner: IngressId, target: &ServiceTarget, wish: &Wish, collected: &mut Collected) {
    let own = &target.service;
    let draft = |api_version, kind, wanted, body| Draft {
        api_version,
        kind,
        namespace: &own.namespace,
        wanted,
        metadata: Map::new(),
        body,
    };
    let authority = match &wish.authority {
        Authority::ConfigMap(name) => name.clone(),
        Authority::Copy(secret, text) => {
            let body = Map::from_iter([("data".to_owned(), json!({"ca.crt": text}))]);
            let comment =
                format!("A copy of ca.crt of the Secret {secret}: a BackendTLSPolicy takes CAs of ConfigMaps.");
            let name = collected.object(&[owner], draft("v1", "ConfigMap", secret, body), &comment);
            tell(given, owner, (secret, &name), collected);
            name
        }
    };
    let mut reference = json!({"group": "", "kind": "Service", "name": own.name});
    if let Some(section) = &wish.section {
        reference["sectionName"] = json!(section);
    }
    let spec = json!({
        "targetRefs": [reference],
        "validation": {
            "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": authority}],
            "hostname": wish.hostname,
        },
    });
    let body = Map::from_iter([("spec".to_owned(), spec)]);
    collected.object(&[owner], draft(GATEWAY_API, "BackendTLSPolicy", &own.name, body), "");
}

fn tell(given: Given<'_>, owner: IngressId, (secret, copy): (&str, &str), collected: &mut Collected) {
    let ingress = given.manifests.ingress(owner);
    let written = given.effective.ingresses.iter().find(|one| one.id == owner);
    let span = written.and_then(|one| one.settings.backend_tls.as_ref()?.secret.origin.span());
    let message = format!("The ConfigMap {copy} is a copy of ca.crt of the Secret {secret}");
    let finding = Finding::note("proxy-ssl-secret", span.unwrap_or(ingress.name.span), message)
        .traefik("keeps 2 idle connections to each pod of a Service with a BackendTLSPolicy, and 200 to others")
        .help("When the CA changes, change the ConfigMap, too; cert-manager's trust-manager can keep it up to date.")
        .object(ingress.object());
    collected.tell(Some(owner), finding);
}

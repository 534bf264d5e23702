//! What other programs read of Gateways: cert-manager orders the certificates of listeners (cert-manager.io/docs/usage/gateway),
//! external-dns takes the target of its records from there (external-dns:docs/annotations/annotations.md).
use super::gateways::Annotations;
use super::listeners::{Kind, Listeners};
use crate::model::{Ingress, IngressId};
use crate::plan::external_dns;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What cert-manager takes from a Gateway's annotations; a `*` stands for any end.
const READ: [&str; 12] = [
    "cert-manager.io/issuer",
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer-kind",
    "cert-manager.io/issuer-group",
    "cert-manager.io/common-name",
    "cert-manager.io/email-sans",
    "cert-manager.io/subject-*",
    "cert-manager.io/duration",
    "cert-manager.io/renew-before",
    "cert-manager.io/usages",
    "cert-manager.io/revision-history-limit",
    "cert-manager.io/private-key-*",
];

/// What stands above the routes.
#[derive(Debug, Default)]
pub(crate) struct Above {
    pub(crate) annotations: Annotations,
    /// Ingresses whose certificates their Gateway orders.
    pub(crate) ordered: BTreeSet<IngressId>,
}

impl Above {
    /// The Gateway says where the Ingress's records lead.
    pub(crate) fn has_target(&self, listeners: &Listeners<'_>, ingress: &Ingress) -> bool {
        let annotations = self.annotations.get(listeners.home(&ingress.namespace));
        let target = external_dns::target(ingress);
        target.is_some_and(|(name, value)| annotations.and_then(|all| all.get(&name)) == Some(&json!(value)))
    }
}

/// For each namespace that has Gateways.
pub(crate) fn above(listeners: &Listeners<'_>, from: &[IngressId]) -> Above {
    let mut above = Above::default();
    let homes: BTreeSet<&String> = listeners.used.keys().map(|((home, _), _)| home).collect();
    for home in homes {
        let mut annotations = Map::new();
        if let Some((wish, owners)) = orders(listeners, home) {
            annotations.extend(wish.into_iter().map(|(name, value)| (name, json!(value))));
            above.ordered.extend(owners);
        }
        annotations.extend(target(listeners, home, from));
        annotations.sort_keys();
        above.annotations.insert(home.clone(), annotations);
    }
    above
}

type Wish = BTreeMap<String, String>;

/// A Gateway's annotations hold for every Secret of its namespace that its listeners name. They stand there where all of these
/// come from Ingresses that ask for the same, with the same hosts; otherwise each has its Certificate.
fn orders(listeners: &Listeners<'_>, home: &str) -> Option<(Wish, BTreeSet<IngressId>)> {
    let numbers = listeners.used.keys().filter(|((namespace, _), _)| namespace == home);
    let numbers: BTreeSet<u32> = numbers.map(|((_, number), _)| *number).collect();
    let (mut hosts, mut owners) = (BTreeMap::<&str, BTreeSet<&str>>::new(), BTreeSet::new());
    for ((namespace, _), kind) in listeners.used.keys() {
        let Kind::Host(host) = kind else { continue };
        let Some(certificate) = listeners.certificates.get(host).filter(|_| namespace == home) else {
            continue;
        };
        if certificate.secret.0 == home {
            hosts.entry(&certificate.secret.1).or_default().insert(host);
            owners.insert(certificate.owner?);
        }
    }
    let ingress = |id: &IngressId| listeners.given.manifests.ingress(*id);
    let wishes: BTreeSet<Option<Wish>> = owners.iter().map(|id| wish(ingress(id))).collect();
    let same_hosts = owners.iter().all(|id| lists(ingress(id), &hosts));
    match wishes.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(wish)] if numbers.len() == 1 && same_hosts => Some((wish.clone(), owners)),
        _ => None,
    }
}

/// What an Ingress asks of cert-manager; none where it asks for nothing, or for what a Gateway cannot say.
fn wish(ingress: &Ingress) -> Option<Wish> {
    let all = ingress.annotations.iter().map(|annotation| {
        let name = annotation.name.value.clone();
        (name, annotation.value.value.clone())
    });
    let wish: Wish = all.filter(|(name, _)| name.starts_with("cert-manager.io/")).collect();
    let names_issuer = ["cert-manager.io/issuer", "cert-manager.io/cluster-issuer"]
        .iter()
        .any(|key| wish.get(*key).is_some_and(|value| !value.is_empty()));
    (names_issuer && wish.keys().all(|name| is_read(name))).then_some(wish)
}

fn is_read(name: &str) -> bool {
    READ.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *known,
    })
}

/// Every Secret of the Ingress is one of these, for the same hosts.
fn lists(ingress: &Ingress, hosts: &BTreeMap<&str, BTreeSet<&str>>) -> bool {
    ingress.tls.iter().all(|tls| {
        let wanted: BTreeSet<&str> = tls.hosts.iter().map(|host| host.value.as_str()).collect();
        let secret = tls.secret_name.as_ref().map(|name| name.value.as_str());
        secret.and_then(|secret| hosts.get(secret)) == Some(&wanted)
    })
}

/// The target that all Ingresses name whose routes hang there.
fn target(listeners: &Listeners<'_>, home: &str, from: &[IngressId]) -> Option<(String, Value)> {
    let ingresses = from.iter().map(|id| listeners.given.manifests.ingress(*id));
    let of_home = ingresses.filter(|ingress| listeners.home(&ingress.namespace) == home);
    let targets: BTreeSet<Option<(String, String)>> = of_home.map(external_dns::target).collect();
    match targets.into_iter().collect::<Vec<_>>().as_slice() {
        [Some((name, value))] => Some((name.clone(), json!(value))),
        _ => None,
    }
}

//! Which listener of which Gateway a route hangs on: `http` for all of plain http, one for each host that has a certificate of its
//! own, and `https` for the others.
use super::certificates::{self, Certificates, Secret, hostname};
use super::own::Own;
use super::spread::spread;
use crate::effective::HostName;
use crate::model::{Gateway, Listener};
use crate::plan::Per;
use crate::plan::branch::Entries;
use crate::plan::host::{Given, HostPlan};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// API group of Gateways and routes.
pub(crate) const GATEWAY_API: &str = "gateway.networking.k8s.io/v1";

/// A Gateway that is to be: its namespace and its number.
pub(crate) type Key = (String, u32);

/// A listener of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Plain http of every host.
    Http,
    /// https of hosts without a certificate of their own.
    Https,
    /// https of this host.
    Host(String),
    /// TLS of this host goes through to its backend.
    Passthrough(String),
}

impl Kind {
    /// `http`, `https`, `https-shop.example.org`. A wildcard begins otherwise, so that no host can have its name.
    pub(crate) fn name(&self) -> String {
        match self {
            Kind::Http => "http".into(),
            Kind::Https => "https".into(),
            Kind::Host(host) => match host.strip_prefix("*.") {
                Some(rest) => format!("wildcard-{rest}"),
                None => format!("https-{host}"),
            },
            Kind::Passthrough(host) => format!("tls-{host}"),
        }
    }

    pub(crate) fn protocol(&self) -> &'static str {
        match self {
            Kind::Http => "HTTP",
            Kind::Https | Kind::Host(_) => "HTTPS",
            Kind::Passthrough(_) => "TLS",
        }
    }

    pub(crate) fn hostname(&self) -> Option<&str> {
        match self {
            Kind::Http | Kind::Https => None,
            Kind::Host(host) | Kind::Passthrough(host) => Some(host),
        }
    }
}

/// What routes hang on. Only what was asked for is written.
#[derive(Debug)]
pub(crate) struct Listeners<'a> {
    pub(crate) given: Given<'a>,
    pub(crate) certificates: Certificates,
    /// Where the one Gateway of all namespaces stands; none where each has its own.
    shared: Option<String>,
    numbers: BTreeMap<(String, String), u32>,
    /// Namespaces of the routes of each listener.
    pub(crate) used: BTreeMap<(Key, Kind), BTreeSet<String>>,
    /// Hosts whose https nothing serves, since there is no certificate at all.
    pub(crate) unserved: BTreeSet<HostName>,
}

impl<'a> Listeners<'a> {
    pub(crate) fn new(given: Given<'a>, hosts: &[HostPlan<'_>], own: &[Own]) -> Self {
        let mut listeners = Listeners {
            given,
            certificates: certificates::of_hosts(hosts, own),
            shared: home(given, hosts, own),
            numbers: BTreeMap::new(),
            used: BTreeMap::new(),
            unserved: BTreeSet::new(),
        };
        listeners.numbers = listeners.numbered(hosts, own);
        listeners
    }

    /// The Gateway of each host's listener, by namespace and host.
    fn numbered(&self, hosts: &[HostPlan<'_>], own: &[Own]) -> BTreeMap<(String, String), u32> {
        let mut of_homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for plan in hosts {
            let members = plan.members();
            let namespaces = members.iter().map(|id| &self.given.manifests.ingress(*id).namespace);
            let homes: BTreeSet<&str> = namespaces.map(|namespace| self.home(namespace)).collect();
            let www = plan.host.www.as_ref().map(|www| www.from.clone());
            let names: Vec<String> = plan.names.iter().filter_map(hostname).chain(www).collect();
            let passes = plan.host.passthrough.is_some();
            let own = names
                .iter()
                .filter(|name| passes || self.certificates.contains_key(*name));
            let own: Vec<&String> = own.collect();
            for home in homes {
                let of_home = of_homes.entry(home.to_owned()).or_default();
                of_home.extend(own.iter().map(|name| (*name).clone()));
            }
        }
        for one in own {
            let name = hostname(&one.name).filter(|name| one.passes || self.certificates.contains_key(name));
            for namespace in &one.namespaces {
                let of_home = of_homes.entry(self.home(namespace).to_owned()).or_default();
                of_home.extend(name.clone());
            }
        }
        let mut numbers = BTreeMap::new();
        for (home, names) in of_homes {
            for (name, number) in spread(names.iter().map(String::as_str)) {
                numbers.insert((home.clone(), name), number);
            }
        }
        numbers
    }

    /// The namespace of the Gateway that serves the routes of a namespace.
    pub(crate) fn home<'n>(&'n self, namespace: &'n str) -> &'n str {
        self.shared.as_deref().unwrap_or(namespace)
    }

    /// The parentRefs of a route for these hosts; empty where nothing listens for them.
    pub(crate) fn parents(&mut self, names: &[HostName], entries: Entries, route_namespace: &str) -> Vec<Value> {
        let mut kinds = BTreeSet::new();
        if entries != Entries::Websecure {
            kinds.insert(Kind::Http);
        }
        if entries != Entries::Web {
            kinds.extend(names.iter().filter_map(|name| self.https(name, route_namespace)));
        }
        kinds
            .into_iter()
            .map(|kind| self.parent(kind, route_namespace))
            .collect()
    }

    /// The most specific listener wins, whoever implements it: a host below a wildcard that has a listener belongs there
    /// (gateway-api:apis/v1/gateway_types.go Listener.hostname).
    fn https(&mut self, name: &HostName, route_namespace: &str) -> Option<Kind> {
        let own = hostname(name).and_then(|host| {
            let below = |known: &&String| known.strip_prefix('*').is_some_and(|rest| host.ends_with(rest));
            let exact = self.certificates.get_key_value(&host).map(|(host, _)| host);
            exact.or_else(|| self.certificates.keys().filter(below).max_by_key(|known| known.len()))
        });
        if let Some(host) = own {
            return Some(Kind::Host(host.clone()));
        }
        if self.given.options.gateway.existing || self.default_certificate(self.home(route_namespace)).is_some() {
            return Some(Kind::Https);
        }
        self.unserved.insert(name.clone());
        None
    }

    /// Nothing but this host's routes hangs on the listener that it has.
    pub(crate) fn is_own(&self, name: &HostName) -> bool {
        let named = hostname(name).is_some_and(|host| self.certificates.contains_key(&host));
        let kind = hostname(name).map(Kind::Host);
        let of_inputs = || {
            let port = kind.as_ref().map(|kind| self.port(kind));
            let gateways = self.given.manifests.gateways.iter();
            let mut all = gateways.flat_map(|gateway| &gateway.listeners);
            all.any(|listener| Some(listener.port) == port)
        };
        named && !self.given.options.gateway.existing && !of_inputs()
    }

    pub(crate) fn default_certificate(&self, home: &str) -> Option<Secret> {
        certificates::default(self.given, &self.certificates, home)
    }

    /// A reference to this listener, which is made where none of the inputs' Gateways has it.
    pub(crate) fn parent(&mut self, kind: Kind, route_namespace: &str) -> Value {
        let settings = &self.given.options.gateway;
        let home = self.home(route_namespace).to_owned();
        if settings.existing {
            let section = if kind == Kind::Http { "http" } else { "https" };
            return reference(&settings.name, &home, section, route_namespace);
        }
        if let Some((gateway, listener)) = self.known(&kind, route_namespace) {
            return reference(&gateway.name, &gateway.namespace, &listener.name, route_namespace);
        }
        let host = kind.hostname().unwrap_or("").to_owned();
        let number = self.numbers.get(&(home.clone(), host)).copied().unwrap_or(1);
        let value = reference(&self.name(&home, number), &home, &kind.name(), route_namespace);
        let namespaces = self.used.entry(((home, number), kind)).or_default();
        namespaces.insert(route_namespace.to_owned());
        value
    }

    /// A listener of a Gateway among the inputs.
    fn known(&self, kind: &Kind, route_namespace: &str) -> Option<(&'a Gateway, &'a Listener)> {
        let class = &self.given.options.gateway.class;
        let port = self.port(kind);
        let gateways = self
            .given
            .manifests
            .gateways
            .iter()
            .filter(|gateway| gateway.class == *class);
        let mut all = gateways.flat_map(|gateway| gateway.listeners.iter().map(move |listener| (gateway, listener)));
        all.find(|(gateway, listener)| {
            listener.port == port
                && listener.protocol == kind.protocol()
                && listener.hostname.as_deref() == kind.hostname()
                && listener.allowed.admits(route_namespace, &gateway.namespace)
        })
    }

    /// Of the entryPoint that listens there.
    pub(crate) fn port(&self, kind: &Kind) -> u16 {
        let installation = &self.given.options.installation;
        match kind {
            Kind::Http => installation.web.port,
            Kind::Https | Kind::Host(_) | Kind::Passthrough(_) => installation.websecure.port,
        }
    }

    /// The name of a Gateway that is to be. One of the inputs keeps its name.
    pub(crate) fn name(&self, home: &str, number: u32) -> String {
        let wanted = &self.given.options.gateway.name;
        let of_home = self
            .given
            .manifests
            .gateways
            .iter()
            .filter(|known| known.namespace == home);
        let taken: BTreeSet<&str> = of_home.map(|gateway| gateway.name.as_str()).collect();
        let is_taken = |base: &str| {
            taken
                .iter()
                .any(|name| *name == base || name.starts_with(&format!("{base}-")))
        };
        let mut base = wanted.clone();
        while is_taken(&base) {
            base += "-more";
        }
        match number {
            1 => base,
            _ => format!("{base}-{number}"),
        }
    }
}

fn reference(name: &str, home: &str, section: &str, route_namespace: &str) -> Value {
    match home == route_namespace {
        true => json!({"name": name, "sectionName": section}),
        false => json!({"name": name, "namespace": home, "sectionName": section}),
    }
}

/// The namespace of the Gateway: the profile's, that of all Ingresses where they share one, else where Traefik usually is.
fn home(given: Given<'_>, hosts: &[HostPlan<'_>], own: &[Own]) -> Option<String> {
    let settings = &given.options.gateway;
    if settings.per == Per::Namespace {
        return None;
    }
    let members = hosts.iter().flat_map(HostPlan::members);
    let of_own = own.iter().flat_map(|own| &own.namespaces);
    let namespaces: BTreeSet<&String> = members
        .map(|id| &given.manifests.ingress(id).namespace)
        .chain(of_own)
        .collect();
    let only = match namespaces.len() {
        1 => namespaces.first().map(|only| (*only).clone()),
        _ => None,
    };
    settings.namespace.clone().or(only).or_else(|| Some("traefik".into()))
}

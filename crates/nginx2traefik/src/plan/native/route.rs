//! The routers of an IngressRoute (traefik:pkg/provider/kubernetes/crd/kubernetes_http.go).
use super::places::{Listens, listens};
use super::{Object, Routed, Stay, chain, rows, service};
use crate::finding::{Fidelity, Finding};
use crate::model::traefik::rule::parse;
use crate::model::{Ingress, IngressId, TraefikRoute};
use crate::plan::branch::{Entries, Target};
use crate::plan::host::Given;
use crate::plan::{Collected, Middleware};
use crate::source::Span;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Spec {
    entry_points: Vec<String>,
    routes: Vec<Route>,
    tls: Option<Tls>,
    parent_refs: Vec<Value>,
    #[serde(rename = "ingressClassName")]
    _class: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Route {
    #[serde(rename = "match")]
    rule: String,
    #[serde(rename = "kind")]
    _kind: Option<String>,
    priority: i64,
    syntax: Option<String>,
    middlewares: Vec<Named>,
    services: Vec<Map<String, Value>>,
    observability: Option<Map<String, Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Named {
    name: String,
    namespace: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Tls {
    secret_name: Option<String>,
    options: Option<Named>,
    store: Option<Named>,
    cert_resolver: Option<String>,
    domains: Option<Vec<Value>>,
}

/// Reads one.
pub(super) fn read(given: Given<'_>, id: IngressId, route: &TraefikRoute, collected: &mut Collected) -> Object {
    let ingress = given.manifests.ingress(id);
    let mut object = Object::default();
    let own = ingress.name.span;
    let spec: Spec = match serde_json::from_value(route.spec.clone()) {
        Ok(spec) => spec,
        Err(error) => {
            object.stay(Stay::new(own, format!("its spec has what is not known here: {error}")));
            object.hosts = mentioned(&route.spec);
            return object;
        }
    };
    if let Some(reason) = spec.reason() {
        object.stay(Stay::new(route.tls.unwrap_or(own), reason));
    }
    let listens = match listens(given, &spec.entry_points, spec.tls.is_some(), own) {
        Ok(listens) => Some(listens),
        Err(stay) => {
            object.stay(stay);
            None
        }
    };
    if listens == Some(Listens::Elsewhere) && spec.parent_refs.is_empty() {
        object.stay(Stay::new(own, "none of its entryPoints has a listener of a Gateway"));
        return object;
    }
    for (at, one) in spec.routes.iter().enumerate() {
        let place = route.routes.get(at).copied().unwrap_or(own);
        let reading = Reading { given, id, place };
        match reading.one(one, listens.as_ref(), &mut object, collected) {
            Ok(routed) => object.routers.extend(routed),
            Err(stay) => object.stay(stay),
        }
    }
    certificates(ingress, spec.tls.as_ref(), &mut object);
    object
}

/// The Secret of `tls`, for all of its hosts.
fn certificates(ingress: &Ingress, tls: Option<&Tls>, object: &mut Object) {
    object.hosts.sort();
    object.hosts.dedup();
    let named = tls.and_then(|tls| tls.secret_name.clone());
    if let Some(secret) = named.filter(|name| !name.is_empty()) {
        let names = (ingress.namespace.clone(), secret);
        object.certificates = object.hosts.iter().map(|host| (host.clone(), names.clone())).collect();
    }
}

const PARENTS: &str = "a Gateway knows no routes below other routes (parentRefs)";

impl Spec {
    /// What of the whole no Gateway says.
    fn reason(&self) -> Option<&'static str> {
        match self.parent_refs.is_empty() {
            true => tls_reason(self.tls.as_ref()),
            false => Some(PARENTS),
        }
    }
}

impl Route {
    /// What of it no HTTPRoute says.
    fn reason(&self) -> Option<&'static str> {
        let other = |syntax: &str| syntax != "v3" && syntax != "default";
        if self.syntax.as_deref().is_some_and(other) {
            return Some("its rule has the syntax of Traefik 2");
        }
        let observed = self.observability.as_ref().is_some_and(|o| !o.is_empty());
        observed.then_some("no HTTPRoute has logs, metrics or traces of its own")
    }
}

/// What of `tls` no Gateway says.
fn tls_reason(tls: Option<&Tls>) -> Option<&'static str> {
    let tls = tls?;
    let default = |named: &Option<Named>| named.as_ref().is_none_or(|n| n.name == "default" || n.name.is_empty());
    if !default(&tls.options) {
        // recipes/gateway: mtls
        return Some("no Gateway has TLS options: client certificates, versions, ciphers");
    }
    if !default(&tls.store) {
        return Some("no Gateway has stores of certificates");
    }
    let resolver = tls.cert_resolver.as_ref().is_some_and(|name| !name.is_empty());
    if resolver || tls.domains.as_ref().is_some_and(|domains| !domains.is_empty()) {
        return Some("no Gateway asks Traefik's own ACME for certificates: a listener names a Secret");
    }
    None
}

/// Hosts of the rules, as far as they can be found.
fn mentioned(spec: &Value) -> Vec<crate::effective::HostName> {
    let routes = spec.get("routes").and_then(Value::as_array);
    let rules = routes
        .into_iter()
        .flatten()
        .filter_map(|route| route.get("match")?.as_str());
    rules
        .filter_map(|rule| parse(rule).ok())
        .flat_map(|rule| rows::hosts(&rule))
        .collect()
}

struct Reading<'a> {
    given: Given<'a>,
    id: IngressId,
    place: Span,
}

impl Reading<'_> {
    fn stay(&self, reason: impl Into<String>) -> Stay {
        Stay::new(self.place, reason)
    }

    /// None for a router that never answers.
    fn one(
        &self,
        route: &Route,
        listens: Option<&Listens>,
        object: &mut Object,
        collected: &mut Collected,
    ) -> Result<Option<Routed>, Stay> {
        let rule =
            parse(&route.rule).map_err(|error| self.stay(format!("Traefik cannot read `{}`: {error}", route.rule)))?;
        object.hosts.extend(rows::hosts(&rule));
        let priority = match route.priority {
            0 => i64::try_from(route.rule.len()).unwrap_or(i64::MAX),
            written => written,
        };
        object.priority = object.priority.max(priority);
        if let Some(reason) = route.reason() {
            return Err(self.stay(reason));
        }
        let Some(Listens::On(entries)) = listens else {
            return Ok(None);
        };
        if object.stay.is_some() {
            return Ok(None);
        }
        let rows = rows::rows(&rule).map_err(|reason| self.stay(reason))?;
        let mut middlewares = self.chain(route, collected)?;
        let target = service::target(self.given, self.id, &route.services, self.place, collected);
        let target = target.map_err(|reason| self.stay(reason))?;
        if (*entries, &target) == (Entries::Web, &Target::Nothing) {
            self.redirect(&mut middlewares, collected);
        }
        Ok(Some(Routed {
            owner: self.id,
            entries: *entries,
            priority,
            rows,
            chain: middlewares,
            target,
        }))
    }

    /// The Middlewares that are there.
    fn chain(&self, route: &Route, collected: &mut Collected) -> Result<Vec<Middleware>, Stay> {
        let ingress = self.given.manifests.ingress(self.id);
        let mut all = Vec::new();
        for named in &route.middlewares {
            let of = named.namespace.as_deref().filter(|n| !n.is_empty());
            let one = chain::named(
                self.given,
                &ingress.namespace,
                of.unwrap_or(&ingress.namespace),
                &named.name,
            );
            let one = one.map_err(|reason| self.stay(reason))?;
            tell_missing(self.given, ingress, &one, self.place, collected);
            all.push(one);
        }
        Ok(all)
    }

    /// On plain http, where nothing else is behind it.
    fn redirect(&self, chain: &mut [Middleware], collected: &mut Collected) {
        for one in chain {
            one.filter = chain::as_filter(one, self.given.options.installation.version);
            if one.filter.is_some() {
                let message = "The redirect to https is a filter of the route";
                let finding = Finding::note("ssl-redirect", self.place, message)
                    .fidelity(Fidelity::Approximate)
                    .difference("GET is answered 308 instead of 301; every other method is answered 308 as before");
                let ingress = self.given.manifests.ingress(self.id);
                collected.tell(Some(self.id), finding.object(ingress.object()));
            }
        }
    }
}

/// A Middleware that is not among the inputs is referred to, and taken to protect.
pub(super) fn tell_missing(given: Given<'_>, ingress: &Ingress, one: &Middleware, at: Span, collected: &mut Collected) {
    if !chain::is_missing(one, given) {
        return;
    }
    let name = one.existing.as_ref().map_or("", |(_, name)| name.as_str());
    let message = format!("The Middleware {name} is not among the inputs: it is taken to protect what is behind it");
    let finding =
        Finding::note("middleware", at, message).help("Give it with the inputs, so that it can be looked at.");
    collected.tell(None, finding.object(ingress.object()));
}

//! Routers as IngressRoutes: those of one Ingress stand together, apart only where entryPoints or certificates differ.
use super::branch::{Entries, ServiceTarget, Target};
use super::collected::Draft;
use super::context::TRAEFIK_API;
use super::host::Given;
use super::kept;
use super::routers::Router;
use super::tls::Https;
use super::{Collected, IngressId, Middleware};
use crate::model::PortRef;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// One IngressRoute to be.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) routers: Vec<Router>,
    pub(crate) https: Option<Https>,
    /// It stands beside a plain Ingress.
    pub(crate) beside: bool,
}

/// Sorts routers into groups; order of the first of each is kept, web last.
#[derive(Debug, Default)]
pub(crate) struct Groups(Vec<(Entries, Group)>);

impl Groups {
    pub(crate) fn add(&mut self, router: Router, https: &Https, beside: bool) {
        // a certificate or option turns TLS on for all of an IngressRoute, so web needs one of its own
        let special = !matches!(https, Https::Own(tls) if tls.is_empty());
        if router.entries == Entries::Both && special {
            for entries in [Entries::Websecure, Entries::Web] {
                let router = Router {
                    entries,
                    ..router.clone()
                };
                self.add(router, https, beside);
            }
            return;
        }
        let entries = router.entries;
        let https = (entries == Entries::Websecure).then(|| https.clone());
        let same = |(e, g): &&mut (Entries, Group)| *e == entries && g.https == https && g.beside == beside;
        match self.0.iter_mut().find(same) {
            Some((_, group)) => group.routers.push(router),
            None => self.0.push((
                entries,
                Group {
                    routers: vec![router],
                    https,
                    beside,
                },
            )),
        }
    }

    /// Writes IngressRoutes that are not the Ingress's own: `<ingress>-<purpose>`.
    pub(crate) fn write_as(self, given: Given<'_>, owner: IngressId, purpose: &str, collected: &mut Collected) {
        for (entries, group) in self.0 {
            let wanted = format!("{}-{purpose}", given.manifests.ingress(owner).name.value);
            let metadata = Map::new();
            write(
                given,
                entries,
                group,
                Wanted {
                    owner,
                    name: &wanted,
                    metadata,
                },
                collected,
            );
        }
    }

    /// Writes the IngressRoutes of one Ingress.
    pub(crate) fn write(mut self, given: Given<'_>, owner: IngressId, collected: &mut Collected) {
        self.0.sort_by_key(|(entries, _)| *entries == Entries::Web);
        let several = self.0.len() > 1;
        for (at, (entries, group)) in self.0.into_iter().enumerate() {
            let name = &given.manifests.ingress(owner).name.value;
            let wanted = match (entries, group.beside) {
                (Entries::Web, _) if several || group.beside => format!("{name}-http"),
                (_, true) if group.routers.iter().any(|router| router.written) => format!("{name}-conditions"),
                (_, true) => format!("{name}-unmatched"),
                _ => name.clone(),
            };
            let metadata = match (group.beside, at) {
                (true, _) => Map::new(),
                (false, 0) => kept::metadata(given, given.manifests.ingress(owner)),
                // what other tools read is said once
                (false, _) => kept::labels(given.manifests.ingress(owner)),
            };
            write(
                given,
                entries,
                group,
                Wanted {
                    owner,
                    name: &wanted,
                    metadata,
                },
                collected,
            );
        }
    }
}

/// How an IngressRoute is to be called.
struct Wanted<'a> {
    owner: IngressId,
    name: &'a str,
    metadata: Map<String, Value>,
}

fn write(given: Given<'_>, entries: Entries, group: Group, wanted: Wanted<'_>, collected: &mut Collected) {
    let owner = wanted.owner;
    let ingress = given.manifests.ingress(owner);
    let mut from = vec![owner];
    let mut routes = Vec::new();
    let mut rules = BTreeSet::new();
    for router in &group.routers {
        from.extend(&router.canaries);
        let mut rule = router.rule();
        // Traefik names a router after its rule: of two equal ones in an IngressRoute the first is lost
        // (traefik:pkg/provider/kubernetes/crd/kubernetes.go:1530, "Name collision")
        while !rules.insert(rule.clone()) {
            rule.push_str(" && PathPrefix(`/`)");
        }
        routes.push(route(given, router, rule, collected));
    }
    let mut spec = place(given, entries, group.https.as_ref(), &ingress.namespace);
    spec.insert("routes".into(), Value::Array(routes));
    if let Some(Https::Own(tls)) = group.https {
        spec.insert("tls".into(), Value::Object(tls));
    }
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "IngressRoute",
        namespace: &ingress.namespace,
        wanted: wanted.name,
        metadata: wanted.metadata,
        body: Map::from_iter([("spec".to_owned(), Value::Object(spec))]),
    };
    from.sort();
    from.dedup();
    collected.object(&from, draft, "");
}

/// Where the routes listen.
fn place(given: Given<'_>, entries: Entries, https: Option<&Https>, namespace: &str) -> Map<String, Value> {
    let installation = &given.options.installation;
    let (key, value) = match (entries, https) {
        (Entries::Both, _) => return Map::new(),
        (Entries::Websecure, Some(Https::Below(of, name))) if of == namespace => {
            ("parentRefs", json!([{"name": name}]))
        }
        (Entries::Websecure, Some(Https::Below(of, name))) => ("parentRefs", json!([{"name": name, "namespace": of}])),
        (Entries::Web, _) => ("entryPoints", json!([installation.web.name])),
        (Entries::Websecure, _) => ("entryPoints", json!([installation.websecure.name])),
    };
    Map::from_iter([(key.to_owned(), value)])
}

fn route(given: Given<'_>, router: &Router, rule: String, collected: &mut Collected) -> Value {
    let mut route = Map::from_iter([("match".to_owned(), json!(rule)), ("kind".to_owned(), json!("Rule"))]);
    route.extend(router.priority.map(|priority| ("priority".to_owned(), json!(priority))));
    let names = chain(given, router.owner, &router.chain, collected);
    if !names.is_empty() {
        let references: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
        route.insert("middlewares".into(), Value::Array(references));
    }
    let mut service = |target: &ServiceTarget, weight| service(given, router.owner, target, weight, collected);
    let services = match &router.target {
        Target::Nothing => vec![json!({"kind": "TraefikService", "name": "noop@internal"})],
        Target::Composed(name) => vec![json!({"kind": "TraefikService", "name": name})],
        Target::Service(target) => vec![service(target, None)],
        Target::Weighted { services, sticky } => {
            let children: Vec<_> = services.iter().map(|(s, weight)| service(s, Some(*weight))).collect();
            weighted(given, router.owner, children, sticky.as_ref(), collected)
        }
    };
    route.insert("services".into(), Value::Array(services));
    Value::Object(route)
}

/// The names of a chain's Middlewares, in order.
pub(crate) fn chain(
    given: Given<'_>,
    owner: IngressId,
    chain: &[Middleware],
    collected: &mut Collected,
) -> Vec<String> {
    let ingress = given.manifests.ingress(owner);
    let mut names = Vec::new();
    for middleware in chain {
        names.push(middleware.intern(collected, &[owner], &ingress.namespace, &ingress.name.value));
    }
    names
}

fn weighted(
    given: Given<'_>,
    owner: IngressId,
    children: Vec<Value>,
    sticky: Option<&Value>,
    collected: &mut Collected,
) -> Vec<Value> {
    let Some(sticky) = sticky else { return children };
    let ingress = given.manifests.ingress(owner);
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "TraefikService",
        namespace: &ingress.namespace,
        wanted: &format!("{}-split", ingress.name.value),
        metadata: Map::new(),
        body: Map::from_iter([(
            "spec".to_owned(),
            json!({"weighted": {"services": children, "sticky": sticky}}),
        )]),
    };
    let name = collected.object(&[owner], draft, "");
    vec![json!({"kind": "TraefikService", "name": name})]
}

pub(crate) fn service(
    given: Given<'_>,
    owner: IngressId,
    target: &ServiceTarget,
    weight: Option<u64>,
    collected: &mut Collected,
) -> Value {
    let mut service = Map::from_iter([("name".to_owned(), json!(target.service.name))]);
    let port = match &target.service.port {
        PortRef::Number(number) => json!(number),
        PortRef::Name(name) => json!(name),
    };
    service.insert("port".into(), port);
    let mut put = |key: &str, value: Option<Value>| {
        service.extend(value.map(|value| (key.to_owned(), value)));
    };
    put("weight", weight.map(|w| json!(w)));
    put("scheme", target.scheme.as_ref().map(|s| json!(s)));
    put("passHostHeader", target.own_host.then(|| json!(false)));
    put("nativeLB", target.native_lb.then(|| json!(true)));
    put("strategy", target.strategy.as_ref().map(|s| json!(s)));
    put("sticky", target.sticky.clone());
    let transport = target.transport.as_ref();
    let transport = transport.map(|spec| json!(transport_name(given, owner, target, spec, collected)));
    put("serversTransport", transport);
    service.extend(target.more.clone());
    Value::Object(service)
}

fn transport_name(
    given: Given<'_>,
    owner: IngressId,
    target: &ServiceTarget,
    spec: &Value,
    collected: &mut Collected,
) -> String {
    let ingress = given.manifests.ingress(owner);
    let draft = Draft {
        api_version: TRAEFIK_API,
        kind: "ServersTransport",
        namespace: &target.service.namespace,
        wanted: &ingress.name.value,
        metadata: Map::new(),
        body: Map::from_iter([("spec".to_owned(), spec.clone())]),
    };
    collected.object(&[owner], draft, "")
}

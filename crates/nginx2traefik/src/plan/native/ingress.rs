//! The routers of an Ingress of Traefik's class (traefik:pkg/provider/kubernetes/ingress/kubernetes.go).
use super::annotations::{self, PREFIX};
use super::places::{Listens, listens};
use super::rows::{Row, named, prefix, regex};
use super::{Object, Routed, Stay, chain, service};
use crate::effective::HostName;
use crate::model::{At, Ingress, IngressBackend, IngressId, IngressPath, PathType, PortRef};
use crate::plan::branch::Target;
use crate::plan::host::Given;
use crate::plan::overlap::plain_priority;
use crate::plan::rule::PathMatch;
use crate::plan::{Collected, Middleware};

/// What the annotations say of all paths.
struct Router {
    listens: Listens,
    priority: Option<i64>,
    /// `router.pathmatcher`
    matcher: Option<At<String>>,
    chain: Vec<Middleware>,
}

/// Reads one.
pub(super) fn read(given: Given<'_>, id: IngressId, collected: &mut Collected) -> Object {
    let ingress = given.manifests.ingress(id);
    let mut object = Object::default();
    let router = match router(given, ingress, collected) {
        Ok(router) => Some(router),
        Err(stay) => {
            object.stay(stay);
            None
        }
    };
    for rule in &ingress.rules {
        let host = rule.host.as_ref().filter(|h| !h.value.is_empty());
        let host = host.map_or(HostName::CatchAll, |h| named(&h.value));
        object.hosts.push(host.clone());
        for path in &rule.paths {
            let Some(router) = &router else { continue };
            match one(given, id, router, &host, path) {
                Ok(routed) => object.routers.extend(routed),
                Err(stay) => object.stay(stay),
            }
        }
    }
    if let (true, Some(backend), Some(router)) = (ingress.rules.is_empty(), &ingress.default_backend, &router) {
        object.hosts.push(HostName::CatchAll);
        match default_backend(given, id, router, backend) {
            Ok(routed) => object.routers.extend(routed),
            Err(stay) => object.stay(stay),
        }
    }
    if object.routers.is_empty() {
        let reason = "it has no route for the entryPoints that Gateways have";
        object.stay(Stay::new(ingress.name.span, reason));
    }
    object.priority = object.routers.iter().map(|r| r.priority).max().unwrap_or(0);
    object.certificates = certificates(ingress, &object.hosts);
    object
}

/// Secrets of spec.tls; without hosts it may be any.
fn certificates(ingress: &Ingress, hosts: &[HostName]) -> Vec<(HostName, (String, String))> {
    let mut all = Vec::new();
    for tls in &ingress.tls {
        let Some(secret) = tls.secret_name.as_ref().filter(|s| !s.value.is_empty()) else {
            continue;
        };
        let listed: Vec<HostName> = tls.hosts.iter().map(|host| named(&host.value)).collect();
        let of = if listed.is_empty() { hosts } else { &listed };
        let names = (ingress.namespace.clone(), secret.value.clone());
        all.extend(of.iter().map(|host| (host.clone(), names.clone())));
    }
    all
}

fn router(given: Given<'_>, ingress: &Ingress, collected: &mut Collected) -> Result<Router, Stay> {
    let mut router = Router {
        listens: Listens::Elsewhere,
        priority: None,
        matcher: None,
        chain: Vec::new(),
    };
    let mut entry_points = Vec::new();
    let mut tls = false;
    let mut place = ingress.name.span;
    for annotation in &ingress.annotations {
        let name = annotation.name.value.to_ascii_lowercase();
        let Some(key) = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("router.")) else {
            continue;
        };
        let (text, span) = (annotation.value.value.trim(), annotation.value.span);
        match key {
            "entrypoints" => {
                place = span;
                entry_points = list(text);
            }
            "tls" => tls = text == "true",
            "priority" => router.priority = text.parse().ok().filter(|priority| *priority != 0),
            "pathmatcher" => router.matcher = Some(annotation.value.clone()),
            "middlewares" => router.chain = middlewares(given, ingress, &annotation.value, collected)?,
            "rulesyntax" if text == "v3" || text == "default" => {}
            "tls.options" if text.is_empty() => {}
            _ => {
                let reason = format!("no HTTPRoute says {}", annotation.name.value);
                return Err(Stay::new(span, reason));
            }
        }
    }
    router.listens = listens(given, &entry_points, tls, place)?;
    Ok(router)
}

/// The Middlewares that are there.
fn middlewares(
    given: Given<'_>,
    ingress: &Ingress,
    written: &At<String>,
    collected: &mut Collected,
) -> Result<Vec<Middleware>, Stay> {
    let mut all = Vec::new();
    for name in list(&written.value) {
        let one = chain::of_annotation(given, &ingress.namespace, &name);
        let one = one.map_err(|reason| Stay::new(written.span, reason))?;
        super::route::tell_missing(given, ingress, &one, written.span, collected);
        all.push(one);
    }
    Ok(all)
}

fn list(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

fn one(
    given: Given<'_>,
    id: IngressId,
    router: &Router,
    host: &HostName,
    path: &IngressPath,
) -> Result<Option<Routed>, Stay> {
    let Listens::On(entries) = router.listens else {
        return Ok(None);
    };
    let Some(target) = target(given, id, &path.backend)? else {
        return Ok(None);
    };
    let (matched, length) = path_match(given, router, host, path)?;
    Ok(Some(Routed {
        owner: id,
        entries,
        priority: router.priority.unwrap_or(length),
        rows: vec![Row {
            host: host.clone(),
            path: matched,
            conditions: Vec::new(),
        }],
        chain: router.chain.clone(),
        target,
    }))
}

/// The lowest of all.
fn default_backend(
    given: Given<'_>,
    id: IngressId,
    router: &Router,
    backend: &IngressBackend,
) -> Result<Option<Routed>, Stay> {
    let Listens::On(entries) = router.listens else {
        return Ok(None);
    };
    let target = target(given, id, backend)?;
    Ok(target.map(|target| Routed {
        owner: id,
        entries,
        priority: i64::from(i32::MIN),
        rows: vec![Row {
            host: HostName::CatchAll,
            path: PathMatch::All,
            conditions: Vec::new(),
        }],
        chain: router.chain.clone(),
        target,
    }))
}

/// The path, and how long the rule is that Traefik makes of it.
fn path_match(
    given: Given<'_>,
    router: &Router,
    host: &HostName,
    path: &IngressPath,
) -> Result<(PathMatch, i64), Stay> {
    let text = path.path.as_ref().map_or("", |path| path.value.as_str());
    let strict = given.options.installation.providers.strict_prefix_matching;
    let stay = |reason: String| Stay::new(path.span, reason);
    let found = match path.path_type.as_ref().map(|kind| kind.value) {
        _ if text.is_empty() => PathMatch::All,
        Some(PathType::Exact) => PathMatch::Exact(text.to_owned()),
        Some(PathType::Prefix) if strict => match text.trim_end_matches('/') {
            "" => PathMatch::All,
            text => PathMatch::Prefix(text.to_owned()),
        },
        Some(PathType::Prefix) => prefix(text),
        _ => match router.matcher.as_ref().map(|m| m.value.trim()) {
            None | Some("PathPrefix") => prefix(text),
            Some("Path") => PathMatch::Exact(text.to_owned()),
            Some("PathRegexp") => PathMatch::Regex(regex(text).map_err(stay)?),
            Some(other) => return Err(stay(format!("router.pathmatcher says {other}"))),
        },
    };
    let length = match &found {
        // written as PathPrefix
        PathMatch::Regex(_) if router.matcher.is_none() => {
            plain_priority(host, &PathMatch::All) + text.len().saturating_sub(1)
        }
        found => plain_priority(host, found),
    };
    Ok((found, i64::try_from(length).unwrap_or(i64::MAX)))
}

/// None for a `resource`, which Traefik skips.
fn target(given: Given<'_>, id: IngressId, backend: &IngressBackend) -> Result<Option<Target>, Stay> {
    let (Some(name), Some(port)) = (&backend.service, &backend.port) else {
        return Ok(None);
    };
    let namespace = &given.manifests.ingress(id).namespace;
    let more = match given.manifests.service(namespace, &name.value) {
        Some(service) => annotations::fields(given, service).map_err(|reason| Stay::new(name.span, reason))?,
        None => Default::default(),
    };
    let port: PortRef = port.value.clone();
    let target = service::spoken_to(given, (namespace, &name.value), port, more, backend.span);
    Ok(Some(Target::Service(Box::new(target))))
}

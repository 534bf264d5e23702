//! A host whose https is all gRPC, as a GRPCRoute: it speaks h2c to a Service by itself, where an HTTPRoute needs a TraefikService
//! (traefik:pkg/provider/kubernetes/gateway/grpcroute.go).
//!
//! Traefik 3.7.15 takes no HTTPRoute beside a GRPCRoute on one listener for hosts that both have: it leaves out the younger
//! (recipes/gateway: grpc). So the listener has to be the host's own, and all of it one rule.
use super::backend::plain_port;
use super::filters;
use super::http_route::{Route, Routes, Rule};
use super::listeners::Listeners;
use super::path::Form;
use crate::effective::HostName;
use crate::model::PortRef;
use crate::plan::Collected;
use crate::plan::branch::{Entries, ServiceTarget, Target};
use crate::plan::host::Given;
use serde_json::{Map, Value, json};

/// The port of the one Service, where the host's https is a GRPCRoute.
pub(super) fn of(routes: &Routes, listeners: &Listeners<'_>) -> Option<u16> {
    let own = |name: &HostName| matches!(name, HostName::Exact(_)) && listeners.is_own(name);
    if !routes.names.iter().all(own) {
        return None;
    }
    let mut secure = routes.routes.iter().filter(|route| route.entries != Entries::Web);
    let route = secure
        .next()
        .filter(|route| route.entries == Entries::Websecure && secure.next().is_none())?;
    only_rule(route).and_then(|rule| port(listeners.given, rule))
}

/// The one rule, which takes every request; a guard below another rule is none.
fn only_rule(route: &Route) -> Option<&Rule> {
    let [rule] = route.rules.as_slice() else { return None };
    let [one] = rule.step.row.matches.as_slice() else {
        return None;
    };
    let all = rule.forms == [Form::Prefix("/".into())]
        && one.method.is_none()
        && one.headers.is_empty()
        && one.query.is_empty();
    (all && !rule.step.guard).then_some(rule)
}

fn port(given: Given<'_>, rule: &Rule) -> Option<u16> {
    let (router, manifests) = (&rule.step.row.router, given.manifests);
    let Target::Service(target) = &router.target else {
        return None;
    };
    // Traefik knows two kinds of filters there: Middlewares, and headers for the backend
    let other = |filter: Value| filter["type"] != "RequestHeaderModifier";
    let mut filters = router
        .chain
        .iter()
        .filter_map(|middleware| filters::one(given, middleware));
    if filters.any(other) || !speaks_h2c(target) {
        return None;
    }
    let service = manifests.service(&target.service.namespace, &target.service.name)?;
    let port = service.ports.iter().find(|known| match &target.service.port {
        PortRef::Number(number) => known.port == *number,
        PortRef::Name(name) => known.name.as_ref() == Some(name),
    })?;
    // any other is refused (getGRPCServiceProtocol), so that the Service has to be among the inputs
    let h2c = port
        .app_protocol
        .as_ref()
        .is_none_or(|protocol| protocol.eq_ignore_ascii_case("kubernetes.io/h2c"));
    plain_port(manifests, &ServiceTarget::new(target.service.clone())).filter(|_| h2c)
}

/// And nothing else is said of the way to it. The user's own IngressRoute says it among `more`.
fn speaks_h2c(target: &ServiceTarget) -> bool {
    let plain = ServiceTarget::new(target.service.clone());
    let own = Map::from_iter([("scheme".to_owned(), json!("h2c"))]);
    let written = ServiceTarget {
        scheme: Some("h2c".into()),
        ..plain.clone()
    };
    *target == written || *target == ServiceTarget { more: own, ..plain }
}

/// The rule, which takes every call.
pub(super) fn rule(given: Given<'_>, rule: &Rule, port: u16, collected: &mut Collected) -> Value {
    let router = &rule.step.row.router;
    let filters = filters::of(given, router.owner, &router.chain, collected);
    let mut value = json!({});
    if !filters.is_empty() {
        value["filters"] = json!(filters);
    }
    if let Target::Service(target) = &router.target {
        value["backendRefs"] = json!([{"name": target.service.name, "port": port}]);
    }
    value
}

//! The same routers as Gateway API objects: HTTPRoutes with Traefik's Middlewares as ExtensionRefs.
pub(crate) mod backend;
mod certificates;
mod expand;
mod filters;
mod gateways;
mod grpc_route;
mod guard;
mod hosts;
mod http_route;
mod listeners;
pub(crate) mod order;
mod own;
mod path;
mod policy;
pub(crate) mod portable;
mod relied;
mod said;
mod shim;
mod spread;
mod tls_route;

use super::decide::Decision;
use super::host::{Given, HostPlan};
use super::routers::routers;
use super::{Collected, IngressId, build, certificate, external_dns, native, www};
use backend::Backends;
use hosts::{Server, is_wide};
use http_route::Writer;
use listeners::Listeners;

/// Above every priority that an HTTPRoute can have: an expression of 1024 characters, a method, and 16 headers and parameters.
const ABOVE_ALL: usize = 1_000_000;

/// Writes the objects of every host. A host that no HTTPRoute can say stays with IngressRoutes as a whole.
pub(crate) fn write(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &mut Decision, collected: &mut Collected) {
    let mut native = native::read(given, collected);
    let refused = collected.blocked();
    native.keep(given, &refused);
    tls_route::keep(given, hosts, &mut native);
    let placed = own::place(given, &servers(given, hosts, decision), &mut native);
    native::tell(given, &native.objects, &refused, collected);
    decision.add_native(&native);
    let decision = &*decision;
    let mut listeners = Listeners::new(given, hosts, &own::served(given, &native));
    let backends = Backends {
        given,
        children: &placed.children,
        policies: &policy::Policies::of(given, &placed.routes),
    };
    let mut writer = Writer {
        backends,
        listeners: &mut listeners,
    };
    for routes in placed.routes.iter().flatten() {
        writer.write(routes, collected);
    }
    tls_route::write(&mut listeners, hosts, &native, decision, collected);
    own::tell(&listeners, &native, collected);
    own::tell_mixed(given, &native, &placed.mixed, collected);
    keep(given, hosts, &placed.servers[..hosts.len()], decision, collected);
    for (plan, server) in hosts.iter().zip(&placed.servers) {
        if let Some(router) = server.routers.first().filter(|_| server.kept.is_none()) {
            hosts::tell_labels(given, plan, router.owner, collected);
        }
        www::tell_of(given, plan, decision, collected);
    }
    above(&listeners, hosts, decision, collected);
    portable::tell(given, collected);
    relied::on(given, &placed.servers, decision, collected);
}

/// Gateways, and what other tools read on them.
fn above(listeners: &Listeners<'_>, hosts: &[HostPlan<'_>], decision: &Decision, collected: &mut Collected) {
    let given = listeners.given;
    let from: Vec<IngressId> = decision.routed.difference(&decision.blocked).copied().collect();
    let above = shim::above(listeners, &from);
    gateways::write(listeners, &above.annotations, &from, collected);
    gateways::tell_unserved(listeners, hosts, &from, collected);
    certificate::write(given, decision, &above.ordered, collected);
    for id in &from {
        let on_gateway = above.has_target(listeners, given.manifests.ingress(*id));
        external_dns::tell(given, *id, on_gateway, collected);
    }
}

/// Those of ingress-nginx, in the order of `hosts`, and then those of from-to-www-redirect.
fn servers(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &Decision) -> Vec<Server> {
    let wide: Vec<&HostPlan<'_>> = hosts.iter().filter(|host| is_wide(&host.names)).collect();
    let mut servers: Vec<Server> = hosts.iter().map(|plan| server(given, plan, &wide, decision)).collect();
    servers.extend(
        hosts
            .iter()
            .filter_map(|plan| www::router(plan, decision))
            .map(|router| Server {
                kept: hosts::reason_of_names(&router.names),
                names: router.names.clone(),
                routers: vec![router],
            }),
    );
    servers
}

fn server(given: Given<'_>, plan: &HostPlan<'_>, wide: &[&HostPlan<'_>], decision: &Decision) -> Server {
    let members = plan.members();
    let stand_in = members.iter().find(|id| !decision.blocked.contains(id));
    let isolated = wide.iter().any(|other| {
        !std::ptr::eq(*other, plan)
            && hosts::width(&other.names) < hosts::width(&plan.names)
            && order::share(&other.names, &plan.names)
    });
    let routers = stand_in.map(|stand_in| routers(plan, &decision.blocked, *stand_in, isolated, given.options));
    Server {
        names: plan.names.clone(),
        routers: routers.unwrap_or_default(),
        kept: hosts::reason(plan),
    }
}

/// The IngressRoutes of the hosts that no HTTPRoute can say.
fn keep(given: Given<'_>, hosts: &[HostPlan<'_>], servers: &[Server], decision: &Decision, collected: &mut Collected) {
    let mut kept = Vec::new();
    for (plan, server) in hosts.iter().zip(servers) {
        if server.kept.is_some() && !server.routers.is_empty() {
            hosts::tell(given, plan, server, collected);
            kept.push(plan);
        }
    }
    let over = |plan: &HostPlan<'_>| {
        let wider = |(other, server): (&HostPlan<'_>, &Server)| {
            server.kept.is_none()
                && hosts::width(&other.names) < hosts::width(&plan.names)
                && order::share(&other.names, &plan.names)
        };
        match hosts.iter().zip(servers).any(wider) {
            true => ABOVE_ALL,
            false => 0,
        }
    };
    build::ingress_routes(given, &kept, hosts, decision, &over, collected);
}

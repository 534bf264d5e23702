//! Where a location leads before any feature has touched it: its Service, its canary, or an answer in place of both.
use super::branch::{Branch, Condition, Entries, LocationPlan, ServiceTarget, Target};
use super::{Context, Middleware, regex};
use crate::effective::host::ServiceState;
use crate::effective::{Backend, Canary, CanaryRule, Origin, ServiceRef};

/// The location's branches.
pub(crate) fn branches(context: &mut Context<'_>) -> LocationPlan {
    let location = context.location;
    let mut plan = match &location.backend {
        Backend::Default => answered(404),
        Backend::Service(service) => service_plan(context, service),
    };
    // only the first canary of a backend is asked (nginx:rootfs/etc/nginx/lua/balancer.lua route_to_alternative_balancer)
    if let (Some(canary), Backend::Service(main)) = (location.canaries.first(), &location.backend) {
        plan.branches = canary_branches(context, main, canary);
    }
    plan
}

/// The default backend, or a Service that cannot answer: guarded as a backend is.
fn answered(status: u16) -> LocationPlan {
    let mut plan = LocationPlan::new(Target::Nothing);
    for branch in &mut plan.branches {
        branch.answers = false;
        branch.chain.push(Middleware::backend(status));
    }
    plan
}

fn service_plan(context: &mut Context<'_>, service: &ServiceRef) -> LocationPlan {
    let spare = context.settings().errors.default_backend.is_some();
    if service.state == ServiceState::NoSuchPort && !spare {
        missing(context, service, "has no such port");
        // before any authentication (behaviours.md 17), so it is an answer
        let mut plan = answered(503);
        plan.branches[0].answers = true;
        return plan;
    }
    if service.state == ServiceState::NotAmongInputs && !spare {
        missing(context, service, "is not among the inputs");
    }
    LocationPlan::new(Target::Service(Box::new(ServiceTarget::new(service.clone()))))
}

fn missing(context: &mut Context<'_>, service: &ServiceRef, what: &str) {
    let origin = Origin::Spec {
        ingress: context.ingress.id,
        span: service.span,
    };
    let message = format!("Service {}/{} {what}", service.namespace, service.name);
    let finding = context
        .note("missing-service", &origin, message)
        .nginx("Answers 503 where there is no such Service or port.")
        .traefik("A route of lower priority answers 503 in its place; without it a less specific path would serve the request.");
    context.tell(finding);
}

fn canary_branches(context: &mut Context<'_>, main: &ServiceRef, canary: &Canary) -> Vec<Branch> {
    let main = ServiceTarget::new(main.clone());
    let other = ServiceTarget::new(canary.backend.clone());
    let mut branches = Vec::new();
    let mut to = |condition: Condition, target: &ServiceTarget| {
        branches.push(branch(vec![condition], Target::Service(Box::new(target.clone()))));
    };
    by_header(context, &canary.rule, &mut |condition, is_canary| {
        to(condition, if is_canary { &other } else { &main });
    });
    if let Some(cookie) = &canary.rule.cookie {
        let name = regex::escape(&cookie.value);
        let value = |word: &str| Condition::HeaderRegexp("Cookie".into(), format!(r"(^|;\s*){name}={word}\s*(;|$)"));
        to(value("always"), &other);
        to(value("never"), &main);
    }
    branches.push(branch(Vec::new(), by_weight(&canary.rule, main, other)));
    branches
}

/// nginx:rootfs/etc/nginx/lua/balancer.lua route_to_alternative_balancer: a value beats a pattern, and both take the words
/// always and never their meaning.
fn by_header(context: &mut Context<'_>, rule: &CanaryRule, to: &mut dyn FnMut(Condition, bool)) {
    let Some(header) = &rule.header else { return };
    // nginx reads $http_x_canary: `-` and `_` are one
    let name = header.value.replace('_', "-");
    if let Some(value) = &rule.header_value {
        to(Condition::Header(name, value.value.clone()), true);
    } else if let Some(pattern) = &rule.header_pattern {
        match regex::re2(&pattern.value) {
            Ok(regex) => to(Condition::HeaderRegexp(name, regex), true),
            // a broken one sends whoever has the header to the main backend, and asks no cookie (recording canary/008)
            Err(regex::Unsaid::Broken(_)) => to(Condition::HeaderRegexp(name, ".".into()), false),
            Err(reason) => {
                let finding =
                    context.blocking("canary", &pattern.origin, format!("canary-by-header-pattern: {reason}"));
                context.tell(finding);
            }
        }
    } else {
        to(Condition::Header(name.clone(), "always".into()), true);
        to(Condition::Header(name, "never".into()), false);
    }
}

fn by_weight(rule: &CanaryRule, main: ServiceTarget, other: ServiceTarget) -> Target {
    let weight = rule.weight.as_ref().map_or(0, |w| w.value);
    let total = rule.weight_total.as_ref().map_or(100, |t| t.value);
    match weight {
        0 => Target::Service(Box::new(main)),
        all if all >= total => Target::Service(Box::new(other)),
        some => Target::Weighted {
            services: vec![(main, total - some), (other, some)],
            sticky: None,
        },
    }
}

fn branch(conditions: Vec<Condition>, target: Target) -> Branch {
    Branch {
        conditions,
        entries: Entries::Both,
        chain: Vec::new(),
        target,
        answers: false,
    }
}

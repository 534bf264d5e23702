//! What Traefik has to be given for it (recipes: limits).
use super::Limits;
use crate::effective::Origin;
use crate::features::access::client::Client;
use crate::finding::{Fidelity, Finding};
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::{Value, json};

/// Adds its part to a location.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let limits = &context.settings().limits;
    block_bandwidth(context, limits);
    let client = Client::of(context);
    let mut chain = middlewares(limits, client);
    if chain.is_empty() {
        return;
    }
    client.remark(context);
    if context.exact() {
        let rewrite = too_many_is_unavailable(context);
        chain.insert(0, rewrite);
    }
    limit(plan, limits, client, &chain);
    tell(context, limits);
}

fn middlewares(limits: &Limits, client: Client) -> Vec<Middleware> {
    let mut chain = Vec::new();
    if let Some(connections) = &limits.connections {
        // without a criterion Traefik would count all clients of the host together
        let strategy = client.strategy().unwrap_or(json!({"depth": 0}));
        let spec = json!({"amount": connections.value, "sourceCriterion": {"ipStrategy": strategy}});
        chain.push(Middleware::new(Slot::Connections, "connections", "inFlightReq", spec));
    }
    if let Some(rps) = &limits.rps {
        chain.push(rate("rate", rps.value, "1s", limits, client));
    }
    if let Some(rpm) = &limits.rpm {
        chain.push(rate("rate-minute", rpm.value, "1m", limits, client));
    }
    chain
}

/// nginx lets `rate x multiplier` requests through at once beside the first (measured: limit-rps 1 lets 6 of 20 pass).
fn rate(purpose: &str, average: u64, period: &str, limits: &Limits, client: Client) -> Middleware {
    let multiplier = limits.burst_multiplier.as_ref().map_or(5, |s| s.value);
    let mut spec = json!({"average": average, "period": period, "burst": average.saturating_mul(multiplier) + 1});
    if let Some(strategy) = client.strategy() {
        spec["sourceCriterion"] = json!({"ipStrategy": strategy});
    }
    Middleware::new(Slot::Rate, purpose, "rateLimit", spec)
}

/// Traefik's 429 as nginx's 503.
fn too_many_is_unavailable(context: &mut Context<'_>) -> Middleware {
    let service: Value = json!({"name": context.none_service(), "port": 80});
    context.require(
        "providers.kubernetesCRD.allowEmptyServices",
        json!(true),
        "The page of a limit that is reached comes from a Service without endpoints.",
    );
    let spec = json!({"status": ["429"], "statusRewrites": {"429": 503}, "service": service});
    Middleware::new(Slot::Connections, "limit-503", "errors", spec)
}

/// Everyone but the addresses of limit-allowlist.
fn limit(plan: &mut LocationPlan, limits: &Limits, client: Client, chain: &[Middleware]) {
    let ways = limits.allow.as_ref().map(|allow| client.within(&allow.value).0);
    let mut branches = Vec::new();
    for branch in plan.branches.drain(..) {
        if branch.answers {
            branches.push(branch);
            continue;
        }
        for way in ways.iter().flatten() {
            let mut free = branch.clone();
            free.conditions.extend(way.iter().cloned());
            branches.push(free);
        }
        let mut limited = branch;
        limited.chain.extend_from_slice(chain);
        branches.push(limited);
    }
    plan.branches = branches;
}

fn tell(context: &mut Context<'_>, limits: &Limits) {
    let connections = limits.connections.as_ref().map(|s| ("limit-connections", &s.origin));
    let rps = limits.rps.as_ref().map(|s| ("limit-rps", &s.origin));
    let rpm = limits.rpm.as_ref().map(|s| ("limit-rpm", &s.origin));
    for (rule, origin) in [connections, rps, rpm].into_iter().flatten() {
        let finding = finding(context, limits, rule, origin);
        context.tell(finding);
    }
}

fn finding(context: &Context<'_>, limits: &Limits, rule: &str, origin: &Origin) -> Finding {
    let mut finding = context
        .warning(rule, origin, "requests are counted by Traefik")
        .nginx("counts the requests of a client to all paths of the Ingress, in each of its pods")
        .traefik("counts them for each path and each entryPoint, in each of its pods, anew after every change of its configuration");
    if context.exact() {
        finding = finding.difference("a 429 of the backend itself becomes 503");
    } else {
        finding = finding
            .help("--exact turns the 429 into 503")
            .difference("a request over the limit gets 429 instead of 503");
    }
    finding = finding.difference("the limit holds for each path and entryPoint by itself");
    let multiplier = limits.burst_multiplier.as_ref().map_or(5, |s| s.value);
    match (rule, &limits.rpm) {
        ("limit-rpm", Some(rpm)) => {
            let burst = rpm.value.saturating_mul(multiplier) + 1;
            let silence = forgotten_after(rpm.value);
            finding.difference(format!(
                "a client that is silent for {silence} s may send {burst} requests at once again, where ingress-nginx would let \
                 about {} through: against guessing of passwords the limit is weaker",
                (rpm.value * silence).div_ceil(60)
            ))
        }
        ("limit-rps", _) => finding.difference("a client that is silent for 2 s may send a whole burst again"),
        _ => finding,
    }
}

/// Seconds after which a bucket is dropped (traefik:pkg/middlewares/ratelimiter/rate_limiter.go:92-101).
fn forgotten_after(rpm: u64) -> u64 {
    if rpm >= 60 { 2 } else { 1 + 60_u64.div_ceil(rpm.max(1)) }
}

fn block_bandwidth(context: &mut Context<'_>, limits: &Limits) {
    for setting in &limits.bandwidth {
        let (key, value) = &setting.value;
        if value.trim() == "0" {
            continue;
        }
        let finding = context
            .blocking(key, &setting.origin, format!("`{key}` limits the speed of answers"))
            .nginx("slows every answer down to this rate")
            .traefik("cannot limit bandwidth")
            .help("limit it in the application or at the network, then remove the annotation")
            .fidelity(Fidelity::Unsupported);
        context.tell(finding);
    }
}

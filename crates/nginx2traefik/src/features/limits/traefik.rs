//! What Traefik has to be given for it (recipes: limits).
use super::Limits;
use super::zones::Rate;
use crate::effective::{Origin, Setting};
use crate::features::access::client::Client;
use crate::finding::{Fidelity, Finding};
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::{Value, json};

/// What Traefik answers over a limit.
const TOO_MANY: u16 = 429;

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
    let status = answered(context, limits);
    if status != TOO_MANY {
        let rewrite = too_many_is(context, status);
        chain.insert(0, rewrite);
    }
    limit(plan, limits, client, &chain);
    tell(context, limits);
}

/// What is answered over a limit: one status for all of them.
fn answered(context: &Context<'_>, limits: &Limits) -> u16 {
    let rates = limits.rps.is_some() || limits.rpm.is_some() || !limits.rates.is_empty();
    match (context.exact(), rates) {
        (false, _) => TOO_MANY,
        (true, true) => limits.status(),
        (true, false) => limits.connections_status(),
    }
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
    for setting in &limits.rates {
        let rate = &setting.value;
        let spec = bucket(rate.average, period(rate), rate.burst + 1, client);
        chain.push(Middleware::new(Slot::Rate, "rate-zone", "rateLimit", spec));
    }
    chain
}

fn period(rate: &Rate) -> &'static str {
    if rate.per_minute { "1m" } else { "1s" }
}

fn bucket(average: u64, period: &str, burst: u64, client: Client) -> Value {
    let mut spec = json!({"average": average, "period": period, "burst": burst});
    if let Some(strategy) = client.strategy() {
        spec["sourceCriterion"] = json!({"ipStrategy": strategy});
    }
    spec
}

/// nginx lets `rate x multiplier` requests through at once beside the first (measured: limit-rps 1 lets 6 of 20 pass).
fn rate(purpose: &str, average: u64, period: &str, limits: &Limits, client: Client) -> Middleware {
    let multiplier = limits.burst_multiplier.as_ref().map_or(5, |s| s.value);
    let spec = bucket(average, period, average.saturating_mul(multiplier) + 1, client);
    Middleware::new(Slot::Rate, purpose, "rateLimit", spec)
}

/// Traefik's 429 as nginx's 503, or whatever its status is.
fn too_many_is(context: &mut Context<'_>, status: u16) -> Middleware {
    let service: Value = json!({"name": context.none_service(), "port": 80});
    context.require(
        "providers.kubernetesCRD.allowEmptyServices",
        json!(true),
        "The page of a limit that is reached comes from a Service without endpoints.",
    );
    let spec = json!({"status": ["429"], "statusRewrites": {"429": status}, "service": service});
    Middleware::new(Slot::Connections, &format!("limit-{status}"), "errors", spec)
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
    let connections = limits.connections.as_ref().map(|s| {
        let rule = s.origin.annotation().unwrap_or("limit-connections");
        (rule, &s.origin)
    });
    let rps = limits.rps.as_ref().map(|s| ("limit-rps", &s.origin));
    let rpm = limits.rpm.as_ref().map(|s| ("limit-rpm", &s.origin));
    for (rule, origin) in [connections, rps, rpm].into_iter().flatten() {
        let finding = finding(context, limits, rule, origin);
        context.tell(finding);
    }
    for setting in &limits.rates {
        let finding = of_rate(context, limits, setting);
        context.tell(finding);
    }
}

/// `limit_req`: the zone is one for all paths that name it.
fn of_rate(context: &Context<'_>, limits: &Limits, setting: &Setting<Rate>) -> Finding {
    let rate = &setting.value;
    let rule = setting.origin.annotation().unwrap_or("limits");
    let mut finding = counted(context, rule, &setting.origin, limits.status());
    if rate.waits {
        finding = finding.difference(
            "requests over the rate pass at once up to the burst, where ingress-nginx lets them wait for their turn",
        );
    }
    match rate.per_minute {
        true => finding.difference(weaker(rate.average, rate.burst + 1)),
        false => finding.difference("a client that is silent for 2 s may send a whole burst again"),
    }
}

fn finding(context: &Context<'_>, limits: &Limits, rule: &str, origin: &Origin) -> Finding {
    let status = match rule {
        "limit-rps" | "limit-rpm" => limits.status(),
        _ => limits.connections_status(),
    };
    let finding = counted(context, rule, origin, status);
    match (rule, &limits.rpm) {
        ("limit-rpm", Some(rpm)) => {
            let burst = rpm.value.saturating_mul(limits.multiplier()) + 1;
            finding.difference(weaker(rpm.value, burst))
        }
        ("limit-rps", _) => finding.difference("a client that is silent for 2 s may send a whole burst again"),
        _ => finding,
    }
}

fn counted(context: &Context<'_>, rule: &str, origin: &Origin, status: u16) -> Finding {
    let limits = &context.settings().limits;
    let got = answered(context, limits);
    // a snippet's limit is told at its own line
    let (of, counted) = match rule.starts_with("limit-") {
        true => ("", "to all paths of the Ingress"),
        false => (
            "the limit of the snippet: ",
            "to all paths whose location names the zone",
        ),
    };
    let mut finding = context
        .warning(rule, origin, format!("{of}requests are counted by Traefik"))
        .nginx(format!("counts the requests of a client {counted}, in each of its pods"))
        .traefik("counts them for each path and each entryPoint, in each of its pods, anew after every change of its configuration");
    if got != TOO_MANY {
        finding = finding.difference(format!("a 429 of the backend itself becomes {got}"));
    } else if status != got && !context.exact() {
        finding = finding.help(format!("--exact turns the 429 into {status}"));
    }
    if status != got {
        finding = finding.difference(format!("a request over the limit gets {got} instead of {status}"));
    }
    finding.difference("the limit holds for each path and entryPoint by itself")
}

/// Requests are counted by the minute, and a client that is silent for a while is forgotten.
fn weaker(per_minute: u64, burst: u64) -> String {
    let silence = forgotten_after(per_minute);
    format!(
        "a client that is silent for {silence} s may send {burst} requests at once again, where ingress-nginx would let \
         about {} through: against guessing of passwords the limit is weaker",
        (per_minute * silence).div_ceil(60)
    )
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

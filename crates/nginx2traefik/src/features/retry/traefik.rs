//! What Traefik has to be given for it (recipes: limits).
use super::Retry;
use crate::finding::Fidelity;
use crate::installation::Version;
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::json;

/// nginx tries three times where nothing else is written.
const TRIES: u64 = 3;
/// In place of 0, which tries every endpoint.
const MANY: u64 = 10;

/// Adds its part to a location.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let retry = &context.settings().retry;
    let written = retry.conditions.is_some() || retry.tries.is_some() || retry.timeout.is_some();
    if !written && !context.exact() {
        context.remark(
            "ingress-nginx tries another endpoint when a connection fails (proxy-next-upstream, three tries); Traefik answers \
             502 at once unless a retry Middleware is there: write proxy-next-upstream, or use --exact.",
        );
        return;
    }
    let conditions = retry.conditions.as_ref().map_or("error timeout", |s| s.value.as_str());
    let words: Vec<&str> = conditions.split_whitespace().collect();
    let tries = match retry.tries.as_ref().map_or(TRIES, |s| s.value) {
        0 => MANY,
        tries => tries.min(u64::from(u16::MAX)),
    };
    if words.contains(&"off") || tries == 1 {
        return;
    }
    let middleware = middleware(context, retry, &words, tries);
    plan.before_backend(&middleware);
    if written {
        tell(context, retry, &words);
    }
}

fn middleware(context: &Context<'_>, retry: &Retry, words: &[&str], tries: u64) -> Middleware {
    let mut spec = json!({"attempts": tries});
    if context.version() >= Version::V3_7 {
        let statuses = statuses(words);
        if !statuses.is_empty() {
            spec["status"] = json!(statuses);
        }
        if !words.contains(&"error") && !words.contains(&"timeout") {
            spec["disableRetryOnNetworkError"] = json!(true);
        }
        if words.contains(&"non_idempotent") {
            spec["retryNonIdempotentMethod"] = json!(true);
        }
        if let Some(timeout) = retry.timeout.as_ref().filter(|s| s.value > 0) {
            spec["timeout"] = json!(format!("{}s", timeout.value));
        }
    }
    Middleware::new(Slot::Retry, "retry", "retry", spec)
}

fn statuses(words: &[&str]) -> Vec<String> {
    let codes = words.iter().filter_map(|word| word.strip_prefix("http_"));
    codes.map(str::to_owned).collect()
}

fn tell(context: &mut Context<'_>, retry: &Retry, words: &[&str]) {
    let old = context.version() < Version::V3_7;
    let statuses = statuses(words);
    let Some(conditions) = retry.conditions.as_ref().filter(|_| old && !statuses.is_empty()) else {
        return;
    };
    let finding = context
        .warning(
            "proxy-next-upstream",
            &conditions.origin,
            "Traefik 3.6 retries after failed connections only",
        )
        .fidelity(Fidelity::Approximate)
        .nginx(format!(
            "asks another endpoint after an answer {} too",
            statuses.join(", ")
        ))
        .traefik("passes such an answer on")
        .help("Traefik 3.7 can retry on statuses")
        .difference(format!("an answer {} is not retried", statuses.join(", ")));
    context.tell(finding);
}

//! What Traefik has to be given for it (recipes: backend).
use crate::finding::Fidelity;
use crate::plan::{Context, LocationPlan};

/// Adds its part to a location.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let settings = &context.settings().load_balancing;
    if settings.service_upstream.as_ref().is_some_and(|s| s.value) {
        plan.each_service(|service| service.native_lb = true);
    }
    if let Some(hash) = &settings.hash_by {
        hash_by(context, plan, &hash.value, &hash.origin);
        return;
    }
    if let Some(algorithm) = settings.algorithm.as_ref().filter(|s| s.value == "ewma") {
        let finding = context
            .note(
                "load-balance",
                &algorithm.origin,
                "requests are spread evenly instead of by the backends' speed",
            )
            .fidelity(Fidelity::Default)
            .nginx("prefers endpoints that answer fast")
            .traefik("takes the endpoints in turn");
        context.tell(finding);
    }
}

fn hash_by(context: &mut Context<'_>, plan: &mut LocationPlan, key: &str, origin: &crate::effective::Origin) {
    let peer = ["$remote_addr", "$binary_remote_addr"].contains(&key) && !context.forwarded_address();
    if peer {
        plan.each_service(|service| service.strategy = Some("hrw".into()));
        return;
    }
    let finding = context
        .warning(
            "upstream-hash-by",
            origin,
            format!("requests are not spread by `{key}` any more"),
        )
        .nginx("sends all requests with the same key to the same endpoint")
        .traefik(
            "takes the endpoints in turn; it can only keep a client at one by its address (strategy hrw) or a cookie",
        )
        .help("use affinity: cookie, if the clients keep cookies")
        .difference("requests with the same key may reach different endpoints");
    context.tell(finding);
}

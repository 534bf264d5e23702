//! What Traefik has to be given for it (recipes: affinity).
use super::Affinity;
use crate::features::ssl_redirect;
use crate::finding::Fidelity;
use crate::plan::{Branch, Context, Entries, LocationPlan, Target};
use serde_json::{Map, Value, json};

/// Adds its part to a location: a sticky cookie.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(affinity) = context.settings().affinity.as_ref() else {
        return;
    };
    let cookie = cookie(context, affinity);
    let stick = |branch: &mut Branch, secure: bool| {
        let mut cookie = cookie.clone();
        if secure {
            cookie.insert("secure".into(), json!(true));
        }
        set(&mut branch.target, &cookie);
    };
    let always = affinity.secure.as_ref().is_some_and(|s| s.value);
    // Secure on https only, unless it is asked for; where http is redirected, https is all there is
    let https_only = !context.exact() && ssl_redirect::traefik::applies(context);
    if always || https_only {
        for branch in plan.branches.iter_mut().filter(|b| !b.answers) {
            stick(branch, true);
        }
    } else {
        plan.by_entry(|branch| stick(branch, branch.entries == Entries::Websecure));
    }
    tell(context, affinity);
}

fn cookie(context: &Context<'_>, affinity: &Affinity) -> Map<String, Value> {
    let mut cookie = Map::new();
    let path = affinity.path.as_ref().map_or(&context.location.path, |s| &s.value);
    cookie.insert("name".into(), json!(affinity.name.value));
    cookie.insert("path".into(), json!(path));
    if let Some(domain) = &affinity.domain {
        cookie.insert("domain".into(), json!(domain.value));
    }
    if let Some(seconds) = max_age(affinity) {
        cookie.insert("maxAge".into(), json!(seconds));
    }
    cookie.insert("httpOnly".into(), json!(true));
    if let Some(same_site) = &affinity.same_site
        && ["None", "Lax", "Strict"].contains(&same_site.value.as_str())
    {
        cookie.insert("sameSite".into(), json!(same_site.value.to_lowercase()));
    }
    cookie
}

/// Browsers prefer Max-Age to Expires, which Traefik does not have. 0 is no attribute to Traefik, and a cookie that is over at
/// once to nginx: -1 (atlas: session-cookie-max-age).
fn max_age(affinity: &Affinity) -> Option<i64> {
    let written = affinity.max_age.as_ref().or(affinity.expires.as_ref())?;
    let seconds = written.value.parse::<f64>().ok()?.trunc();
    // a float in the range of a cookie's age fits
    #[allow(clippy::cast_possible_truncation)]
    Some(if seconds <= 0.0 { -1 } else { seconds as i64 })
}

/// A split between two Services keeps a client on one side by the cookie, and within that side by one of its own.
fn set(target: &mut Target, cookie: &Map<String, Value>) {
    let wrap = |cookie: &Map<String, Value>| json!({"cookie": cookie});
    match target {
        Target::Service(service) => service.sticky = Some(wrap(cookie)),
        Target::Weighted { services, sticky } => {
            let mut inner = cookie.clone();
            let name = cookie.get("name").and_then(Value::as_str).unwrap_or_default();
            inner.insert("name".into(), json!(format!("{name}_backend")));
            for (service, _) in services {
                service.sticky = Some(wrap(&inner));
            }
            *sticky = Some(wrap(cookie));
        }
        Target::Composed(_) | Target::Nothing => {}
    }
}

fn tell(context: &mut Context<'_>, affinity: &Affinity) {
    let finding = context
        .note(
            "affinity",
            &affinity.enabled.origin,
            "clients are kept at an endpoint by a cookie of Traefik's own",
        )
        .nginx("writes a cookie whose value it alone understands")
        .traefik("takes no notice of cookies that ingress-nginx has set, and sets its own under the same name, once");
    context.tell(finding);
    tell_canary(context, affinity);
    tell_attributes(context, affinity);
}

/// A header or a cookie of the canary makes a router of its own, which knows nothing of the other router's endpoints.
fn tell_canary(context: &mut Context<'_>, affinity: &Affinity) {
    let canary = context.location.canaries.first().map(|canary| &canary.rule);
    let by_request = canary.is_some_and(|rule| rule.header.is_some() || rule.cookie.is_some());
    if !by_request || affinity.canary_legacy.value {
        return;
    }
    let finding = context
        .note(
            "affinity",
            &affinity.enabled.origin,
            "a client that its header sent to the canary is not kept there",
        )
        .fidelity(Fidelity::Approximate)
        .nginx("keeps a client where its first request went, even without the header")
        .traefik("looks at the canary's header and cookie at every request")
        .difference("a request without the canary's header goes to the main Service, whatever came before");
    context.tell(finding);
}

fn tell_attributes(context: &mut Context<'_>, affinity: &Affinity) {
    if let Some(domain) = affinity.domain.as_ref().filter(|s| s.value.starts_with('.')) {
        let finding = context
            .note(
                "session-cookie-domain",
                &domain.origin,
                "the cookie's domain is sent without the dot before it",
            )
            .fidelity(Fidelity::Approximate)
            .difference("Domain without the leading dot, which means the same to every browser");
        context.tell(finding);
    }
    if let Some(expires) = affinity.expires.as_ref().filter(|_| affinity.max_age.is_none()) {
        let finding = context
            .note(
                "session-cookie-expires",
                &expires.origin,
                "the cookie has Max-Age instead of Expires",
            )
            .fidelity(Fidelity::Approximate)
            .difference("Max-Age instead of Expires, which means the same to every browser");
        context.tell(finding);
    }
    if affinity.change_on_failure.value {
        let finding = context
            .note(
                "session-cookie-change-on-failure",
                &affinity.change_on_failure.origin,
                "a client leaves a failing endpoint only when it is not ready any more",
            )
            .fidelity(Fidelity::Approximate)
            .difference("a retry goes to the same endpoint while it is listed");
        context.tell(finding);
    }
}

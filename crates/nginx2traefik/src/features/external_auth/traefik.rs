//! What Traefik has to be given for it (recipes: auth).
use super::{ExternalAuth, signin_answer, snippet};
use crate::effective::{HostName, Setting};
use crate::features::redirect::template;
use crate::features::ssl_redirect::traefik::ACME;
use crate::finding::Finding;
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::{Map, Value, json};

/// Adds its part to a location.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(auth) = context.settings().external_auth.as_ref() else {
        return;
    };
    // no-auth-locations (ingress-nginx, internal/ingress/controller/config/config.go:909)
    if context.location.path.starts_with(ACME) || plan.branches.iter().all(|b| b.answers) {
        return;
    }
    if block_what_cannot_be_asked(context, auth) {
        return;
    }
    let Some(headers) = snippet::headers(context, auth) else {
        return;
    };
    let Some(address) = address(context, &auth.url) else {
        return;
    };
    // what the client says about the request it makes is not for the auth server to believe (atlas traps 9)
    let clear = json!({"customRequestHeaders": {
        "X-Original-URL": "", "X-Original-Method": "", "X-Auth-Request-Redirect": "",
    }});
    if let Some(signin) = &auth.signin {
        signin_answer::plan(context, plan, auth, signin);
    }
    plan.before_backend(&Middleware::new(Slot::ExternalAuth, "auth-headers", "headers", clear));
    snippet::before(plan, &headers);
    let spec = spec(context, auth, &address);
    plan.before_backend(&Middleware::new(Slot::ExternalAuth, "auth-url", "forwardAuth", spec));
    snippet::behind(plan, &headers);
    let finding = finding(context, auth, &address);
    context.tell(finding);
    tell_family(context, auth);
}

fn spec(context: &Context<'_>, auth: &ExternalAuth, address: &str) -> Value {
    let mut spec = Map::from_iter([("address".to_owned(), json!(address))]);
    if context.forwarded_address() {
        spec.insert("trustForwardHeader".into(), json!(true));
    }
    if let Some(headers) = auth.response_headers.as_ref().filter(|h| !h.value.is_empty()) {
        spec.insert("authResponseHeaders".into(), json!(headers.value));
    }
    if address.starts_with("https:") {
        // nginx does not verify the auth server
        spec.insert("tls".into(), json!({"insecureSkipVerify": true}));
    }
    Value::Object(spec)
}

/// The address for this host. The auth server decides by what it is sent, so a variable that is not known keeps it from being
/// migrated.
fn address(context: &mut Context<'_>, url: &Setting<String>) -> Option<String> {
    let parts = template::parse(&url.value);
    if let Some(address) = template::fixed(&parts, &context.host.name) {
        return Some(address);
    }
    let finding = context
        .blocking(
            rule(context),
            &url.origin,
            "the address of the auth server holds a variable of nginx",
        )
        .traefik("asks one fixed address, and tells it the request in X-Forwarded-Method, -Proto, -Host and -Uri");
    let finding = match &context.host.name {
        HostName::Exact(_) => {
            finding.help("write the address without it, and let the auth server read X-Forwarded-Uri")
        }
        _ => finding.help("write the address out; `$host` can be filled in on rules with one host"),
    };
    context.tell(finding);
    None
}

fn rule(context: &Context<'_>) -> &'static str {
    let global = context
        .settings()
        .external_auth
        .as_ref()
        .is_some_and(|auth| auth.global);
    if global { "global-auth-url" } else { "auth-url" }
}

fn block_what_cannot_be_asked(context: &mut Context<'_>, auth: &ExternalAuth) -> bool {
    let mut blocked = false;
    let get = |m: &&Setting<String>| !["", "GET"].contains(&m.value.to_uppercase().as_str());
    if let Some(method) = auth.method.as_ref().filter(get) {
        let finding = context
            .blocking(
                "auth-method",
                &method.origin,
                format!("the auth server is asked with {}", method.value),
            )
            .traefik("asks it with GET")
            .help("let the auth server take GET, then remove auth-method");
        context.tell(finding);
        blocked = true;
    }
    if let Some(headers) = &auth.proxy_set_headers {
        let finding = context
            .blocking(
                "auth-proxy-set-headers",
                &headers.origin,
                "the auth server gets headers of its own",
            )
            .traefik("sends it the client's headers and X-Forwarded-*")
            .help("let the auth server do without them, then remove auth-proxy-set-headers");
        context.tell(finding);
        blocked = true;
    }
    blocked
}

fn finding(context: &Context<'_>, auth: &ExternalAuth, address: &str) -> Finding {
    let mut finding = context
        .warning(rule(context), &auth.url.origin, "the auth server is asked by Traefik's forwardAuth")
        .nginx("takes 2xx for yes, 401 and 403 for no, and answers 500 to everything else")
        .traefik("takes 2xx for yes and passes every other answer to the client, redirects and body too")
        .help(
            "see that the auth server decides by X-Forwarded-Method, -Proto, -Host and -Uri (oauth2-proxy: --reverse-proxy; \
             Authelia: its forward-auth endpoint), and name the cookies it sets in addAuthCookiesToResponse",
        )
        .difference("the auth server gets X-Forwarded-* and no X-Original-URL, X-Original-Method or X-Auth-Request-Redirect")
        .difference("an answer other than 2xx, 401 and 403 reaches the client instead of a 500")
        .difference("cookies that the auth server sets on success do not reach the client");
    if address.starts_with("https:") {
        finding =
            finding.difference("as before, the auth server's certificate is not verified (tls.insecureSkipVerify)");
    }
    finding
}

fn tell_family(context: &mut Context<'_>, auth: &ExternalAuth) {
    if let Some(key) = &auth.cache_key {
        let finding = context
            .note("auth-cache-key", &key.origin, "answers of the auth server are not kept")
            .traefik("asks the auth server for every request: it gets more of them, and no answer is out of date");
        context.tell(finding);
    }
    if auth.always_set_cookie.value {
        let origin = &auth.always_set_cookie.origin;
        let finding = context
            .warning(
                "auth-always-set-cookie",
                origin,
                "cookies of the auth server do not reach the client",
            )
            .help("name them in addAuthCookiesToResponse of the forwardAuth Middleware")
            .difference("cookies that the auth server sets do not reach the client");
        context.tell(finding);
    }
    for setting in &auth.keepalive {
        let (key, _) = &setting.value;
        let finding = context
            .note(
                key,
                &setting.origin,
                format!("`{key}` has no meaning in Traefik and is left out"),
            )
            .traefik("keeps connections to the auth server by itself");
        context.tell(finding);
    }
}

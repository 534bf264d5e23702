//! auth-signin: a 401 of the auth server becomes a redirect (recipes: auth).
use super::ExternalAuth;
use super::signin::signin_target;
use crate::effective::Setting;
use crate::features::redirect::{answer, template};
use crate::finding::Fidelity;
use crate::installation::Version;
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use serde_json::{Value, json};

/// The whole URL, query-escaped, as errors puts it into the path of its page: scheme, host, and what nginx calls
/// `$escaped_request_uri`.
const ESCAPED: &str = r"^https?://[^/]+/(https?)%3A%2F%2F([^%]+)(%3A\d+)?(%2F.*)?$";

/// Adds the redirect around the question to the auth server.
pub(crate) fn plan(context: &mut Context<'_>, plan: &mut LocationPlan, auth: &ExternalAuth, signin: &Setting<String>) {
    let param = auth.signin_redirect_param.as_ref().map(|p| p.value.as_str());
    let target = absolute(context, &signin_target(&signin.value, param));
    if context.version() < Version::V3_7 {
        return tell_old(context, signin);
    }
    let words = |name: &str| match name {
        "scheme" | "pass_access_scheme" => Some("${1}"),
        "host" | "http_host" | "best_http_host" => Some("${2}"),
        "escaped_request_uri" => Some("${4}"),
        _ => None,
    };
    let replacement = match template::say(&template::parse(&target), words) {
        Ok(replacement) => replacement,
        Err(variable) => return block(context, signin, &variable),
    };
    let pair = template::Replacement {
        regex: ESCAPED.into(),
        replacement,
    };
    let spec = redirect_instead(context, "signin-location", (401, 302), &pair);
    plan.before_backend(&Middleware::new(Slot::ExternalAuth, "signin", "errors", spec));
    tell(context, signin);
}

/// The errors Middleware that redirects whom the auth server refuses, from 3.7 on: the status of the refusal, and the one that the client
/// gets. `location` matches the escaped URL that errors puts into the path of its page, whose Service is never asked.
pub(crate) fn redirect_instead(
    context: &mut Context<'_>,
    name: &'static str,
    (refused, status): (u16, u16),
    location: &template::Replacement,
) -> Value {
    let location = answer::by_regex(Slot::ExternalAuth, name, location, false);
    let location = context.middleware(&location);
    let service = context.none_service();
    context.require(
        "providers.kubernetesCRD.allowEmptyServices",
        json!(true),
        "Redirects name a Service without endpoints that is never asked.",
    );
    let refused = refused.to_string();
    json!({
        "status": [refused],
        "statusRewrites": {refused: status},
        "query": "/{url}",
        "service": {"name": service, "port": 80, "middlewares": [{"name": location}]},
    })
}

/// nginx makes a path an URL of the host.
fn absolute(context: &Context<'_>, target: &str) -> String {
    match target.starts_with('/') {
        true if context.settings().redirect.is_none() => format!("$scheme://$host{target}"),
        _ => target.to_owned(),
    }
}

fn tell(context: &mut Context<'_>, signin: &Setting<String>) {
    let finding = context
        .note(
            "auth-signin",
            &signin.origin,
            "a client without a session is sent to the sign-in page by an errors Middleware",
        )
        .fidelity(Fidelity::Approximate)
        .nginx("redirects when the auth server answers 401, and leaves the backend's own 401 alone")
        .traefik("redirects on both")
        .difference("a 401 of the backend itself becomes the redirect to the sign-in page, too");
    context.tell(finding);
}

fn tell_old(context: &mut Context<'_>, signin: &Setting<String>) {
    let finding = context
        .warning(
            "auth-signin",
            &signin.origin,
            "Traefik 3.6 does not redirect to the sign-in page",
        )
        .nginx("redirects when the auth server answers 401")
        .traefik("passes the 401 of the auth server to the client")
        .help("let the auth server answer the redirect itself (oauth2-proxy does so at `/`), or use Traefik 3.7")
        .difference("status 401 instead of a redirect to the sign-in page");
    context.tell(finding);
}

fn block(context: &mut Context<'_>, signin: &Setting<String>, variable: &str) {
    let finding = context
        .blocking(
            "auth-signin",
            &signin.origin,
            format!("the sign-in page's address needs nginx's `${variable}`"),
        )
        .traefik("can put the scheme, the host and the requested URL into it")
        .help("write the address without it");
    context.tell(finding);
}

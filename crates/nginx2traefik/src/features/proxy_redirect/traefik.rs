//! What Traefik has to be given for it.
use crate::effective::Setting;
use crate::plan::{Context, LocationPlan};

/// No Middleware of Traefik changes parts of a backend's headers: what has an effect keeps its Ingress from being migrated.
pub fn plan(context: &mut Context<'_>, _plan: &mut LocationPlan) {
    let settings = &context.settings().proxy_redirect;
    let off = |s: &&Setting<String>| !["off", ""].contains(&s.value.trim());
    if let Some(from) = settings.from.as_ref().filter(off) {
        block(
            context,
            "proxy-redirect-from",
            from,
            "changes the Location of the backend's redirects",
        );
    }
    if let Some(domain) = settings.cookie_domain.as_ref().filter(off) {
        block(
            context,
            "proxy-cookie-domain",
            domain,
            "changes the domain of the backend's cookies",
        );
    }
    if let Some(path) = settings.cookie_path.as_ref().filter(off) {
        block(
            context,
            "proxy-cookie-path",
            path,
            "changes the path of the backend's cookies",
        );
    }
}

fn block(context: &mut Context<'_>, rule: &str, setting: &Setting<String>, effect: &str) {
    let finding = context
        .blocking(rule, &setting.origin, format!("`{rule}` {effect}"))
        .nginx(effect)
        .traefik("passes the backend's headers on as they are")
        .help("let the application write them for the outside (X-Forwarded-Host, -Proto and -Prefix tell it), then remove this");
    context.tell(finding);
}

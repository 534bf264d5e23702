//! What Traefik has to be given for it.
use crate::effective::{HostName, Origin};
use crate::features::redirect::{answer, template};
use crate::finding::{Fidelity, Finding};
use crate::installation::{Trust, Version};
use crate::plan::{Api, Condition, Context, Entries, LocationPlan, Middleware, Slot};
use serde_json::{Value, json};

/// Ingress paths below it are not redirected (ingress-nginx, internal/ingress/controller/config/config.go:908).
pub(crate) const ACME: &str = "/.well-known/acme-challenge";

/// Adds its part to a location: an answer to every request on http.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    if !applies(context) || answers_everything(plan) {
        return;
    }
    let entry = &context.options.installation.web;
    if entry.redirects_to_https {
        return;
    }
    let code = context.settings().ssl_redirect.code.value;
    let composed = (context.exact() && context.version() >= Version::V3_7)
        .then(|| {
            let keep = context.settings().ssl_redirect.preserve_trailing_slash.value;
            let port = context.options.installation.websecure.exposed_port;
            let target = match port {
                443 => "https://$host$request_uri".to_owned(),
                _ => format!("https://$host:{port}$request_uri"),
            };
            answer::composed(context, Slot::SslRedirect, &template::parse(&target), code, keep).ok()
        })
        .flatten();
    let exact = composed.is_some();
    let middleware = composed.unwrap_or_else(|| by_scheme(context, code));
    plan.answer(conditions(context), Entries::Web, vec![middleware]);
    let finding = finding(context, code, exact);
    context.tell(finding);
}

/// The location redirects: its host has a certificate and ssl-redirect is not off, or force-ssl-redirect is on.
pub(crate) fn applies(context: &Context<'_>) -> bool {
    let settings = &context.settings().ssl_redirect;
    let host_has_tls = context.host.tls.enabled.is_some() && context.host.name != HostName::CatchAll;
    let wanted = settings.force.value || (settings.redirect.value && host_has_tls);
    wanted && !context.location.path.starts_with(ACME)
}

/// A redirect or the like is there for every request already.
fn answers_everything(plan: &LocationPlan) -> bool {
    let mut answers = plan.branches.iter().filter(|b| b.answers);
    answers.any(|b| b.conditions.is_empty() && b.entries != Entries::Websecure)
}

/// A proxy in front that ended TLS says so in X-Forwarded-Proto; what it brings is not redirected again. (redirectScheme lets it
/// pass by itself, and there would be nothing behind it.)
fn conditions(context: &Context<'_>) -> Vec<Condition> {
    let nobody = Trust::Networks(Vec::new());
    let believed = context.forwarded_address() || context.options.installation.web.trust != nobody;
    let secure = Condition::Header("X-Forwarded-Proto".into(), "https".into());
    if believed {
        vec![Condition::Not(Box::new(secure))]
    } else {
        Vec::new()
    }
}

fn by_scheme(context: &Context<'_>, code: u16) -> Middleware {
    let mut spec = json!({"scheme": "https"});
    if is_permanent(code) {
        spec["permanent"] = json!(true);
    }
    let port = context.options.installation.websecure.exposed_port;
    if port != 443 {
        spec["port"] = json!(port.to_string());
    }
    let mut middleware = Middleware::new(Slot::SslRedirect, "redirect-https", "redirectScheme", spec);
    middleware.filter = filter(context, code);
    middleware
}

/// The same as a filter of an HTTPRoute, with one status for every method. 3.6.11 takes 301 and 302 only
/// (recipes/gateway: redirect).
fn filter(context: &Context<'_>, code: u16) -> Option<Value> {
    let takes = match context.version() {
        Version::V3_6 => matches!(code, 301 | 302),
        Version::V3_7 => matches!(code, 301 | 302 | 303 | 307 | 308),
    };
    if context.options.api != Api::Gateway || !takes {
        return None;
    }
    let mut redirect = json!({"scheme": "https", "statusCode": code});
    let port = context.options.installation.websecure.exposed_port;
    if port != 443 {
        redirect["port"] = json!(port);
    }
    Some(json!({"type": "RequestRedirect", "requestRedirect": redirect}))
}

fn is_permanent(code: u16) -> bool {
    matches!(code, 301 | 308)
}

fn finding(context: &Context<'_>, code: u16, exact: bool) -> Finding {
    let settings = &context.settings().ssl_redirect;
    let (rule, origin) = match settings.force.value {
        true => ("force-ssl-redirect", &settings.force.origin),
        false => ("ssl-redirect", &settings.redirect.origin),
    };
    let tls = context.host.tls.enabled.as_ref().map(|s| &s.origin);
    let origin = if *origin == Origin::BuiltIn {
        tls.unwrap_or(origin)
    } else {
        origin
    };
    let note = context
        .note(rule, origin, "plain http is redirected to https")
        .fidelity(Fidelity::Approximate);
    if exact {
        return note
            .traefik(format!("answers {code} and the same Location"))
            .difference("`/` and `?` written raw inside the query come back as %2F and %3F, with the same meaning");
    }
    let by_filter = filter(context, code).is_some();
    let (get, other) = match by_filter {
        true => (code, code),
        false => answer::statuses(is_permanent(code)),
    };
    let who = if by_filter {
        "the filter RequestRedirect"
    } else {
        "redirectScheme"
    };
    let mut note = note
        .nginx(format!("answers {code} to every method"))
        .traefik(match get == other {
            true => format!("{who} answers {code} to every method"),
            false => format!("{who} answers {get} to GET and {other} to every other method"),
        })
        .help("--exact writes a chain of Middlewares that answers as ingress-nginx did (Traefik 3.7)");
    if get != code {
        note = note.difference(format!("status {get} instead of {code} for GET"));
    }
    if other != code {
        note = note.difference(format!("status {other} instead of {code} for other methods"));
    }
    if !settings.preserve_trailing_slash.value {
        note = note.difference("a final `/` of the URL stays in the Location; ingress-nginx drops it");
    }
    note
}

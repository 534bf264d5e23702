//! What is left of a branch's effects: what nobody misses, and what cannot be said.
use super::auth_variable;
use super::cache;
use super::tell::{self, BY_HAND, Unsaid};
use crate::plan::Context;
use nginx_snippet::{Effect, Intent, Place};

/// Tells them.
pub(super) fn tell_rest(context: &mut Context<'_>, intents: &[Intent]) {
    let pages = intents
        .iter()
        .any(|intent| matches!(intent.effect, Effect::ErrorPage { .. }));
    for intent in intents {
        let places = &intent.places;
        let by_hand = match &intent.effect {
            Effect::Untranslatable { why, advice } => Some(Unsaid::new(why.clone(), advice.clone())),
            Effect::Internal => Some(Unsaid::new("the location is for nginx itself", BY_HAND)),
            effect => unsaid(effect, pages),
        };
        if let Some(unsaid) = by_hand {
            tell::block(context, places, &unsaid);
            continue;
        }
        match &intent.effect {
            Effect::Cached { directive } => cache::tell(context, places, directive, intents),
            Effect::Nothing { why } => tell::default(context, places, why),
            Effect::InterceptErrors => tell::default(context, places, "there is no error_page that it could use"),
            Effect::Compress { on: false } => {
                tell::default(context, places, "Traefik compresses nothing unless it is told to")
            }
            Effect::AuthVariable { .. } => auth_variable::tell(context, intents, places),
            Effect::Setting { directive, args, .. } => setting(context, places, directive, args),
            _ => {}
        }
    }
}

fn unsaid(effect: &Effect, pages: bool) -> Option<Unsaid> {
    Some(match effect {
        Effect::AuthRequest { .. } => Unsaid::new(
            "another server is asked for its consent",
            "use the annotation auth-url, which is converted",
        ),
        Effect::BasicAuth { .. } => Unsaid::new(
            "the file with the passwords is in the controller's container",
            "use the annotations auth-type and auth-secret, which are converted",
        ),
        Effect::InterceptErrors if pages => Unsaid::new(
            "errors of the backend get a page of their own",
            "use the annotation custom-http-errors with default-backend, which is converted",
        ),
        Effect::ReplaceInBody { .. } => Unsaid::new(
            "Traefik does not change bodies",
            "a plugin such as rewrite-body, or a change of the backend; drop it if the page works without it",
        ),
        Effect::Proxy { .. } => Unsaid::new(
            "it has a backend of its own",
            "write a path for it in the Ingress, with a Service (of type ExternalName where it is outside)",
        ),
        Effect::Setting {
            directive, annotation, ..
        } if !HARMLESS.contains(&directive.as_str()) && !ELSEWHERE.contains(&directive.as_str()) => Unsaid::new(
            "it is not converted inside a snippet",
            format!("use the annotation {annotation} where it says the same, or drop the directive"),
        ),
        _ => return None,
    })
}

/// Settings that are said otherwise, or that are no behaviour.
const HARMLESS: [&str; 6] = [
    "access_log",
    "satisfy",
    "absolute_redirect",
    "port_in_redirect",
    "limit_conn_log_level",
    "limit_req_log_level",
];

/// Settings that are planned with the features that they belong to.
const ELSEWHERE: [&str; 7] = [
    "limit_conn",
    "limit_conn_status",
    "limit_req",
    "limit_req_status",
    "proxy_ssl_name",
    "proxy_ssl_server_name",
    "proxy_ssl_verify",
];

fn setting(context: &mut Context<'_>, places: &[Place], directive: &str, args: &[String]) {
    match directive {
        "access_log" if args.first().is_some_and(|arg| arg == "off") => tell::note(
            context,
            places,
            "requests are in Traefik's access log, where that is on",
            &["requests are in the access log; router.observability.accessLogs: false on the route keeps them out"],
        ),
        "access_log" => tell::default(context, places, "Traefik's access log has one place for all routes"),
        "limit_conn_log_level" | "limit_req_log_level" => tell::default(context, places, "it is about nginx's log"),
        "absolute_redirect" | "port_in_redirect" => {
            tell::default(
                context,
                places,
                "clients make the same address of a Location with or without its host",
            );
        }
        _ => {}
    }
}

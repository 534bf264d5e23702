//! `proxy_ssl_verify`, `proxy_ssl_name` and `proxy_ssl_server_name`: how a backend that speaks TLS is spoken to.
use super::tell::{self, BY_HAND, Unsaid};
use super::value;
use crate::effective::SnippetKind;
use crate::features::backend_protocol::Protocol;
use crate::features::backend_tls::in_force;
use crate::plan::{Context, LocationPlan};
use nginx_snippet::{Effect, Intent, Place, Template};
use serde_json::json;

/// nginx's name of the backend where none is written: the controller has one upstream for all.
const UPSTREAM: &str = "upstream_balancer";

struct Said<'a> {
    directive: &'a str,
    places: &'a [Place],
    arg: &'a str,
}

fn said(intents: &[Intent]) -> Vec<Said<'_>> {
    let names = ["proxy_ssl_verify", "proxy_ssl_name", "proxy_ssl_server_name"];
    let mut found = Vec::new();
    for intent in intents {
        match &intent.effect {
            Effect::Setting { directive, args, .. } if names.contains(&directive.as_str()) => found.push(Said {
                directive,
                places: &intent.places,
                arg: args.first().map_or("", String::as_str),
            }),
            _ => {}
        }
    }
    found
}

/// A location without a backend speaks to nobody.
pub(super) fn without_backend(context: &mut Context<'_>, intents: &[Intent]) {
    for said in said(intents) {
        tell::default(context, said.places, "the location has no backend");
    }
}

/// Adds its part to the Services of a branch.
pub(super) fn apply(context: &mut Context<'_>, intents: &[Intent], plan: &mut LocationPlan) {
    let all = said(intents);
    if all.is_empty() {
        return;
    }
    let protocol = context.settings().backend_protocol.protocol.value;
    if !matches!(protocol, Protocol::Https | Protocol::Auto) {
        for said in &all {
            tell::default(
                context,
                said.places,
                "nginx speaks to the backend without TLS, or not by proxy_pass",
            );
        }
        return;
    }
    if in_force(context.effective, context.host, context.ingress.id).is_some() {
        return all.iter().for_each(|said| beside_annotations(context, said));
    }
    for said in &all {
        verify(context, said);
    }
    name(context, &all, plan);
}

/// proxy-ssl-secret writes lines of its own into the location; those of another Ingress of the host stand in the server.
fn beside_annotations(context: &mut Context<'_>, said: &Said<'_>) {
    let own = context.settings().backend_tls.is_some();
    let of_server = said
        .places
        .first()
        .and_then(|place| context.effective.snippet_of(*place))
        .is_some_and(|snippet| snippet.kind == SnippetKind::Server);
    if own && of_server {
        return tell::default(
            context,
            said.places,
            "the location has lines of its own, by proxy-ssl-secret",
        );
    }
    let unsaid = Unsaid::new(
        "proxy-ssl-secret of this Ingress or of another one of the host sets the same",
        "say it by the annotations proxy-ssl-verify, proxy-ssl-name and proxy-ssl-server-name alone, which are converted",
    );
    tell::block(context, said.places, &unsaid);
}

fn verify(context: &mut Context<'_>, said: &Said<'_>) {
    match (said.directive, said.arg) {
        ("proxy_ssl_verify", "off") => {
            tell::default(
                context,
                said.places,
                "backends are not verified anyway, and Traefik is told so",
            );
        }
        ("proxy_ssl_verify", _) => {
            let unsaid = Unsaid::new(
                "the CA is a file of the controller's container",
                "use the annotations proxy-ssl-secret, with a Secret that has a ca.crt, and proxy-ssl-verify, which are converted",
            );
            tell::block(context, said.places, &unsaid);
        }
        _ => {}
    }
}

/// The name is sent only where `proxy_ssl_server_name` is on, and without verification it serves nothing else.
fn name(context: &mut Context<'_>, all: &[Said<'_>], plan: &mut LocationPlan) {
    let last = |directive: &str| all.iter().rev().find(|said| said.directive == directive);
    let (name, sent) = (last("proxy_ssl_name"), last("proxy_ssl_server_name"));
    let Some(sent) = sent.filter(|sent| sent.arg == "on") else {
        for said in [name, sent].into_iter().flatten() {
            tell::default(
                context,
                said.places,
                "no name is sent to the backend, and none is verified",
            );
        }
        return;
    };
    let said = name.unwrap_or(sent);
    let written = name.map_or(UPSTREAM, |name| name.arg);
    let text = Template::parse(written).map_err(|_| written.to_owned());
    match text.and_then(|template| value::text(context, &[], &template)) {
        Ok(text) => plan.each_service(|service| {
            if service.scheme.as_deref() == Some("https") {
                service.set_transport("serverName", json!(text.websecure));
            }
        }),
        Err(variable) => {
            let unsaid = Unsaid::new(format!("the name needs `{variable}`"), BY_HAND);
            tell::block(context, said.places, &unsaid);
        }
    }
}

//! What ingress-nginx answers to a request: nginx's phases, one file each.
//!
//! The order is that of nginx 1.27 with the template of ingress-nginx v1.15 (`rootfs/etc/nginx/template/nginx.tmpl`): the server's
//! rewrite phase (client certificates, app-root, www), the choice of the location (and the size of the body, which nginx checks there), the
//! location's rewrite phase (denied, CORS preflight, `return`, rewrite, then Lua: https redirect, endpoints, canary), access
//! (addresses, passwords, auth server), the backend, error pages, headers of the answer.
mod access;
mod auth;
mod backend;
mod balancer;
mod blocked;
mod body;
mod client;
mod cors;
mod errors;
mod exchange;
mod forwarded;
mod headers;
mod hygiene;
mod matching;
pub(super) mod path_regex;
mod proxy_redirect;
mod redirects;
mod rewrite;
mod scripted;
mod select;
mod server_phase;
mod unmodelled;
mod uri;
mod variables;

use super::request::{Answer, Request, Unseen, World};
use super::{Effective, Host, Location};
use exchange::Exchange;
use matching::Found;
use uri::Uri;

/// What ingress-nginx answers, as far as it depends on nothing behind it.
///
/// Pure: the same answer for the same request. What depends on a backend's own words, an auth server, chance or load is
/// [`Answer::Unknown`] with the reason.
pub fn serve(effective: &Effective, request: &Request) -> Answer {
    serve_in(effective, request, &Unseen)
}

/// What ingress-nginx answers with these backends and auth servers behind it.
pub fn serve_in(effective: &Effective, request: &Request, world: &dyn World) -> Answer {
    let uri = match Uri::parse(&request.target) {
        Ok(uri) => uri,
        Err(status) => return Answer::own(status),
    };
    if let Some(status) = hygiene::refusal(effective, request) {
        return Answer::own(status);
    }
    let answer = in_server(effective, request, uri.clone(), world);
    headers::of_everything(effective, request, &uri, answer)
}

/// The choice of the server, and what follows.
fn in_server(effective: &Effective, request: &Request, uri: Uri, world: &dyn World) -> Answer {
    if blocked::is_blocked(&effective.controller, request) {
        return Answer::own(403);
    }
    if let Some(why) = unmodelled::of_controller(effective) {
        return Answer::Unknown(why);
    }
    let Some(server) = select::server(effective, request) else {
        if let Some(why) = unmodelled::of_catch_all(effective) {
            return Answer::Unknown(why);
        }
        return unknown_host(effective, request, world);
    };
    let host = match server {
        select::Server::Www(host, www) => return redirects::www(effective, request, host, www),
        select::Server::Host(host) => host,
    };
    if let Some(why) = unmodelled::of_host(effective, request, host) {
        return Answer::Unknown(why);
    }
    if let Some(snippets) = &host.snippets {
        return scripted::answer(effective, request, host, snippets, uri, world);
    }
    if let Some(answer) = server_phase::answer(effective, request, host, &uri, world) {
        return answer;
    }
    in_host(effective, request, host, uri, world)
}

/// The server and the location that a request comes to, whatever answers there.
pub fn located<'e>(effective: &'e Effective, request: &Request) -> Option<(&'e Host, Option<&'e Location>)> {
    let (select::Server::Host(host) | select::Server::Www(host, _)) = select::server(effective, request)?;
    let uri = Uri::parse(&request.target).ok()?;
    Some(match matching::find(host, &uri) {
        Some(Found::Location(location) | Found::AddSlash(location)) => (host, Some(location)),
        Some(Found::Unknown(_)) | None => (host, None),
    })
}

/// The choice of the location, and what follows.
fn in_host(effective: &Effective, request: &Request, host: &Host, uri: Uri, world: &dyn World) -> Answer {
    match matching::find(host, &uri) {
        Some(Found::Location(location)) => {
            let exchange = Exchange::new(effective, request, world, host, location, uri);
            in_location(exchange)
        }
        Some(Found::Unknown(why)) => Answer::Unknown(why),
        Some(Found::AddSlash(location)) => redirects::add_slash(effective, request, host, location, &uri),
        None => unknown_host(effective, request, world),
    }
}

/// No server, or the catch-all `/` that no Ingress owns: the controller's default backend.
fn unknown_host(effective: &Effective, request: &Request, world: &dyn World) -> Answer {
    let mut headers = Vec::new();
    headers::hsts(effective, request, &mut headers);
    backend::controller_default(effective, request, world, headers)
}

/// The phases within a location.
fn in_location(mut exchange: Exchange<'_>) -> Answer {
    if let Some(why) = unmodelled::of_location(&exchange) {
        return Answer::Unknown(why);
    }
    headers::of_location(&mut exchange);
    if body::too_large(&exchange) {
        return errors::own(exchange, 413);
    }
    if exchange.settings.denied.is_some() {
        return errors::own_of_denied(exchange, 503);
    }
    if let Some(answer) = cors::answer(&mut exchange) {
        return answer;
    }
    if let Some(answer) = redirects::returned(&mut exchange) {
        return answer;
    }
    if let Some(answer) = rewrite::apply(&mut exchange) {
        return answer;
    }
    if let Some(answer) = redirects::to_https(&exchange) {
        return answer;
    }
    let target = match balancer::choose(&exchange) {
        balancer::Choice::Target(target) => target,
        balancer::Choice::NoEndpoints => return errors::own(exchange, 503),
        balancer::Choice::Unknown(why) => return Answer::Unknown(why),
    };
    match access::check(&mut exchange) {
        access::Verdict::Pass => backend::call(exchange, target),
        access::Verdict::Status(status) => errors::own(exchange, status),
        access::Verdict::Unknown(why) => Answer::Unknown(why),
    }
}

/// The rewrite settings apply to this location.
fn redirects_apply(location: &Location) -> bool {
    !location.without_redirects
}

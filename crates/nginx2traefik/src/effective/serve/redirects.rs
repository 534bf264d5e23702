//! Redirects: to https, between a host and its www sibling, to a path with a slash, and those that an Ingress asks for.
use super::exchange::{Exchange, access_scheme, best_host, host_name, scheme, trusts_forwarded};
use super::uri::Uri;
use super::variables::{Scope, expand_at};
use super::{headers, redirects_apply};
use crate::effective::build::covers;
use crate::effective::host::{HostName, WwwRedirect};
use crate::effective::request::{Answer, Request, Scheme, Unseen};
use crate::effective::{Effective, Host, Location};

/// from-to-www-redirect (`ngx_srv_redirect.lua`): the port is always written, a slash at the very end is taken off.
pub(super) fn www(effective: &Effective, request: &Request, host: &Host, www: &WwwRedirect) -> Answer {
    let HostName::Exact(to) = &host.name else {
        return Answer::own(404);
    };
    let target = request.target.strip_suffix('/').unwrap_or(&request.target);
    let port = match request
        .header("X-Forwarded-Port")
        .filter(|_| trusts_forwarded(effective))
    {
        Some(port) => port,
        None if request.scheme == Scheme::Https => "443",
        None => "80",
    };
    let scheme = access_scheme(effective, request);
    Answer::Own {
        status: www.code,
        headers: vec![("Location".into(), format!("{scheme}://{to}:{port}{target}"))],
    }
}

/// The 301 from `/x` to the location `/x/` (`ngx_http_core_find_config_phase`: the location's name and the query).
pub(super) fn add_slash(
    effective: &Effective,
    request: &Request,
    host: &Host,
    location: &Location,
    uri: &Uri,
) -> Answer {
    let mut exchange = Exchange::new(effective, request, &Unseen, host, location, uri.clone());
    headers::of_location(&mut exchange);
    let path = super::uri::encode(location.path.as_bytes());
    let target = format!("{path}{}", uri.query());
    exchange.own(301, vec![("Location".into(), absolute(&exchange, &target))])
}

/// nginx writes scheme and host before a Location that begins with `/` (`absolute_redirect`).
pub(super) fn absolute(exchange: &Exchange<'_>, target: &str) -> String {
    let relative = exchange.settings.redirect.as_ref().is_some_and(|r| r.relative.value)
        || exchange.effective.controller.bool("relative-redirects", false).value;
    if relative || !target.starts_with('/') {
        return target.into();
    }
    format!("{}://{}{target}", scheme(exchange.request), host_name(exchange.request))
}

/// permanent-redirect and temporal-redirect: `return <code> <target>`.
pub(super) fn returned(exchange: &mut Exchange<'_>) -> Option<Answer> {
    let redirect = exchange.settings.redirect.as_ref();
    let redirect = redirect.filter(|_| redirects_apply(exchange.location))?;
    let scope = Scope::new(
        exchange.effective,
        exchange.request,
        &exchange.uri,
        &exchange.captures,
        Some(exchange.location),
    );
    let Some(target) = expand_at(&redirect.target.value, &scope) else {
        return Some(Answer::Unknown("the redirect's target has an unknown variable".into()));
    };
    let headers = match redirect.code.value {
        // a `return` with any other code has a text and no Location
        301 | 302 | 303 | 307 | 308 => vec![("Location".into(), absolute(exchange, &target))],
        _ => Vec::new(),
    };
    Some(exchange.own(redirect.code.value, headers))
}

/// ssl-redirect and force-ssl-redirect (`lua_ingress.lua`).
pub(super) fn to_https(exchange: &Exchange<'_>) -> Option<Answer> {
    let (effective, request) = (exchange.effective, exchange.request);
    let settings = &exchange.settings.ssl_redirect;
    let exempt = effective
        .controller
        .text("no-tls-redirect-locations", "/.well-known/acme-challenge");
    if access_scheme(effective, request) != "http"
        || !redirects_apply(exchange.location)
        || is_listed(&exchange.location.path, &exempt.value)
    {
        return None;
    }
    let wanted = settings.force.value || settings.redirect.value && has_certificate(effective, request);
    if !wanted {
        return None;
    }
    let host = best_host(effective, request).split(':').next().unwrap_or("");
    let port = if exchange.settings.rewrite.port_in_redirects.value {
        ":443"
    } else {
        ""
    };
    let target = exchange.uri.raw.as_str();
    let target = match target.strip_suffix('/') {
        Some(bare) if !settings.preserve_trailing_slash.value => bare,
        _ => target,
    };
    let location = format!("https://{host}{port}{target}");
    Some(exchange.own(settings.code.value, vec![("Location".into(), location)]))
}

/// The path of the location begins with one of these (`isLocationInLocationList`).
pub(super) fn is_listed(path: &str, list: &str) -> bool {
    let mut items = list.split(',').map(|i| i.trim_matches(' ')).filter(|i| !i.is_empty());
    items.any(|item| path.starts_with(item))
}

/// A certificate is configured for the name of the request (`certificate.lua` configured_for_current_request): for its server or alias, else
/// for the wildcard of its first label.
fn has_certificate(effective: &Effective, request: &Request) -> bool {
    let name = host_name(request);
    if let Some(enabled) = certificate_of(effective, &name)
        && enabled
    {
        return true;
    }
    let parent = name.split_once('.').map(|(_, parent)| parent);
    parent.is_some_and(|parent| {
        let wildcard = |h: &&Host| h.name == HostName::Wildcard(parent.into());
        effective.hosts.iter().any(|h| wildcard(&h) && h.tls.enabled.is_some())
    })
}

/// Whether a certificate is registered under exactly this name; None: no server or alias has it.
fn certificate_of(effective: &Effective, name: &str) -> Option<bool> {
    let exact = HostName::Exact(name.into());
    if let Some(host) = effective.hosts.iter().find(|h| h.name == exact) {
        return Some(host.tls.enabled.is_some());
    }
    let host = effective
        .hosts
        .iter()
        .find(|h| h.aliases.iter().any(|a| a.value == exact))?;
    // an alias counts only where the certificate holds its name
    let names = host.tls.names.as_ref();
    Some(names.is_some_and(|names| names.iter().any(|n| covers(n, name))))
}

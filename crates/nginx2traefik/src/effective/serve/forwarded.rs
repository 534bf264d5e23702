//! X-Forwarded-* and their like towards a backend.
//!
//! They are told only where they differ from what any proxy says of this connection.
use super::client;
use super::exchange::{Exchange, access_scheme, best_host, scheme, trusts_forwarded};
use crate::effective::request::Scheme;

/// Sets them. (nginx.tmpl: each of the client's own is replaced; with use-forwarded-headers it counts for the new value.)
pub(super) fn send(exchange: &mut Exchange<'_>) {
    let (effective, request) = (exchange.effective, exchange.request);
    for (key, default, kept_as) in [
        ("forwarded-for-header", "X-Forwarded-For", "X-Original-Forwarded-For"),
        ("forwarded-host-header", "X-Forwarded-Host", "X-Original-Forwarded-Host"),
    ] {
        if let Some(value) = request.header(&effective.controller.text(key, default).value) {
            exchange.send(kept_as, value);
        }
    }
    if effective.controller.bool("proxy-add-original-uri-header", false).value {
        exchange.send("X-Original-Uri", exchange.uri.raw.clone());
    }
    let host = best_host(effective, request).to_owned();
    // where upstream-vhost changes the Host, this is the only trace of the client's
    let sent = exchange.sent.iter().find(|(name, _)| name == "Host");
    let usual = sent.map_or(request.host.clone(), |(_, value)| value.clone());
    send_unusual(exchange, "X-Forwarded-Host", host, &usual);
    let port = if request.scheme == Scheme::Https { "443" } else { "80" };
    let believed = request
        .header("X-Forwarded-Port")
        .filter(|_| trusts_forwarded(effective));
    send_unusual(exchange, "X-Forwarded-Port", believed.unwrap_or(port).into(), port);
    let pass_scheme = access_scheme(effective, request).to_owned();
    for name in ["X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Scheme"] {
        send_unusual(exchange, name, pass_scheme.clone(), scheme(request));
    }
    addresses(exchange);
}

fn addresses(exchange: &mut Exchange<'_>) {
    let (effective, request) = (exchange.effective, exchange.request);
    let Some(client) = client::address(effective, request) else {
        return;
    };
    let peer = request.address.map_or(String::new(), |a| a.to_string());
    let full = trusts_forwarded(effective) && effective.controller.bool("compute-full-forwarded-for", false).value;
    let all = match request.header("X-Forwarded-For") {
        Some(forwarded) if full => format!("{forwarded}, {peer}"),
        None if full => peer.clone(),
        _ => client.to_string(),
    };
    send_unusual(exchange, "X-Forwarded-For", all, &peer);
    send_unusual(exchange, "X-Real-Ip", client.to_string(), &peer);
}

/// Sets a header where its value is unusual, or where the client sent one of its own.
fn send_unusual(exchange: &mut Exchange<'_>, name: &str, value: String, usual: &str) {
    if value != usual || exchange.request.header(name).is_some() {
        exchange.send(name, value);
    }
}

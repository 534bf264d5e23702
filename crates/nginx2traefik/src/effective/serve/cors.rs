//! CORS: headers of every answer of the location, and the preflight that nginx answers itself.
use super::exchange::Exchange;
use crate::effective::request::{Answer, Request};
use crate::features::cors::{AllowedOrigin, Cors};

/// The answer to a preflight, that is to any OPTIONS of an origin that is let in: 204, before redirects, access lists and passwords.
/// Other requests get headers. (nginx.tmpl, CORS)
pub(super) fn answer(exchange: &mut Exchange<'_>) -> Option<Answer> {
    let headers = headers(exchange);
    let is_preflight = !headers.is_empty() && exchange.request.method == "OPTIONS";
    exchange.added.extend(headers);
    is_preflight.then(|| exchange.own(204, Vec::new()))
}

/// The headers; none where CORS is off, or the origin is not let in.
pub(super) fn headers(exchange: &Exchange<'_>) -> Vec<(String, String)> {
    let Some(cors) = &exchange.settings.cors else {
        return Vec::new();
    };
    let Some(origin) = answered_origin(cors, exchange.request.header("Origin")) else {
        return Vec::new();
    };
    let credentials = cors.credentials.value.then(|| "true".to_owned());
    let expose = cors.expose.as_ref().map(|e| e.value.clone());
    let all = [
        ("Allow-Origin", Some(origin)),
        ("Allow-Credentials", credentials),
        ("Allow-Methods", Some(cors.methods.value.clone())),
        ("Allow-Headers", Some(cors.headers.value.clone())),
        ("Expose-Headers", expose),
        ("Max-Age", Some(cors.max_age.value.clone())),
    ];
    let set = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
    set.map(|(name, value)| (format!("Access-Control-{name}"), value))
        .collect()
}

/// The origin of the request gets CORS headers.
pub(super) fn lets_in(cors: &Cors, request: &Request) -> bool {
    answered_origin(cors, request.header("Origin")).is_some()
}

/// What Access-Control-Allow-Origin says; None: no CORS headers.
fn answered_origin(cors: &Cors, sent: Option<&str>) -> Option<String> {
    let origins = &cors.origins.value;
    if origins.contains(&AllowedOrigin::Any) {
        return Some("*".into());
    }
    let sent = sent?;
    origins.iter().any(|o| o.admits(sent)).then(|| sent.to_owned())
}

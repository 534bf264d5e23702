//! What to write instead of what nginx refuses.

use crate::catalog::{Context, directives};
use crate::reading::{Meaning, meaning_of};

/// What to do about a message of nginx's, where that can be told from it.
///
/// ```
/// use nginx_snippet::advice;
/// let said = advice("\"limit_req_zone\" directive is not allowed here");
/// assert!(said.unwrap().contains("http-snippet"));
/// assert_eq!(advice("no such message"), None);
/// ```
pub fn advice(message: &str) -> Option<String> {
    let quoted = message.split('"').nth(1).unwrap_or_default();
    if message.ends_with("directive is duplicate") {
        return Some(duplicate(quoted));
    }
    if message.ends_with("directive is not allowed here") {
        return Some(elsewhere(quoted));
    }
    let text = if message.starts_with("duplicate location") {
        "the Ingress has this path already, so write what it holds into the configuration-snippet of the path, whose Service is the backend"
    } else if message.contains("cannot be inside the exact location") || message.contains("is outside location") {
        "write the location into the server-snippet, or its path into the rules of the Ingress"
    } else if message.starts_with("invalid condition") {
        "take out what stands between the closing `)` and the `{`"
    } else if message.starts_with("unknown directive") {
        "take it out, nginx has no such directive or lacks its module"
    } else if message.starts_with("unknown \"") && message.ends_with("variable") {
        "define the variable with `set`, or take it out"
    } else {
        return None;
    };
    Some(text.to_owned())
}

fn duplicate(directive: &str) -> String {
    let annotation = match meaning_of(directive) {
        Meaning::Annotation(annotation) => Some(annotation),
        _ if directive == "proxy_http_version" => Some("proxy-http-version"),
        _ => None,
    };
    match annotation {
        Some(annotation) => {
            format!(
                "take it out, since ingress-nginx writes {directive} itself, and the annotation {annotation} gives its value"
            )
        }
        None => "take it out, since ingress-nginx writes it itself, or it stands here twice".to_owned(),
    }
}

/// Where nginx takes the directive.
fn elsewhere(directive: &str) -> String {
    let allowed = |context: Context| directives(directive).iter().any(|info| info.allowed_in(context));
    let place = if allowed(Context::Location) {
        "configuration-snippet, outside of `if`"
    } else if allowed(Context::Server) {
        "server-snippet, outside of `if`"
    } else if allowed(Context::Http) {
        "http-snippet of the controller's ConfigMap"
    } else if allowed(Context::Stream) {
        "stream-snippet"
    } else {
        "main-snippet of the controller's ConfigMap"
    };
    match meaning_of(directive) {
        Meaning::Annotation(annotation) => format!("it belongs into the {place}; or use the annotation {annotation}"),
        _ => format!("it belongs into the {place}"),
    }
}

//! Headers of the request, as the backend gets them.
use super::auth_variable;
use super::tell::{self, BY_HAND, Unsaid};
use super::value::{self, Text};
use crate::effective::Matcher;
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use nginx_snippet::{Effect, Guard, Intent, Part, Place, Template, writes_request_header};
use serde_json::{Map, Value, json};

/// Adds what the branch does to the headers of requests.
pub(super) fn apply(context: &mut Context<'_>, when: &[Guard], intents: &[Intent], plan: &mut LocationPlan) {
    let mut headers: Vec<(String, Text)> = Vec::new();
    for intent in intents {
        let (name, value) = match &intent.effect {
            Effect::SetRequestHeader {
                name, duplicate: true, ..
            } => {
                tell_twice(context, &intent.places, name);
                continue;
            }
            Effect::SetRequestHeader { name, value, .. } if own(context, &intent.places, name) => {
                let value = auth_variable::without_empty(context, intents, value);
                if auth_variable::copied(context, intents, &intent.places, (name, &value), plan) {
                    continue;
                }
                let at_backend = path_at_backend(context, intents, &value);
                match of_value(context, when, &intent.places, name, &at_backend) {
                    Some(text) => (name, text),
                    None => continue,
                }
            }
            Effect::ClearRequestHeader { name } if !writes_request_header(name) => (name, empty()),
            _ => continue,
        };
        headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        headers.push((name.clone(), value));
    }
    if headers.is_empty() {
        return;
    }
    add(plan, &headers);
}

fn add(plan: &mut LocationPlan, headers: &[(String, Text)]) {
    value::add(
        plan,
        |branch| !branch.answers,
        |entries, _| {
            let of = |(name, text): &(String, Text)| (name.clone(), json!(text.on(entries)));
            let map: Map<String, Value> = headers.iter().map(of).collect();
            let spec = json!({"customRequestHeaders": map});
            Some(Middleware::new(
                Slot::RequestHeaders,
                "request-headers",
                "headers",
                spec,
            ))
        },
    );
}

fn empty() -> Text {
    Text {
        web: String::new(),
        websecure: String::new(),
    }
}

/// more_set_input_headers changes what the client sent; of these ingress-nginx sends its own to the backend all the same.
fn own(context: &mut Context<'_>, places: &[Place], name: &str) -> bool {
    if !writes_request_header(name) {
        return true;
    }
    if name.eq_ignore_ascii_case("host") {
        let unsaid = Unsaid::new(
            "it changes the Host that ingress-nginx itself goes by",
            "use the annotation upstream-vhost, which is converted",
        );
        tell::block(context, places, &unsaid);
        return false;
    }
    tell::default(
        context,
        places,
        &format!("ingress-nginx sends a `{name}` of its own in its place"),
    );
    false
}

/// `$uri` is asked for when the request goes to the backend: behind every rewrite. Of one path there is one value.
fn path_at_backend(context: &Context<'_>, intents: &[Intent], value: &Template) -> Template {
    let rewritten = intents.iter().find_map(|intent| match &intent.effect {
        Effect::Rewrite { target, .. } => Some(target.literal()),
        _ => None,
    });
    let location = context.location;
    let path = match rewritten {
        _ if context.settings().rewrite.target.is_some() => None,
        Some(path) => path,
        None if location.matcher == Matcher::Exact => Some(location.path.clone()),
        None => return value.clone(),
    };
    let part = |part: &Part| match (part, &path) {
        (Part::Variable(name), Some(path)) if is_path(name) => Part::Text(path.clone()),
        // not what a condition said of the path before
        (Part::Variable(name), None) if is_path(name) => Part::Variable("uri of the rewritten request".into()),
        _ => part.clone(),
    };
    Template {
        parts: value.parts.iter().map(part).collect(),
    }
}

fn is_path(name: &str) -> bool {
    ["uri", "document_uri"].contains(&name)
}

fn of_value(context: &mut Context<'_>, when: &[Guard], places: &[Place], name: &str, value: &Template) -> Option<Text> {
    // the client's own header of this name reaches the backend anyway
    let same = format!("http_{}", name.to_ascii_lowercase().replace('-', "_"));
    if value.parts == [Part::Variable(same)] {
        tell::default(
            context,
            places,
            "the backend gets the client's header of this name anyway",
        );
        return None;
    }
    match value::text(context, when, value) {
        Ok(text) => Some(text),
        Err(variable) => {
            let unsaid = Unsaid::new(
                format!("`{name}` needs `{variable}`, and Traefik can only send the backend a fixed value"),
                advice(&variable),
            );
            tell::block(context, places, &unsaid);
            None
        }
    }
}

fn advice(variable: &str) -> String {
    match variable {
        "$remote_addr" | "$proxy_add_x_forwarded_for" => {
            "let the backend read X-Real-Ip or X-Forwarded-For, which Traefik sends".into()
        }
        "$host" | "$http_host" => "let the backend read Host or X-Forwarded-Host, which Traefik sends".into(),
        "$request_uri" => "let the backend read the path that it is asked for, or use a plugin".into(),
        _ => BY_HAND.into(),
    }
}

/// nginx sends both lines, ingress-nginx's first (recordings atlas/snip-dup, snippet/119).
fn tell_twice(context: &mut Context<'_>, places: &[Place], name: &str) {
    tell::warn(
        context,
        places,
        &format!("`{name}` was sent twice: ingress-nginx's own line first, then this one"),
        &[&format!(
            "the backend gets `{name}` once, as Traefik sends it, without the snippet's value"
        )],
    );
}

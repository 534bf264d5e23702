//! `auth_request_set`: what the auth server answers, under a name of the snippet's own.
use super::tell::{self, Unsaid};
use crate::plan::{Context, LocationPlan};
use nginx_snippet::{Directive, Effect, Intent, Part, Place, Template};
use serde_json::json;

/// What a variable of the auth server's answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AuthValue {
    /// Nobody is asked, so that it is empty.
    Empty,
    /// This header of the answer.
    Header(String),
    /// More than a header.
    Other,
}

/// The value of a variable; none where it is no variable of the auth server's answer.
pub(super) fn value(context: &Context<'_>, intents: &[Intent], variable: &str) -> Option<AuthValue> {
    let mut found = None;
    for intent in intents {
        match &intent.effect {
            Effect::AuthVariable { variable: own, value } if own == variable => found = Some(value),
            _ => {}
        }
    }
    let found = found?;
    if is_set(context, variable) {
        return Some(AuthValue::Other);
    }
    if !is_asked(context, intents) {
        return Some(AuthValue::Empty);
    }
    Some(match found.parts.as_slice() {
        [Part::Variable(name)] => match name.strip_prefix("upstream_http_") {
            Some(header) => AuthValue::Header(written(header)),
            None => AuthValue::Other,
        },
        _ => AuthValue::Other,
    })
}

/// `x_auth_user` as people write it: `X-Auth-User`.
fn written(variable: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    variable.split('_').map(word).collect::<Vec<_>>().join("-")
}

/// A `set` somewhere gives it another value, which stays where nobody is asked.
fn is_set(context: &Context<'_>, variable: &str) -> bool {
    fn sets(list: &[Directive], variable: &str) -> bool {
        list.iter().any(|directive| {
            let named = directive.arg(0).and_then(|name| name.strip_prefix('$'));
            let here =
                directive.name.text.starts_with("set") && named.is_some_and(|n| n.eq_ignore_ascii_case(variable));
            here || sets(directive.children(), variable)
        })
    }
    let mut snippets = context.effective.snippets.iter().filter(|snippet| snippet.is_written());
    snippets.any(|snippet| sets(&snippet.tree.directives, variable))
}

fn is_asked(context: &Context<'_>, intents: &[Intent]) -> bool {
    let asks = |intent: &Intent| matches!(intent.effect, Effect::AuthRequest { .. });
    context.settings().external_auth.is_some() || intents.iter().any(asks)
}

/// The directive itself does nothing; who uses the variable is told with the use.
pub(super) fn tell(context: &mut Context<'_>, intents: &[Intent], places: &[Place]) {
    let why = match is_asked(context, intents) {
        true => "it only gives a name to a header of the auth server's answer",
        false => "there is no auth-url, so nobody is asked, and the variable is empty",
    };
    tell::default(context, places, why);
}

/// A text without the variables that are empty.
pub(super) fn without_empty(context: &Context<'_>, intents: &[Intent], template: &Template) -> Template {
    let stays = |part: &&Part| match part {
        Part::Variable(name) => value(context, intents, name) != Some(AuthValue::Empty),
        _ => true,
    };
    Template {
        parts: template.parts.iter().filter(stays).cloned().collect(),
    }
}

/// `proxy_set_header X $variable` with a header of the auth server: forwardAuth copies it under its own name. True: it has been
/// done, or told.
pub(super) fn copied(
    context: &mut Context<'_>,
    intents: &[Intent],
    places: &[Place],
    (name, text): (&str, &Template),
    plan: &mut LocationPlan,
) -> bool {
    let of = |part: &Part| match part {
        Part::Variable(name) => value(context, intents, name),
        _ => None,
    };
    let Some(found) = text.parts.iter().find_map(of) else {
        return false;
    };
    match found {
        AuthValue::Header(header) if text.parts.len() == 1 && header.eq_ignore_ascii_case(name) => {
            copy(plan, name);
        }
        AuthValue::Header(header) => {
            let unsaid = Unsaid::new(
                format!("`{name}` is made of the auth server's `{header}`, and forwardAuth copies headers as they are"),
                format!(
                    "let the auth server send `{name}` itself, with its whole value, and name it in auth-response-headers, \
                     or let the backend read `{header}`"
                ),
            );
            tell::block(context, places, &unsaid);
        }
        AuthValue::Empty | AuthValue::Other => {
            let unsaid = Unsaid::new(
                format!("`{name}` is made of more than a header of the auth server"),
                "let the auth server send the header itself, and name it in auth-response-headers",
            );
            tell::block(context, places, &unsaid);
        }
    }
    true
}

fn copy(plan: &mut LocationPlan, name: &str) {
    for middleware in plan.branches.iter_mut().flat_map(|way| &mut way.chain) {
        if middleware.purpose != "auth-url" {
            continue;
        }
        let copied = middleware.spec["authResponseHeaders"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let mut copied: Vec<serde_json::Value> = copied;
        let is_it = |one: &serde_json::Value| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(name));
        if !copied.iter().any(is_it) {
            copied.push(json!(name));
        }
        middleware.spec["authResponseHeaders"] = json!(copied);
    }
}

//! auth-snippet: nginx configuration for the question to the auth server. Mostly it names what forwardAuth sends anyway.
use super::ExternalAuth;
use crate::effective::{Origin, Snippet, SnippetKind};
use crate::finding::{Fidelity, Finding};
use crate::plan::{Context, LocationPlan, Middleware, Slot};
use nginx_snippet::{Directive, Meaning, Part, Template, meaning_of};
use serde_json::{Map, Value, json};

/// Headers that forwardAuth sets (traefik pkg/middlewares/auth/forward.go, writeHeader), with nginx's words for the same.
const SENT: [(&str, &[&str]); 5] = [
    ("x-forwarded-method", &["request_method"]),
    ("x-forwarded-proto", &["scheme", "pass_access_scheme"]),
    ("x-forwarded-host", &["http_host", "host", "best_http_host"]),
    ("x-forwarded-uri", &["request_uri"]),
    ("x-forwarded-for", &["remote_addr", "proxy_add_x_forwarded_for"]),
];

/// What becomes of a directive.
enum Becomes {
    /// Traefik does so anyway; why.
    Nothing(String),
    /// The auth server gets this header.
    Header(String, String),
    /// Nothing can; why.
    Lost(&'static str),
}

/// The headers that the auth server gets beside the usual; None where something in the snippet cannot be kept, which is told.
pub(super) fn headers(context: &mut Context<'_>, auth: &ExternalAuth) -> Option<Vec<(String, String)>> {
    let Some(snippet) = of(context, auth) else {
        return Some(Vec::new());
    };
    let (mut headers, mut lost) = (Vec::new(), false);
    for directive in &snippet.tree.directives {
        let finding = match becomes(directive) {
            Becomes::Nothing(why) => left_out(context, snippet, directive, &why),
            Becomes::Header(name, value) => {
                let finding = sent(context, snippet, directive, &name);
                headers.push((name, value));
                finding
            }
            Becomes::Lost(why) => {
                lost = true;
                context
                    .blocking(snippet.key(), &origin(snippet, directive), message(directive, why))
                    .traefik("asks with the client's headers and X-Forwarded-*")
                    .help("let the auth server do without it, then take it out")
            }
        };
        context.tell(finding);
    }
    (!lost).then_some(headers)
}

/// The question gets these headers, and the backend does not.
pub(super) fn before(plan: &mut LocationPlan, headers: &[(String, String)]) {
    add(
        plan,
        "auth-snippet",
        headers.iter().map(|(n, v)| (n.clone(), json!(v))).collect(),
    );
}

/// See [`before`].
pub(super) fn behind(plan: &mut LocationPlan, headers: &[(String, String)]) {
    add(
        plan,
        "auth-snippet-end",
        headers.iter().map(|(n, _)| (n.clone(), json!(""))).collect(),
    );
}

fn add(plan: &mut LocationPlan, purpose: &str, headers: Map<String, Value>) {
    if !headers.is_empty() {
        let spec = json!({"customRequestHeaders": headers});
        plan.before_backend(&Middleware::new(Slot::ExternalAuth, purpose, "headers", spec));
    }
}

/// The Ingress's own, or the ConfigMap's beside global-auth-url.
fn of<'a>(context: &Context<'a>, auth: &ExternalAuth) -> Option<&'a Snippet> {
    let effective = context.effective;
    let is_ours = |s: &&Snippet| s.kind == SnippetKind::Auth && s.is_written();
    if auth.global {
        let mut all = effective.snippets.iter().filter(is_ours);
        return all.find(|s| matches!(s.origin, Origin::ConfigMap { .. }));
    }
    let ids = &context.settings().snippets;
    ids.iter().map(|id| effective.snippet(*id)).find(is_ours)
}

fn becomes(directive: &Directive) -> Becomes {
    if let Meaning::Nothing(why) = meaning_of(&directive.name.text) {
        return Becomes::Nothing(why.to_owned());
    }
    let header = match (directive.name.text.as_str(), directive.arg(0), directive.arg(1)) {
        ("proxy_set_header", Some(name), Some(value)) => Some((name, Template::parse(value))),
        _ => None,
    };
    let Some((name, Ok(value))) = header else {
        return Becomes::Lost("the auth server is asked in another way");
    };
    let lower = name.to_ascii_lowercase();
    match value.parts.as_slice() {
        [] => Becomes::Lost("the auth server does not get a header of the client's"),
        [Part::Variable(variable)] if is_sent(&lower, variable) => {
            Becomes::Nothing(format!("Traefik tells the auth server {name} anyway"))
        }
        _ if SENT.iter().any(|(sent, _)| *sent == lower) || lower == "host" => {
            Becomes::Lost("forwardAuth sets this header itself")
        }
        [Part::Text(text)] => Becomes::Header(name.to_owned(), text.clone()),
        _ => Becomes::Lost("the header is made of variables of nginx"),
    }
}

/// forwardAuth sends it so, or passes the client's header of that name.
fn is_sent(name: &str, variable: &str) -> bool {
    let own = variable.strip_prefix("http_").map(|v| v.replace('_', "-"));
    let set = SENT.iter().find(|(sent, _)| *sent == name);
    match set {
        Some((_, variables)) => variables.contains(&variable),
        None => own.is_some_and(|own| own == name),
    }
}

fn left_out(context: &Context<'_>, snippet: &Snippet, directive: &Directive, why: &str) -> Finding {
    let why = format!("it is left out: {why}");
    context
        .note(snippet.key(), &origin(snippet, directive), message(directive, &why))
        .fidelity(Fidelity::Default)
}

fn sent(context: &Context<'_>, snippet: &Snippet, directive: &Directive, name: &str) -> Finding {
    let text = "a Middleware in front of the question sets the header, and one behind it takes it off";
    context
        .note(snippet.key(), &origin(snippet, directive), message(directive, text))
        .fidelity(Fidelity::Approximate)
        .difference(format!(
            "a header {name} of the client's own does not reach the backend"
        ))
}

fn message(directive: &Directive, text: &str) -> String {
    format!("`{}`: {text}", directive.name.text)
}

/// The snippet's origin, at the directive's place.
fn origin(snippet: &Snippet, directive: &Directive) -> Origin {
    let mut origin = snippet.origin.clone();
    if let Origin::Annotation { span, .. } | Origin::ConfigMap { span, .. } = &mut origin {
        *span = snippet.span(directive.head());
    }
    origin
}

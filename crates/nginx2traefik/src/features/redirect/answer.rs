//! Redirects as Traefik can answer them (recipes: redirect).
use super::template::{Part, Replacement, page_redirects};
use crate::plan::{Context, Middleware, Slot};
use serde_json::{Value, json};

/// A fixed target: any status for every method. A `Location` header, and an answer with that status.
pub fn fixed(slot: Slot, target: &str, code: u16) -> Vec<Middleware> {
    let headers = json!({"customResponseHeaders": {"Location": target}});
    vec![
        Middleware::new(slot, "location", "headers", headers),
        Middleware::answer(code),
    ]
}

/// redirectRegex: 301 to GET and 308 to every other method, or 302 and 307.
pub fn by_regex(slot: Slot, purpose: &str, pair: &Replacement, permanent: bool) -> Middleware {
    let mut spec = json!({"regex": pair.regex, "replacement": pair.replacement});
    if permanent {
        spec["permanent"] = json!(true);
    }
    Middleware::new(slot, purpose, "redirectRegex", spec)
}

/// The statuses of [`by_regex`] for GET and for requests with a body.
pub fn statuses(permanent: bool) -> (u16, u16) {
    if permanent { (301, 308) } else { (302, 307) }
}

/// Any status for every method with pieces of the request's URL in the target, from 3.7 on: `noop@internal` answers 418, an
/// errors Middleware asks for a page at `/{url}`, and the Middlewares of the page's Service turn that back into the URL and
/// redirect. The Service itself is never asked.
pub fn composed(
    context: &mut Context<'_>,
    slot: Slot,
    parts: &[Part],
    code: u16,
    keep_final_slash: bool,
) -> Result<Middleware, String> {
    let pairs = page_redirects(parts, keep_final_slash)?;
    Ok(composed_of(context, slot, &pairs, code))
}

/// The same with pairs of one's own for the page's URL: first the one for a request with a query.
pub fn composed_of(context: &mut Context<'_>, slot: Slot, pairs: &[Replacement; 2], code: u16) -> Middleware {
    let chain = request_uri_chain(context);
    let mut page: Vec<Value> = vec![json!({"name": chain})];
    for (pair, purpose) in pairs.iter().zip(["location-with-query", "location"]) {
        let middleware = by_regex(slot, purpose, pair, false);
        page.push(json!({"name": context.middleware(&middleware)}));
    }
    let service = context.none_service();
    let spec = json!({
        "status": ["418"],
        "statusRewrites": {"418": code},
        "query": "/{url}",
        "service": {"name": service, "port": 80, "middlewares": page},
    });
    context.require(
        "providers.kubernetesCRD.allowEmptyServices",
        json!(true),
        "Redirects name a Service without endpoints that is never asked.",
    );
    Middleware::new(slot, &format!("redirect-{code}"), "errors", spec)
}

/// Steps from the query-escaped URL in a path back to the path and query (recipes/redirect: the chain `uri`). The request for the
/// page has the host, but not the scheme, so that one stays in front: `/https:/path%3Fquery`.
const STEPS: [(&str, &str); 11] = [
    ("^/(https?)%3A%2F%2F[^%]*(?:%3A[0-9]+)?", "/${1}:"),
    ("^(.*?)%3F", "${1}~%3F"),
    ("%2F|(%3F.*)$", "/$1"),
    ("~/(%3F.*)$", "$1"),
    ("%3D", "="),
    ("%26", "&"),
    ("%2B", "+"),
    ("%3A", ":"),
    ("%2C", ","),
    ("%40", "@"),
    ("%25", "%"),
];

fn request_uri_chain(context: &mut Context<'_>) -> String {
    let mut names = Vec::new();
    for (number, (regex, replacement)) in STEPS.iter().enumerate() {
        let spec = json!({"regex": regex, "replacement": replacement});
        let step = Middleware::new(Slot::Redirect, &format!("uri-{}", number + 1), "replacePathRegex", spec);
        names.push(json!({"name": context.middleware(&step)}));
    }
    let chain = Middleware::new(Slot::Redirect, "uri", "chain", json!({"middlewares": names}));
    context.middleware(&chain)
}

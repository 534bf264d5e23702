//! Middlewares and their order.
use super::collected::{Collected, Draft};
use super::context::TRAEFIK_API;
use crate::model::IngressId;
use serde_json::{Map, Value, json};

/// Where in a chain a Middleware stands. The order of the variants is the order in the chain: that of nginx's phases
/// (atlas traps 12): what changes every answer first, then early answers, limits, access, authentication, then what the backend gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// Rewrites the status of what the later ones answer (429 -> 503), error pages.
    Errors,
    /// Headers on every answer: HSTS, custom-headers.
    ResponseHeaders,
    /// CORS, also answers preflights in the plain form.
    Cors,
    /// permanent-redirect and the like.
    Redirect,
    /// http -> https.
    SslRedirect,
    /// A fixed answer that ends the chain.
    Answer,
    /// limit-connections.
    Connections,
    /// limit-rps, limit-rpm.
    Rate,
    /// Deny and allow lists, a denied location.
    Access,
    /// auth-url.
    ExternalAuth,
    /// auth-type basic.
    BasicAuth,
    /// proxy-body-size, request buffering.
    Body,
    /// custom-http-errors: pages in place of the backend's answers, and of nobody else's.
    ErrorPage,
    /// Headers towards the backend: upstream-vhost, X-Forwarded-Prefix, cleared headers.
    RequestHeaders,
    /// rewrite-target.
    Rewrite,
    /// retry.
    Retry,
    /// Stands where the backend would be: the controller's default backend, a Service without endpoints.
    Backend,
}

/// One Middleware, before it has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Middleware {
    /// Where it stands in the chain.
    pub slot: Slot,
    /// What it is for, for its name: `cors`, `basic-auth`, `answer-404`. Lower case, DNS label.
    pub purpose: String,
    /// The kind of `spec`: `headers`, `ipAllowList`, ...
    pub kind: &'static str,
    /// The value of that key. Names of Services and Secrets in it are of the Ingress's namespace.
    pub spec: Value,
    /// It is one of the user's own already: its namespace and name.
    pub(crate) existing: Option<(String, String)>,
    /// The filter of an HTTPRoute that takes its place.
    pub(crate) filter: Option<Value>,
}

impl Middleware {
    /// A Middleware for this slot.
    pub fn new(slot: Slot, purpose: &str, kind: &'static str, spec: Value) -> Self {
        Middleware {
            slot,
            purpose: purpose.into(),
            kind,
            spec,
            existing: None,
            filter: None,
        }
    }

    /// It says nothing that belongs to one Ingress: its name is its purpose alone, and all of a namespace share it.
    pub fn is_generic(&self) -> bool {
        let numbered = |start: &str| {
            self.purpose
                .strip_prefix(start)
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        };
        numbered("answer-")
            || numbered("uri-")
            || self.purpose == "uri"
            || ["hsts", "redirect-https", "no-authorization"].contains(&self.purpose.as_str())
    }

    /// Its name in `namespace`; made if no equal one is there.
    pub(crate) fn intern(&self, collected: &mut Collected, from: &[IngressId], namespace: &str, owner: &str) -> String {
        let wanted = match &self.existing {
            Some((own, name)) if own == namespace => return name.clone(),
            // an HTTPRoute refers to Middlewares of its own namespace only
            Some((_, name)) => name.clone(),
            None if self.is_generic() => self.purpose.clone(),
            None => format!("{owner}-{}", self.purpose),
        };
        let draft = Draft {
            api_version: TRAEFIK_API,
            kind: "Middleware",
            namespace,
            wanted: &wanted,
            metadata: Map::new(),
            body: Map::from_iter([("spec".to_owned(), json!({self.kind: self.spec}))]),
        };
        collected.object(from, draft, "")
    }

    /// Answers every request with this status and no backend: a deny-all ipAllowList with rejectStatusCode, exact on 3.6 and 3.7
    /// (recipes/errors: any status that Go names).
    pub fn answer(status: u16) -> Self {
        let spec = serde_json::json!({"sourceRange": ["255.255.255.255/32"], "rejectStatusCode": status});
        Middleware::new(Slot::Answer, &format!("answer-{status}"), "ipAllowList", spec)
    }

    /// The same, in place of the backend: behind everything that guards it.
    pub fn backend(status: u16) -> Self {
        Middleware {
            slot: Slot::Backend,
            ..Middleware::answer(status)
        }
    }
}

use std::collections::BTreeMap;

use super::response::ResponseOp;
use crate::{Place, Value};

/// What happens to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Who answers.
    pub handled: Handled,
    /// The status that replaces the backend's, after an `error_page` led there.
    pub status: Option<u16>,
    /// The path as nginx sees it at the end, decoded.
    pub path: String,
    /// The query at the end.
    pub query: String,
    /// What the backend's request gets or loses, beside what ingress-nginx always sets.
    pub upstream: Vec<RequestHeader>,
    /// What happens to the headers of the answer, in this order.
    pub response: Vec<ResponseOp>,
    /// What a client must pass before: the outcome holds for those who do.
    pub needs: Vec<Need>,
    /// True when a location that ingress-nginx wrote handled the request, with its Lua (which adds HSTS, for one).
    pub managed: bool,
    /// The name of the location that ingress-nginx wrote and in which it was decided.
    pub location: Option<String>,
    /// The answer comes of the access phase: whatever is decided before it (a redirect of ingress-nginx's Lua) wins.
    pub by_access: bool,
    /// The variables that `set` gave a value.
    pub variables: BTreeMap<String, Value>,
    /// The directives of the script that took effect, in their order.
    pub trace: Vec<Place>,
}

/// Who answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Handled {
    /// nginx itself.
    Answer(Answer),
    /// The backend of a location that ingress-nginx wrote.
    Backend {
        /// The name that the caller gave the location.
        location: String,
        /// Path and query that the backend receives.
        target: String,
    },
    /// A `proxy_pass` in the snippet.
    ProxyPass {
        /// Its argument.
        url: Value,
        /// Path and query that it receives, where the argument has no path of its own.
        target: String,
    },
    /// Nobody: status 444 closes the connection.
    Closed,
    /// Nobody can tell from the snippet and the facts.
    Unknown {
        /// What it depends on.
        why: String,
        /// The directive that asks for it.
        place: Option<Place>,
    },
}

/// An answer of nginx itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The Location header of a redirect, absolute where nginx makes it so.
    pub location: Option<Value>,
    /// The body; `None` is nginx's own page.
    pub text: Option<Value>,
}

impl Answer {
    pub(crate) fn page(status: u16) -> Self {
        Self {
            status,
            location: None,
            text: None,
        }
    }
}

/// A header of the request to the backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHeader {
    /// Its name as written.
    pub name: String,
    /// Its value; an empty one removes the header.
    pub value: Value,
    /// True when ingress-nginx writes the same header before: then both are sent.
    pub duplicate: bool,
    /// The directive.
    pub place: Place,
}

/// Something that a client must pass and that is decided elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Need {
    /// A user name and password.
    BasicAuth,
    /// The consent of another server.
    AuthRequest,
    /// A rate or a number of connections that is not exhausted.
    Limit,
    /// The web application firewall.
    Firewall,
}

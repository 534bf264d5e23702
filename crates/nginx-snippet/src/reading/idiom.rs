use super::guard::{Subject, Test};
use super::{Branch, Effect};
use crate::Template;

/// What people do with a handful of directives, under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Idiom {
    /// The answer to an `OPTIONS` request with CORS headers.
    CorsPreflight,
    /// CORS headers on the answer.
    Cors,
    /// From http to https.
    HttpsRedirect,
    /// From one host to another.
    HostRedirect,
    /// From `/app` to `/app/`.
    TrailingSlash,
    /// Another redirect.
    Redirect,
    /// 503 for everybody.
    Maintenance,
    /// Refused: 401, 403, 404, 405, 410 or a closed connection.
    Refusal,
    /// An answer that never changes.
    StaticAnswer,
    /// Headers that harden a browser.
    SecurityHeaders,
    /// Another path for the backend.
    Rewrite,
}

const SECURITY: [&str; 12] = [
    "x-frame-options",
    "x-content-type-options",
    "x-xss-protection",
    "strict-transport-security",
    "referrer-policy",
    "content-security-policy",
    "permissions-policy",
    "feature-policy",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
    "x-permitted-cross-domain-policies",
];

pub(super) fn of(branch: &Branch) -> Option<Idiom> {
    let cors = branch
        .intents
        .iter()
        .filter_map(|one| header(&one.effect))
        .any(|name| name.starts_with("access-control-"));
    match &branch.intents.first()?.effect {
        Effect::Answer { status: 200 | 204, .. } if cors && asks_options(branch) => Some(Idiom::CorsPreflight),
        Effect::Answer { status: 503, .. } => Some(Idiom::Maintenance),
        Effect::Answer {
            status: 401 | 403 | 404 | 405 | 410,
            ..
        }
        | Effect::Close => Some(Idiom::Refusal),
        Effect::Answer { .. } => Some(Idiom::StaticAnswer),
        Effect::Redirect { target, .. } => Some(redirect(branch, target)),
        Effect::Rewrite { .. } => Some(Idiom::Rewrite),
        _ if cors => Some(Idiom::Cors),
        _ => branch
            .intents
            .iter()
            .all(|one| is_security(&one.effect))
            .then_some(Idiom::SecurityHeaders),
    }
}

fn redirect(branch: &Branch, target: &Template) -> Idiom {
    let asks = |subject: &Subject| branch.positive().any(|guard| guard.subject == *subject);
    let text = target.to_string();
    let same = [
        "https://${host}${request_uri}",
        "https://${http_host}${request_uri}",
        "https://${server_name}${request_uri}",
    ];
    if same.contains(&text.as_str()) {
        Idiom::HttpsRedirect
    } else if text == "$1/" {
        Idiom::TrailingSlash
    } else if asks(&Subject::Host) || asks(&Subject::Header("host".to_owned())) {
        Idiom::HostRedirect
    } else {
        Idiom::Redirect
    }
}

fn asks_options(branch: &Branch) -> bool {
    let options = Test::Equals("OPTIONS".to_owned());
    branch
        .positive()
        .any(|guard| guard.subject == Subject::Method && guard.test == options)
}

/// The lower-case name of the header of the answer that is set or added.
fn header(effect: &Effect) -> Option<String> {
    match effect {
        Effect::SetResponseHeader { name, .. } | Effect::AddResponseHeader { name, .. } => {
            Some(name.to_ascii_lowercase())
        }
        _ => None,
    }
}

fn is_security(effect: &Effect) -> bool {
    header(effect).is_some_and(|name| SECURITY.contains(&name.as_str()))
}

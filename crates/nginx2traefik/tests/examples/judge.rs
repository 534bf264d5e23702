//! Whether the model answers as an example says.
use examples::Expected;
use nginx2traefik::effective::{Answer, AuthCall, BackendCall, Reply, Request, World};

/// Whether an answer is the expected one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    Wrong(String),
    /// The model does not know.
    Unknown(String),
}

/// What stands behind the examples. The Service `status` answers with the status that its path names, the others with 200.
/// Whoever is asked for a WebSocket opens it, and whose certificate is verified for another name is not reached. The auth server refuses at `/deny` (401) and `/forbidden` (403); otherwise it lets in, as the user `authenticated-user`, and says what it was asked.
pub(crate) struct Behind<'a> {
    pub(crate) asked: &'a Request,
}

impl World for Behind<'_> {
    fn auth(&self, call: &AuthCall) -> Option<Reply> {
        let user = ("X-Auth-User".to_owned(), "authenticated-user".to_owned());
        // what it was asked comes back as X-Seen-*
        let seen = call
            .headers
            .iter()
            .map(|(name, value)| (format!("X-Seen-{name}"), value.clone()));
        let refused = |status| Reply {
            status,
            headers: Vec::new(),
            seconds: 0,
        };
        Some(match &call.url {
            url if url.ends_with("/deny") => refused(401),
            url if url.ends_with("/forbidden") => refused(403),
            _ => Reply {
                status: 200,
                headers: std::iter::once(user).chain(seen).collect(),
                seconds: 0,
            },
        })
    }

    fn backend(&self, call: &BackendCall) -> Option<Reply> {
        let named = call
            .target
            .strip_prefix("/status/")
            .and_then(|status| status.parse().ok());
        let websocket = self.asked.header("Upgrade").is_some_and(|to| to == "websocket");
        let usual = match websocket {
            true => 101,
            false if is_stranger(call) => 502,
            false => 200,
        };
        Some(Reply {
            status: named.filter(|_| call.service.contains("/status:")).unwrap_or(usual),
            headers: Vec::new(),
            seconds: 0,
        })
    }
}

/// Its certificate is verified for a name that is none of the Service's.
fn is_stranger(call: &BackendCall) -> bool {
    let service = call.service.rsplit('/').next().unwrap_or_default();
    let own = service.split(':').next().unwrap_or_default();
    let label = |name: &str| name.split('.').next() == Some(own);
    call.verified_as.as_deref().is_some_and(|name| !label(name))
}

/// Compares the model's answer with what is expected.
pub(crate) fn judge(answer: &Answer, expected: &[Expected]) -> Verdict {
    if let Answer::Unknown(why) = answer {
        return Verdict::Unknown(why.clone());
    }
    match expected.iter().find(|e| !holds(answer, e)) {
        Some(failed) => Verdict::Wrong(format!("expected {failed:?}, the model answers {answer:?}")),
        None => Verdict::Right,
    }
}

fn holds(answer: &Answer, expected: &Expected) -> bool {
    match (answer, expected) {
        // the model is one of ingress-nginx, and knows neither load nor which endpoint a cookie names
        (_, Expected::On(..) | Expected::Cookie(..)) => true,
        (_, Expected::Of(_, any)) => holds(answer, &Expected::Status(any.clone())),
        (Answer::Own { status, .. }, Expected::Status(any)) => any.contains(status),
        (Answer::Closed, Expected::Status(any)) => any.contains(&0),
        (Answer::Backend { status, .. }, Expected::Status(any)) => status.is_some_and(|status| any.contains(&status)),
        (Answer::Own { headers, .. } | Answer::Backend { headers, .. }, Expected::Header(name, value)) => {
            header(headers, name).is_some_and(|found| found == value)
        }
        (Answer::Own { headers, .. } | Answer::Backend { headers, .. }, Expected::NoHeader(name)) => {
            header(headers, name).is_none()
        }
        (Answer::Backend { call, .. }, Expected::Backend(name, value)) => {
            received(call, name).is_some_and(|v| v == value)
        }
        (Answer::Backend { call, .. }, Expected::NoBackend(name)) => {
            call.without.iter().any(|w| w.eq_ignore_ascii_case(name)) || header(&call.headers, name).is_none()
        }
        _ => false,
    }
}

/// What the backend receives: `path`, `host`, `server` (the Service's name) or a header.
fn received<'a>(call: &'a BackendCall, name: &str) -> Option<&'a str> {
    match name {
        "path" => Some(&call.target),
        "host" => Some(&call.host),
        "server" => call.service.split(['/', ':']).nth(1),
        _ => header(&call.headers, name),
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.as_str())
}

use super::guard::Subject;
use crate::{Pattern, Template};

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// nginx answers itself.
    Answer {
        /// The status.
        status: u16,
        /// The body; `None` is nginx's page for the status, or nothing below 400.
        text: Option<Template>,
    },
    /// A redirect.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// Where to; one that begins with `/` stays on the scheme and host of the request.
        target: Template,
        /// What `$1` in it stands for.
        captures: Option<(Subject, Pattern)>,
        /// The query of the request is appended.
        keep_query: bool,
    },
    /// The backend gets another path.
    Rewrite {
        /// What of the path matches.
        pattern: Pattern,
        /// The path instead of the whole of it.
        target: Template,
        /// The query that comes with it.
        args: Option<Template>,
        /// The query of the request is kept, behind the other.
        keep_query: bool,
        /// The location is looked up again, by the new path.
        again: bool,
    },
    /// The connection is closed without an answer (444).
    Close,
    /// The answer has this header and no other of its name, whatever the status.
    SetResponseHeader {
        /// The name.
        name: String,
        /// The value.
        value: Template,
        /// Only for these statuses, unless empty.
        statuses: Vec<u16>,
    },
    /// The answer has one more header.
    AddResponseHeader {
        /// The name.
        name: String,
        /// The value.
        value: Template,
        /// Also for errors; else see [`crate::adds_header`].
        always: bool,
    },
    /// The answer has no such header.
    ClearResponseHeader {
        /// The name; `*` at its end stands for anything.
        name: String,
        /// Only for these statuses, unless empty.
        statuses: Vec<u16>,
        /// Only what the backend sent (`proxy_hide_header`).
        of_backend: bool,
    },
    /// `expires`
    Cache(CacheRule),
    /// The backend gets this header instead of the client's.
    SetRequestHeader {
        /// The name.
        name: String,
        /// The value.
        value: Template,
        /// ingress-nginx sends one of its own before.
        duplicate: bool,
    },
    /// The backend does not get this header.
    ClearRequestHeader {
        /// The name.
        name: String,
    },
    /// `allow` (true) and `deny` in their order; the first that covers the client decides, and none lets it in.
    Access {
        /// The rules.
        rules: Vec<(bool, String)>,
    },
    /// A user name and a password are asked for.
    BasicAuth {
        /// The realm.
        realm: String,
    },
    /// A server is asked for its consent.
    AuthRequest {
        /// The path of the location that asks it.
        path: String,
    },
    /// An error is answered by something else.
    ErrorPage {
        /// The statuses.
        statuses: Vec<u16>,
        /// The status instead; `Some(0)` is that of the page, `None` keeps the first.
        response: Option<u16>,
        /// A path, `@name` or a URL.
        target: Template,
    },
    /// The body of the answer is changed.
    ReplaceInBody {
        /// This text
        from: Template,
        /// becomes this one.
        to: Template,
    },
    /// A variable gets a value from the answer of the server that was asked for its consent.
    AuthVariable {
        /// The variable.
        variable: String,
        /// Its value, with `$upstream_http_name` for the headers of that answer.
        value: Template,
    },
    /// Only nginx itself gets here, by `error_page` and the like; others get 404.
    Internal,
    /// `error_page` also answers what the backend sent.
    InterceptErrors,
    /// Answers are compressed, or are not.
    Compress {
        /// `on`
        on: bool,
    },
    /// The content type of an answer that nginx gives itself.
    ContentType {
        /// The type.
        value: String,
    },
    /// Larger bodies are refused with 413; 0 is no limit.
    BodyLimit {
        /// In bytes.
        bytes: u64,
    },
    /// A backend of the snippet's own.
    Proxy {
        /// The argument of `proxy_pass`.
        url: Template,
    },
    /// Answers of the backend are kept and given again: `proxy_cache`, or what tunes it.
    Cached {
        /// The directive.
        directive: String,
    },
    /// The same as an annotation of ingress-nginx does.
    Setting {
        /// The directive.
        directive: String,
        /// Its arguments.
        args: Vec<String>,
        /// The annotation, without its prefix.
        annotation: &'static str,
    },
    /// Nothing that a client or backend of another proxy would miss.
    Nothing {
        /// Why.
        why: &'static str,
    },
    /// It cannot be said in other words than nginx's.
    Untranslatable {
        /// Why.
        why: String,
        /// What to do by hand.
        advice: String,
    },
}

impl Effect {
    /// It is about the headers of an answer, whoever gives it.
    pub(super) fn is_of_answer(&self) -> bool {
        matches!(
            self,
            Self::SetResponseHeader { .. }
                | Self::AddResponseHeader { .. }
                | Self::ClearResponseHeader { of_backend: false, .. }
                | Self::Cache(_)
        )
    }
}

/// What `expires` says, for the statuses of [`crate::adds_header`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheRule {
    /// `Cache-Control: max-age` and an Expires that moves with the clock.
    MaxAge(u64),
    /// `no-cache`, and an Expires in the past.
    NoCache,
}

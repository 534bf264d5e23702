use super::State;
use crate::more_headers::MoreHeaders;
use crate::program::Setting;
use crate::{Place, Value};

/// A change to the headers of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseOp {
    /// `proxy_hide_header`: gone from what the backend sent.
    Hide {
        /// The header.
        name: String,
        /// The directive.
        place: Place,
    },
    /// `more_set_headers`: this value and no other, whatever the status.
    Set {
        /// The header.
        name: String,
        /// Its value, never empty when known.
        value: Value,
        /// Only for these statuses, unless empty.
        statuses: Vec<u16>,
        /// Beside what is there (`-a`).
        append: bool,
        /// The directive.
        place: Place,
    },
    /// `more_clear_headers`, or `more_set_headers` without a value.
    Clear {
        /// The header; a `*` at its end stands for anything.
        name: String,
        /// Only for these statuses, unless empty.
        statuses: Vec<u16>,
        /// The directive.
        place: Place,
    },
    /// `expires`: Expires and Cache-Control, for the statuses of `add_header`.
    Expires {
        /// `None` for a time that depends on the clock: the date moves, or the age does.
        cache_control: Option<String>,
        /// The Expires header, when it does not move.
        expires: Option<&'static str>,
        /// The directive.
        place: Place,
    },
    /// `add_header`: one more, beside what is there.
    Add {
        /// The header.
        name: String,
        /// Its value; nothing is added when it is empty.
        value: Value,
        /// For every status, not only for those of [`adds_header`].
        always: bool,
        /// The directive.
        place: Place,
    },
}

/// True if nginx adds headers without `always` to an answer of this status (`ngx_http_headers_filter`).
pub fn adds_header(status: u16) -> bool {
    matches!(status, 200 | 201 | 204 | 206 | 301 | 302 | 303 | 304 | 307 | 308)
}

impl State<'_> {
    /// In the order in which nginx's filters run: the proxy, headers-more, `expires`, `add_header`.
    pub(super) fn response_ops(&self, from_backend: bool) -> Vec<ResponseOp> {
        let mut ops = Vec::new();
        let hidden = if from_backend {
            self.nearest(&["proxy_hide_header"])
        } else {
            Vec::new()
        };
        ops.extend(hidden.iter().map(|one| ResponseOp::Hide {
            name: one.arg(0).to_owned(),
            place: one.place,
        }));
        for setting in self.stacked(&["more_set_headers", "more_clear_headers"]) {
            self.more(setting, &mut ops);
        }
        ops.extend(self.nearest(&["expires"]).first().and_then(|setting| expires(setting)));
        for setting in self.nearest(&["add_header"]) {
            let (name, value) = (setting.arg(0).to_owned(), self.expand_text(setting.arg(1)));
            ops.push(ResponseOp::Add {
                name,
                value,
                always: setting.arg(2) == "always",
                place: setting.place,
            });
        }
        ops
    }

    fn more(&self, setting: &Setting, ops: &mut Vec<ResponseOp>) {
        let more = MoreHeaders::parse(&setting.name, &setting.args);
        let place = setting.place;
        for (name, value) in more.headers {
            let (value, statuses) = (self.expand_text(&value), more.statuses.clone());
            ops.push(match value.known() {
                Some("") => ResponseOp::Clear { name, statuses, place },
                _ => ResponseOp::Set {
                    name,
                    value,
                    statuses,
                    append: more.append,
                    place,
                },
            });
        }
    }
}

/// `expires` after `ngx_http_set_expires`.
fn expires(setting: &Setting) -> Option<ResponseOp> {
    const EPOCH: &str = "Thu, 01 Jan 1970 00:00:01 GMT";
    const MAX: &str = "Thu, 31 Dec 2037 23:55:55 GMT";
    let place = setting.place;
    let op = |cache_control: Option<String>, expires| {
        Some(ResponseOp::Expires {
            cache_control,
            expires,
            place,
        })
    };
    let no_cache = || Some("no-cache".to_owned());
    match setting.arg(0) {
        "off" => None,
        "epoch" => op(no_cache(), Some(EPOCH)),
        "max" => op(Some("max-age=315360000".to_owned()), Some(MAX)),
        "modified" => op(None, None),
        time if time.starts_with('-') => op(no_cache(), None),
        time => op(
            crate::size::seconds(time.trim_start_matches('+')).map(|age| format!("max-age={age}")),
            None,
        ),
    }
}

impl super::Outcome {
    /// The headers of the answer: `headers` are those that the backend sent, or that nginx's own answer has.
    ///
    /// ```
    /// use nginx_snippet::{Program, RequestFacts, evaluate, parse};
    /// let program = Program::location(&parse("add_header X-A 1; more_set_headers 'X-B: $host';"));
    /// let outcome = evaluate(&program, &RequestFacts::new("GET", "http", "a.example", "/"));
    /// assert_eq!(outcome.response_headers(200, &[]), [("X-B".into(), "a.example".into()), ("X-A".into(), "1".into())]);
    /// assert_eq!(outcome.response_headers(404, &[]), [("X-B".into(), "a.example".into())]);
    /// ```
    pub fn response_headers(&self, status: u16, headers: &[(&str, &str)]) -> Vec<(String, Value)> {
        let mut out: Vec<(String, Value)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect();
        for op in &self.response {
            op.apply(status, &mut out);
        }
        out
    }
}

impl ResponseOp {
    /// Change the headers of an answer of this status.
    fn apply(&self, status: u16, out: &mut Vec<(String, Value)>) {
        let applies = |statuses: &[u16]| statuses.is_empty() || statuses.contains(&status);
        match self {
            Self::Hide { name, .. } => out.retain(|(own, _)| !own.eq_ignore_ascii_case(name)),
            Self::Clear { name, statuses, .. } if applies(statuses) => out.retain(|(own, _)| !covers(name, own)),
            Self::Set {
                name,
                value,
                statuses,
                append,
                ..
            } if applies(statuses) => {
                if !append {
                    out.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
                }
                out.push((name.clone(), value.clone()));
            }
            Self::Expires {
                cache_control, expires, ..
            } if adds_header(status) => {
                let unknown = || Value::Unknown("it depends on the time".to_owned());
                for (name, value) in [
                    ("Expires", expires.map(Value::from)),
                    ("Cache-Control", cache_control.as_deref().map(Value::from)),
                ] {
                    out.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
                    out.push((name.to_owned(), value.unwrap_or_else(unknown)));
                }
            }
            Self::Add {
                name, value, always, ..
            } if (*always || adds_header(status)) && value.known() != Some("") => {
                out.push((name.clone(), value.clone()));
            }
            _ => {}
        }
    }
}

/// True if the pattern of `more_clear_headers` covers a name.
fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name
            .get(..start.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(pattern),
    }
}

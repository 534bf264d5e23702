use crate::request::{RequestFacts, normalise};
use crate::{Part, Pattern, Place, Template, eval};

/// A question about a request, with the answer that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// What is looked at.
    pub subject: Subject,
    /// How.
    pub test: Test,
    /// True when it must not be so.
    pub negated: bool,
    /// The `if` or `rewrite` that asks.
    pub place: Place,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The method.
    Method,
    /// `http` or `https`.
    Scheme,
    /// The host, in lower case and without its port.
    Host,
    /// The decoded path.
    Path,
    /// Path and query as they came.
    RequestUri,
    /// The query.
    Query,
    /// A header, by its name in lower case with `-`.
    Header(String),
    /// A cookie.
    Cookie(String),
    /// A parameter of the query.
    Arg(String),
    /// The client's address.
    Address,
    /// Another variable: of the connection, of a module, of the answer.
    Variable(String),
}

/// How a condition looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is this text.
    Equals(String),
    /// It matches.
    Matches(Pattern),
    /// It is neither empty nor `0`.
    Truthy,
}

impl Subject {
    /// The subject that a variable stands for.
    pub fn of_variable(name: &str) -> Self {
        let header = |name: &str| Self::Header(name.replace('_', "-"));
        match name {
            "request_method" => Self::Method,
            "scheme" | "pass_access_scheme" => Self::Scheme,
            "host" => Self::Host,
            "http_host" | "best_http_host" => header("host"),
            "uri" | "document_uri" => Self::Path,
            "request_uri" => Self::RequestUri,
            "args" | "query_string" => Self::Query,
            "remote_addr" => Self::Address,
            "content_type" => header("content_type"),
            _ => {
                let family = |prefix| name.strip_prefix(prefix).filter(|rest: &&str| !rest.is_empty());
                if let Some(rest) = family("http_") {
                    return header(rest);
                }
                if let Some(rest) = family("cookie_") {
                    return Self::Cookie(rest.to_owned());
                }
                family("arg_").map_or_else(|| Self::Variable(name.to_owned()), |rest| Self::Arg(rest.to_owned()))
            }
        }
    }

    /// The variable of nginx that stands for the subject.
    pub fn variable(&self) -> String {
        match self {
            Self::Method => "request_method".to_owned(),
            Self::Scheme => "scheme".to_owned(),
            Self::Host => "host".to_owned(),
            Self::Path => "uri".to_owned(),
            Self::RequestUri => "request_uri".to_owned(),
            Self::Query => "args".to_owned(),
            Self::Header(name) => format!("http_{}", name.replace('-', "_")),
            Self::Cookie(name) => format!("cookie_{name}"),
            Self::Arg(name) => format!("arg_{name}"),
            Self::Address => "remote_addr".to_owned(),
            Self::Variable(name) => name.clone(),
        }
    }

    /// The subject that a template is, when it is a single variable.
    pub(super) fn of_template(template: &Template) -> Option<Self> {
        match template.parts.as_slice() {
            [Part::Variable(name)] => Some(Self::of_variable(name)),
            _ => None,
        }
    }

    /// True if a router can look at it before it chooses.
    pub fn is_of_request(&self) -> bool {
        !matches!(self, Self::Variable(_))
    }
}

impl Test {
    /// The answer for a known text.
    pub(super) fn holds(&self, text: &str) -> Option<bool> {
        match self {
            Self::Equals(own) => Some(own == text),
            Self::Matches(pattern) => pattern.matches(text).ok(),
            Self::Truthy => Some(!text.is_empty() && text != "0"),
        }
    }
}

impl Guard {
    /// True if a request is as it should be; `None` when the facts do not say.
    pub fn holds(&self, request: &RequestFacts) -> Option<bool> {
        let text = match &self.subject {
            Subject::Path => normalise(request.raw_path())?,
            subject => eval::variable(request, &subject.variable())?,
        };
        Some(self.test.holds(&text)? != self.negated)
    }

    pub(super) fn opposite(&self) -> Self {
        Self {
            negated: !self.negated,
            ..self.clone()
        }
    }

    /// The answer to this question, if the answers to others already give it.
    pub(super) fn decided(&self, known: &[Guard]) -> Option<bool> {
        for other in known.iter().filter(|other| other.subject == self.subject) {
            if other.test == self.test {
                return Some(!other.negated);
            }
            if let (Test::Equals(text), false) = (&other.test, other.negated) {
                return self.test.holds(text);
            }
            // what matches cannot be a text that does not
            if let (Test::Matches(pattern), false, Test::Equals(text)) = (&other.test, other.negated, &self.test)
                && pattern.matches(text) == Ok(false)
            {
                return Some(false);
            }
        }
        self.only_two().and_then(|other| {
            known
                .iter()
                .any(|one| one.subject == self.subject && one.negated && one.test == other)
                .then_some(true)
        })
    }

    /// The scheme has two values: what is not the one is the other.
    fn only_two(&self) -> Option<Test> {
        match (&self.subject, &self.test) {
            (Subject::Scheme, Test::Equals(text)) if text == "http" => Some(Test::Equals("https".to_owned())),
            (Subject::Scheme, Test::Equals(text)) if text == "https" => Some(Test::Equals("http".to_owned())),
            _ => None,
        }
    }
}

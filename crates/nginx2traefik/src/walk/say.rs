//! Conditions and effects in words.
use nginx_snippet::{Branch, CacheRule, Effect, Guard, Subject, Test};

/// What must hold for a branch; empty where nothing must. What an earlier branch has caught is left out.
pub(super) fn conditions(branch: &Branch) -> String {
    let all: Vec<String> = branch.positive().map(condition).collect();
    all.join(" and ")
}

fn condition(guard: &Guard) -> String {
    let subject = match &guard.subject {
        Subject::Method => "the method".to_owned(),
        Subject::Scheme => "the scheme".to_owned(),
        Subject::Host => "the host".to_owned(),
        Subject::Path => "the path".to_owned(),
        Subject::RequestUri => "the path with its query".to_owned(),
        Subject::Query => "the query".to_owned(),
        Subject::Header(name) => format!("the header {name}"),
        Subject::Cookie(name) => format!("the cookie {name}"),
        Subject::Arg(name) => format!("the parameter {name}"),
        Subject::Address => "the client's address".to_owned(),
        Subject::Variable(name) => format!("${name}"),
    };
    match &guard.test {
        Test::Equals(text) if text.is_empty() => format!("{subject} is empty"),
        Test::Equals(text) => format!("{subject} is {text}"),
        Test::Matches(pattern) => format!("{subject} matches {}", pattern.source),
        Test::Truthy => format!("{subject} is set"),
    }
}

/// An effect; none where the directive's general words say as much.
pub(super) fn effect(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::Answer { status, text: None } => format!("answers {status}"),
        Effect::Answer {
            status,
            text: Some(text),
        } => format!("answers {status} with the text {text}"),
        Effect::Close => "closes the connection without an answer".to_owned(),
        Effect::ReplaceInBody { from, to } => format!("puts {to} in place of {from} in the body"),
        Effect::Access { rules } => access(rules),
        Effect::BasicAuth { realm } => format!("asks for a user name and a password ({realm})"),
        Effect::AuthRequest { path } => format!("asks {path} for its consent"),
        Effect::BodyLimit { bytes: 0 } => "lets bodies of any size through".to_owned(),
        Effect::BodyLimit { bytes } => format!("refuses bodies of more than {bytes} bytes with 413"),
        Effect::Proxy { url } => format!("sends the request to {url}"),
        Effect::Setting { directive, args, .. } => format!("sets {directive} to {}", args.join(" ")),
        other => return elsewhere(other).or_else(|| header(other)),
    })
}

/// Effects that lead somewhere else.
fn elsewhere(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::Redirect {
            status,
            target,
            keep_query,
            ..
        } => {
            let query = if *keep_query { " and the query" } else { "" };
            format!("redirects with {status} to {target}{query}")
        }
        Effect::Rewrite {
            pattern, target, again, ..
        } => {
            let more = if *again {
                ", and looks for the location again"
            } else {
                ""
            };
            format!("makes {target} of a path that matches {}{more}", pattern.source)
        }
        Effect::ErrorPage {
            statuses,
            response,
            target,
        } => error_page(statuses, *response, &target.to_string()),
        Effect::Compress { on: true } => "compresses answers".to_owned(),
        Effect::Compress { on: false } => "compresses nothing".to_owned(),
        _ => return None,
    })
}

/// Effects on headers.
fn header(effect: &Effect) -> Option<String> {
    let only = |statuses: &[u16]| match statuses {
        [] => String::new(),
        all => format!(" (status {})", list(all)),
    };
    Some(match effect {
        Effect::SetResponseHeader { name, value, statuses } => {
            format!("answers with {name}: {value}{}", only(statuses))
        }
        Effect::AddResponseHeader { name, value, always } => {
            let statuses = if *always { "" } else { " (successes and redirects)" };
            format!("adds {name}: {value} to answers{statuses}")
        }
        Effect::ClearResponseHeader { name, statuses, .. } => {
            format!("takes {name} out of answers{}", only(statuses))
        }
        Effect::Cache(CacheRule::MaxAge(seconds)) => format!("lets clients keep answers for {seconds} seconds"),
        Effect::Cache(CacheRule::NoCache) => "lets clients keep no answer".to_owned(),
        Effect::SetRequestHeader { name, value, duplicate } => {
            let twice = if *duplicate { ", beside ingress-nginx's own" } else { "" };
            format!("sends {name}: {value} to the backend{twice}")
        }
        Effect::ClearRequestHeader { name } => format!("keeps {name} from the backend"),
        Effect::ContentType { value } => format!("gives its own answers the type {value}"),
        _ => return None,
    })
}

fn access(rules: &[(bool, String)]) -> String {
    let rule = |(allow, who): &(bool, String)| format!("{} {who}", if *allow { "lets in" } else { "refuses" });
    rules.iter().map(rule).collect::<Vec<_>>().join(", ")
}

fn error_page(statuses: &[u16], response: Option<u16>, target: &str) -> String {
    let status = match response {
        None => String::new(),
        Some(0) => " with the status of that".to_owned(),
        Some(status) => format!(" with status {status}"),
    };
    format!("answers {} by {target}{status}", list(statuses))
}

fn list(statuses: &[u16]) -> String {
    statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

/// Why an effect has no translation, and what to do.
pub(super) fn untranslatable(effect: &Effect) -> Option<String> {
    match effect {
        Effect::Untranslatable { why, advice } => Some(format!("{why}: {advice}")),
        _ => None,
    }
}

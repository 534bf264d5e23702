//! Secrets that stand in a snippet as plain text: reports name them and never print them.

use std::fmt;

use crate::print::{head, written};
use crate::{Body, Directive, Span, Word};

/// What kind of secret a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SecretKind {
    /// The value of a header or variable whose name says so: `X-Proxy-Key`, `$api_token`.
    Named,
    /// Behind `Bearer` or `Basic`.
    Credentials,
    /// A user and password inside a URL.
    UrlPassword,
    /// A token of a well-known form, such as a JWT.
    Token,
}

/// A secret in a directive.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What kind.
    pub kind: SecretKind,
    /// The word that holds it.
    pub span: Span,
    /// The name that gives it away, or the word before it: never a part of the secret.
    pub name: String,
    value: String,
}

impl Secret {
    /// The secret itself, to find it in other texts that are to be shown without it. Never to be printed.
    pub fn reveal(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} under {:?} at {:?}", self.kind, self.name, self.span)
    }
}

/// What stands for a secret in print.
const HIDDEN: &str = "***";

/// Every secret in a directive and in the block behind it.
///
/// ```
/// use nginx_snippet::{parse, secrets};
/// let tree = parse("more_set_input_headers \"X-Proxy-Key: hunter2-hunter2\";");
/// assert_eq!(secrets(&tree.directives[0])[0].name, "X-Proxy-Key");
/// ```
pub fn secrets(directive: &Directive) -> Vec<Secret> {
    let mut found = Vec::new();
    for (index, word) in directive.args.iter().enumerate() {
        if let Some(Found { kind, name, value, .. }) = in_word(directive, index, word) {
            found.push(Secret {
                kind,
                span: word.span,
                name,
                value,
            });
        }
    }
    found.extend(directive.children().iter().flat_map(secrets));
    found
}

/// The directive as it can be shown: secrets hidden, Lua left out.
///
/// ```
/// use nginx_snippet::{parse, redact};
/// let tree = parse("more_set_input_headers 'X-Proxy-Key: s3cr3t' 'X-Team: blue';");
/// assert_eq!(redact(&tree.directives[0]), "more_set_input_headers 'X-Proxy-Key: ***' 'X-Team: blue';");
/// let tree = parse("proxy_set_header Authorization \"Bearer $token\";");
/// assert_eq!(redact(&tree.directives[0]), "proxy_set_header Authorization \"Bearer $token\";");
/// ```
pub fn redact(directive: &Directive) -> String {
    let shown = |(index, word): (usize, &Word)| match in_word(directive, index, word) {
        Some(found) => written(&found.shown, word.quote),
        None => word.to_string(),
    };
    let args = directive.args.iter().enumerate().map(shown);
    let mut text = head(std::iter::once(directive.name.to_string()).chain(args));
    match directive.block.as_ref().map(|block| &block.body) {
        None => text.push(';'),
        Some(Body::Lua(_)) => text.push_str(" { ... }"),
        Some(Body::Directives(inside)) => {
            let inside: Vec<String> = inside.iter().map(redact).collect();
            text.push_str(&format!(" {{ {} }}", inside.join(" ")));
        }
    }
    text
}

struct Found {
    kind: SecretKind,
    name: String,
    value: String,
    shown: String,
}

fn in_word(directive: &Directive, index: usize, word: &Word) -> Option<Found> {
    named(directive, index, word)
        .or_else(|| credentials(&word.text))
        .or_else(|| url(&word.text))
        .or_else(|| token(&word.text))
}

/// A value under a name that promises a secret.
fn named(directive: &Directive, index: usize, word: &Word) -> Option<Found> {
    let (name, value) = match directive.name.text.as_str() {
        "more_set_headers" | "more_set_input_headers" => {
            let (name, value) = word.text.split_once([':', ' '])?;
            (name.to_owned(), value)
        }
        "add_header" | "proxy_set_header" | "grpc_set_header" | "set" | "fastcgi_param" if index == 1 => {
            (directive.arg(0)?.to_owned(), word.text.as_str())
        }
        "if" => {
            let last = index + 1 == directive.args.len() || directive.arg(index + 1) == Some(")");
            let name = directive.arg(0).filter(|_| last && index > 1)?.trim_start_matches('(');
            (name.to_owned(), word.text.trim_end_matches(')'))
        }
        _ => return None,
    };
    let plain = literal_part(value);
    let secret = promises(&name) && plain.len() >= 4 && !is_word_of_protocol(&plain);
    if !secret {
        return None;
    }
    let shown = word.text.replace(&plain, HIDDEN);
    Some(Found {
        kind: SecretKind::Named,
        name,
        value: plain,
        shown,
    })
}

/// The longest part of a value without variables, `Bearer` and the like left out.
fn literal_part(value: &str) -> String {
    let value = value.trim();
    let value = ["Bearer ", "Basic ", "bearer ", "basic ", "Token "]
        .iter()
        .find_map(|s| value.strip_prefix(s))
        .unwrap_or(value);
    let mut parts: Vec<&str> = Vec::new();
    for (index, part) in value.split('$').enumerate() {
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '{' | '}');
        parts.push(if index == 0 {
            part
        } else {
            part.trim_start_matches(name)
        });
    }
    parts
        .into_iter()
        .max_by_key(|part| part.len())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// True if a name of a header or variable promises a secret.
fn promises(name: &str) -> bool {
    let name = name
        .trim_start_matches('$')
        .trim_start_matches("http_")
        .to_ascii_lowercase()
        .replace('_', "-");
    let about = ["allow", "expose", "type", "name", "url", "status", "policy"]
        .iter()
        .any(|word| name.contains(word));
    let parts: Vec<&str> = name.split('-').collect();
    let secret = |word: &&&str| {
        matches!(
            **word,
            "key" | "token" | "secret" | "password" | "passwd" | "authorization" | "apikey" | "credential" | "jwt"
        )
    };
    (parts.iter().any(|word| secret(&word)) || name.ends_with("apikey") || name.ends_with("token")) && !about
}

/// Values that stand in such headers and are no secret.
fn is_word_of_protocol(value: &str) -> bool {
    [
        "true", "false", "none", "optional", "required", "null", "SUCCESS", "Bearer", "Basic",
    ]
    .contains(&value)
}

fn credentials(text: &str) -> Option<Found> {
    for scheme in ["Bearer ", "Basic ", "bearer ", "basic "] {
        let Some(at) = text.find(scheme) else { continue };
        let value = &text[at + scheme.len()..];
        let end = value.find([' ', '"', '\'', ',']).unwrap_or(value.len());
        let value = &value[..end];
        if value.len() >= 8 && !value.contains('$') {
            let name = scheme.trim().to_owned();
            return Some(Found {
                kind: SecretKind::Credentials,
                name,
                value: value.to_owned(),
                shown: text.replace(value, HIDDEN),
            });
        }
    }
    None
}

/// `https://user:password@host`
fn url(text: &str) -> Option<Found> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    if password.is_empty() || password.starts_with('$') {
        return None;
    }
    let shown = text.replacen(&format!(":{password}@"), &format!(":{HIDDEN}@"), 1);
    Some(Found {
        kind: SecretKind::UrlPassword,
        name: "URL".to_owned(),
        value: password.to_owned(),
        shown,
    })
}

/// A JWT, or a key with the prefix of a well-known issuer.
fn token(text: &str) -> Option<Found> {
    let starts = [
        "eyJ",
        "ghp_",
        "gho_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "AKIA",
        "sk_live_",
        "hvs.",
    ];
    let (at, name) = starts
        .iter()
        .filter_map(|start| Some((text.find(start)?, *start)))
        .min()?;
    let value = &text[at..];
    let end = value
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.=+/".contains(c)))
        .unwrap_or(value.len());
    let value = &value[..end];
    let whole = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
    if value.len() < 20 || !whole {
        return None;
    }
    let name = name.trim_end_matches(['_', '-', '.']).to_owned();
    Some(Found {
        kind: SecretKind::Token,
        name,
        value: value.to_owned(),
        shown: text.replace(value, HIDDEN),
    })
}

//! Redirects whose target holds what an expression captured.
use super::path::{go, go_matched};
use super::tell::Unsaid;
use crate::features::redirect::answer::{by_regex, composed_of};
use crate::features::redirect::template::{Part, Replacement};
use crate::plan::{Context, Middleware, Slot};
use nginx_snippet::{Pattern, Subject};

/// The Middleware, and whether it answers the same status to every method.
pub(super) fn redirect(
    context: &mut Context<'_>,
    parts: &[Part],
    subject: &Subject,
    pattern: &Pattern,
    status: u16,
    exact: bool,
) -> Result<(Middleware, bool), Unsaid> {
    let permanent = matches!(status, 301 | 308);
    let of_path = match subject {
        Subject::Path => true,
        Subject::RequestUri if pattern.pcre.anchored() => false,
        _ => {
            return Err(Unsaid::new(
                "the target holds a capture of something else than the path",
                "name the target, or let the backend redirect",
            ));
        }
    };
    if of_path && exact {
        let pairs = [page(parts, pattern, true)?, page(parts, pattern, false)?];
        return Ok((composed_of(context, Slot::Redirect, &pairs, status), true));
    }
    let pair = match of_path {
        true => url(parts, pattern, &without_query(&path_part(pattern)?), r"(\?(.*))?$")?,
        false => url(parts, pattern, &uri_part(pattern)?, "")?,
    };
    Ok((by_regex(Slot::Redirect, "redirect", &pair, permanent), false))
}

/// Against `scheme://host/path?query`.
fn url(parts: &[Part], pattern: &Pattern, path: &str, query: &str) -> Result<Replacement, Unsaid> {
    let groups = pattern.pcre.groups.len();
    let words = |name: &str| match name {
        "scheme" | "pass_access_scheme" => Some("${1}".to_owned()),
        "host" | "http_host" | "best_http_host" | "server_name" => Some("${2}".to_owned()),
        "is_args" if !query.is_empty() => Some(String::new()),
        "args" | "query_string" if !query.is_empty() => Some(format!("${{{}}}", 3 + groups)),
        _ => None,
    };
    Ok(Replacement {
        regex: format!("{}^(https?)://([^/:?]+)(?::[0-9]+)?{path}{query}", flag(pattern)),
        replacement: say(parts, 2, words)?,
    })
}

/// Against the page's URL of the exact chain: `http://host/https:/path%3Fquery`.
fn page(parts: &[Part], pattern: &Pattern, query: bool) -> Result<Replacement, Unsaid> {
    let groups = pattern.pcre.groups.len();
    let words = |name: &str| match name {
        "scheme" | "pass_access_scheme" => Some("${2}".to_owned()),
        "host" | "http_host" | "best_http_host" | "server_name" => Some("${1}".to_owned()),
        "is_args" if query => Some("?".to_owned()),
        "args" | "query_string" if query => Some(format!("${{{}}}", 3 + groups)),
        "is_args" | "args" | "query_string" => Some(String::new()),
        _ => None,
    };
    let tail = if query { "%3F(.*?)$" } else { "$" };
    Ok(Replacement {
        regex: format!(
            "{}^https?://([^/:?]+)[^/]*/(https?):{}{tail}",
            flag(pattern),
            path_part(pattern)?
        ),
        replacement: say(parts, 2, words)?,
    })
}

fn flag(pattern: &Pattern) -> &'static str {
    if pattern.caseless { "(?i)" } else { "" }
}

/// The expression for the path, whole: without anchors, and with what it leaves open.
fn path_part(pattern: &Pattern) -> Result<String, Unsaid> {
    let text = go_matched(pattern)?;
    let text = text.strip_prefix("(?i)").unwrap_or(&text);
    let grouped = match text.contains('|') && !pattern.pcre.anchored() {
        true => format!("(?:{text})"),
        false => text.to_owned(),
    };
    let (front, inner) = match grouped.strip_prefix('^') {
        Some(inner) => ("", inner),
        None => ("/?.*?", grouped.as_str()),
    };
    let (inner, end) = match inner.strip_suffix('$').filter(|inner| !inner.ends_with('\\')) {
        Some(inner) => (inner, ""),
        None if [".*)", ".*", ".+)", ".+"].iter().any(|end| inner.ends_with(end)) => (inner, ""),
        None => (inner, ".*?"),
    };
    Ok(format!("{front}{inner}{end}"))
}

/// The expression for path and query.
fn uri_part(pattern: &Pattern) -> Result<String, Unsaid> {
    let text = go(pattern)?;
    let text = text.strip_prefix("(?i)").unwrap_or(&text);
    let inner = text.strip_prefix('^').unwrap_or(text);
    let open = !inner.ends_with('$') && !inner.ends_with(".*)");
    Ok(format!("{inner}{}", if open { ".*$" } else { "" }))
}

/// What matches any character does not match the `?` before a query.
fn without_query(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len() + 8);
    let mut class = false;
    let mut letters = regex.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(letters.next());
                continue;
            }
            '[' if !class => {
                class = true;
                out.push(c);
                if letters.peek() == Some(&'^') {
                    out.extend(letters.next());
                    out.push('?');
                }
                continue;
            }
            ']' => class = false,
            '.' if !class => {
                out.push_str("[^?]");
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// The words of a replacement; `$1` is `before` groups further.
fn say(parts: &[Part], before: usize, words: impl Fn(&str) -> Option<String>) -> Result<String, Unsaid> {
    let mut said = String::new();
    for part in parts {
        match part {
            Part::Text(text) => said.push_str(&text.replace('$', "$$")),
            Part::Capture(number) => said.push_str(&format!("${{{}}}", number + before)),
            Part::Variable(name) => said.push_str(&words(name).ok_or_else(|| {
                Unsaid::new(
                    format!("the target needs `${name}` beside a capture"),
                    "name a target without it, or let the backend redirect",
                )
            })?),
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::redirect::template::parse;

    fn location(source: &str, target: &str, url_of: &str) -> String {
        let pattern = Pattern::new(source, false);
        let mut parts = parse(target);
        parts.splice(0..0, parse("$scheme://$host"));
        parts.extend(parse("$is_args$args"));
        let path = without_query(&path_part(&pattern).unwrap());
        let mut pair = url(&parts, &pattern, &path, r"(\?(.*))?$").unwrap();
        pair.replacement = pair.replacement.replace("${0}", "");
        let regex = ::regex::Regex::new(&pair.regex).unwrap();
        regex.replace(url_of, pair.replacement.as_str()).into_owned()
    }

    #[test]
    fn captures_of_the_path() {
        assert_eq!(
            location("^/old/(.*)$", "/new/$1", "https://a.test:8443/old/x/y?z"),
            "https://a.test/new/x/y?z"
        );
        assert_eq!(location("^(/app)$", "$1/", "http://a.test/app"), "http://a.test/app/");
        assert_eq!(location("^(/app)$", "$1/", "http://a.test/apps"), "http://a.test/apps");
        assert_eq!(
            location("/([0-9]+)/x", "/n/$1", "http://a.test/a/12/xy?q=/3/x"),
            "http://a.test/n/12?q=/3/x"
        );
    }
}

//! nginx's variables in a value, and how a Traefik replacement says them.
use crate::effective::HostName;

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As written.
    Text(String),
    /// `$1` ... `$9`
    Capture(usize),
    /// `$name` or `${name}`
    Variable(String),
}

/// Takes a value apart as nginx does: a variable's name is made of letters, digits and `_`.
pub fn parse(value: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        text(&mut parts, &rest[..at]);
        let after = &rest[at + 1..];
        let (name, length) = variable_name(after);
        match name {
            "" => text(&mut parts, "$"),
            _ => parts.push(match name.parse() {
                Ok(number) => Part::Capture(number),
                Err(_) => Part::Variable(name.into()),
            }),
        }
        rest = &after[length..];
    }
    text(&mut parts, rest);
    parts
}

/// The name behind a `$`, and how many bytes it takes.
fn variable_name(after: &str) -> (&str, usize) {
    if let Some((name, _)) = after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        return (name, name.len() + 2);
    }
    // nginx reads one digit as a capture, whatever follows (src/http/ngx_http_script.c)
    if after.starts_with(|c: char| ('1'..='9').contains(&c)) {
        return (&after[..1], 1);
    }
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let end = end.unwrap_or(after.len());
    (&after[..end], end)
}

fn text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(before)) => before.push_str(text),
        _ => parts.push(Part::Text(text.into())),
    }
}

/// The value of a variable that does not depend on the request, for one location.
pub fn constant(name: &str, host: &HostName) -> Option<String> {
    match (name, host) {
        ("host" | "server_name" | "http_host" | "best_http_host", HostName::Exact(host)) => Some(host.clone()),
        _ => None,
    }
}

/// The value where nothing in it depends on the request.
pub fn fixed(parts: &[Part], host: &HostName) -> Option<String> {
    parts.iter().try_fold(String::new(), |mut so_far, part| {
        match part {
            Part::Text(text) => so_far.push_str(text),
            Part::Variable(name) => so_far.push_str(&constant(name, host)?),
            Part::Capture(_) => return None,
        }
        Some(so_far)
    })
}

/// A pair for redirectRegex or replacePathRegex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What is matched.
    pub regex: String,
    /// What comes instead.
    pub replacement: String,
}

/// A redirectRegex for the value, matched against the whole URL `scheme://host/path?query`.
/// Err: the variable that no piece of the URL gives.
pub fn redirect(parts: &[Part]) -> Result<Replacement, String> {
    let only_uri = |part: &Part| !matches!(part, Part::Variable(name) if name != "request_uri");
    if parts.iter().all(only_uri) {
        return Ok(Replacement {
            regex: "^https?://[^/]+(/.*)?$".into(),
            replacement: say(parts, |name| (name == "request_uri").then_some("${1}"))?,
        });
    }
    let words = |name: &str| match name {
        "scheme" | "pass_access_scheme" => Some("${1}"),
        "host" | "http_host" | "best_http_host" | "server_name" => Some("${2}"),
        "uri" | "document_uri" => Some("${3}"),
        "request_uri" => Some("${3}${4}"),
        IS_ARGS_ARGS => Some("${4}"),
        "args" | "query_string" => Some("${5}"),
        _ => None,
    };
    Ok(Replacement {
        regex: r"^(https?)://([^/:?]+)(?::[0-9]+)?(/[^?]*)?(\?(.*))?$".into(),
        replacement: say(parts, words)?,
    })
}

/// `$is_args$args` as one word.
const IS_ARGS_ARGS: &str = "is_args$args";

/// Puts the words of a replacement for the variables.
pub fn say(parts: &[Part], words: impl Fn(&str) -> Option<&'static str>) -> Result<String, String> {
    let mut said = String::new();
    for part in join_arguments(parts) {
        match part {
            Part::Text(text) => said.push_str(&text.replace('$', "$$")),
            Part::Capture(number) => return Err(number.to_string()),
            Part::Variable(name) => said.push_str(words(&name).ok_or(name)?),
        }
    }
    Ok(said)
}

/// `$is_args` means something only before `$args`.
fn join_arguments(parts: &[Part]) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        let arguments = matches!(part, Part::Variable(name) if name == "args" || name == "query_string");
        match joined.last_mut() {
            Some(Part::Variable(before)) if arguments && before == "is_args" => *before = IS_ARGS_ARGS.into(),
            _ => joined.push(part.clone()),
        }
    }
    joined
}

/// The same for the page request of the `uri` chain, whose URL holds `%3F` for the query's `?`: first the pair for a request with a
/// query, then the one for a request without.
pub fn page_redirects(parts: &[Part], keep_final_slash: bool) -> Result<[Replacement; 2], String> {
    let slash = if keep_final_slash { "" } else { "/?" };
    let words = |name: &str, query: bool| match name {
        "scheme" | "pass_access_scheme" => Some("${2}"),
        "host" | "http_host" | "best_http_host" | "server_name" => Some("${1}"),
        "uri" | "document_uri" => Some("${3}"),
        "request_uri" if query => Some("${3}?${4}"),
        "request_uri" => Some("${3}"),
        IS_ARGS_ARGS if query => Some("?${4}"),
        "args" | "query_string" if query => Some("${4}"),
        IS_ARGS_ARGS | "args" | "query_string" => Some(""),
        _ => None,
    };
    Ok([
        Replacement {
            regex: format!("^https?://([^/:?]+)[^/]*/(https?):(/.*?)?%3F(.*?){slash}$"),
            replacement: say(parts, |name| words(name, true))?,
        },
        Replacement {
            regex: format!("^https?://([^/:?]+)[^/]*/(https?):(/.*?)?{slash}$"),
            replacement: say(parts, |name| words(name, false))?,
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(value: &str, url: &str) -> String {
        let pair = redirect(&parse(value)).unwrap();
        let regex = regex::Regex::new(&pair.regex).unwrap();
        regex.replace(url, pair.replacement.as_str()).into_owned()
    }

    #[test]
    fn variables_of_the_url_are_said_with_captures() {
        let url = "https://a.example:8443/p/q?x=1&y";
        assert_eq!(
            location("https://n.example$request_uri", url),
            "https://n.example/p/q?x=1&y"
        );
        assert_eq!(location("$scheme://$host/new$uri", url), "https://a.example/new/p/q");
        assert_eq!(
            location("https://n.example/l$is_args$args", url),
            "https://n.example/l?x=1&y"
        );
        assert_eq!(
            location("https://n.example/l$is_args$args", "http://a.example/"),
            "https://n.example/l"
        );
        assert_eq!(
            location("https://n.example/?old=${host}&$args", url),
            "https://n.example/?old=a.example&x=1&y"
        );
    }

    #[test]
    fn the_page_request_of_the_chain_becomes_the_location() {
        let page = |value: &str, url: &str, keep: bool| {
            let pairs = page_redirects(&parse(value), keep).unwrap();
            let regexes = pairs.each_ref().map(|pair| regex::Regex::new(&pair.regex).unwrap());
            let at = usize::from(!regexes[0].is_match(url));
            regexes[at].replace(url, pairs[at].replacement.as_str()).into_owned()
        };
        let url = "http://a.example/https:/p/q/%3Fx=1&y";
        assert_eq!(
            page("https://n.example$request_uri", url, true),
            "https://n.example/p/q/?x=1&y"
        );
        assert_eq!(
            page("$scheme://$host$uri/$is_args$args", url, true),
            "https://a.example/p/q//?x=1&y"
        );
        let url = "http://a.example/http:/p/q/";
        assert_eq!(page("https://$host$request_uri", url, false), "https://a.example/p/q");
        assert_eq!(page("https://$host/l$is_args$args", url, true), "https://a.example/l");
    }

    #[test]
    fn what_is_not_in_the_url_is_named() {
        assert_eq!(
            redirect(&parse("https://n.example/$remote_addr")),
            Err("remote_addr".into())
        );
        assert_eq!(redirect(&parse("https://n.example/$is_args")), Err("is_args".into()));
    }

    #[test]
    fn a_value_is_taken_apart_as_nginx_does() {
        let parts = parse("/a$1b${host}c$");
        let wanted = [
            Part::Text("/a".into()),
            Part::Capture(1),
            Part::Text("b".into()),
            Part::Variable("host".into()),
            Part::Text("c$".into()),
        ];
        assert_eq!(parts, wanted);
        let host = HostName::Exact("a.example".into());
        assert_eq!(
            fixed(&parse("http://$host/x"), &host).as_deref(),
            Some("http://a.example/x")
        );
        assert_eq!(fixed(&parse("http://$host$request_uri"), &host), None);
    }
}

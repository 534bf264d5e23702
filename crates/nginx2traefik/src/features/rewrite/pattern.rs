//! A path with its captures, and what is made of it.
use crate::features::redirect::template::{Part, Replacement};

/// The expression that nginx matches a path with, made to take the whole path: nginx replaces all of the URI, Traefik only what
/// matches.
pub fn whole(path: &str) -> String {
    let body = if has_alternatives(path) {
        format!("(?:{path})")
    } else {
        path.to_owned()
    };
    let tail = match () {
        () if body.ends_with("(.*)") || body.ends_with(".*") => "$",
        () if body.ends_with('$') && !body.ends_with("\\$") => "",
        () => ".*$",
    };
    format!("(?i)^{body}{tail}")
}

/// The value with captures and `$uri`; Err names the variable that is neither.
pub fn replacement(target: &[Part]) -> Result<String, String> {
    let mut said = String::new();
    for part in target {
        match part {
            Part::Text(text) => said.push_str(&text.replace('$', "$$")),
            Part::Capture(number) => said.push_str(&format!("${{{number}}}")),
            Part::Variable(name) if ["uri", "document_uri"].contains(&name.as_str()) => said.push_str("${0}"),
            Part::Variable(name) => return Err(name.clone()),
        }
    }
    Ok(said)
}

/// A `|` outside of every group and class.
fn has_alternatives(path: &str) -> bool {
    let (mut depth, mut class, mut escaped) = (0_usize, false, false);
    for c in path.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// Where a slash in the target meets a capture that may begin with one, the pair is written so that the slash comes once: Traefik
/// 3.7 answers 400 where the path that comes of it holds `//` (recipes/rewrite: recording rewrite/013). None: nothing to fold.
pub fn folded(path: &str, target: &[Part]) -> Option<(String, Vec<Part>)> {
    let mut path = path.to_owned();
    let mut parts = target.to_vec();
    let mut changed = false;
    for at in 1..parts.len() {
        let after_slash = matches!(&parts[at - 1], Part::Text(text) if text.ends_with('/'));
        let Part::Capture(number) = parts[at] else { continue };
        if !after_slash {
            continue;
        }
        let Some((start, end)) = group(&path, number) else {
            continue;
        };
        let inside = path[start + 1..end].to_owned();
        match inside.as_str() {
            "" | "/" | "/?" | "/|$" | "$|/" => parts[at] = Part::Text(String::new()),
            ".*" if takes_slashes(&path[..start]) => continue,
            ".*" => path.insert_str(start, "/*"),
            "/.*" => path.replace_range(start + 1..=start + 1, ""),
            _ => continue,
        }
        if inside == "/.*" {
            path.insert_str(start, "/+");
        }
        changed = true;
    }
    changed.then_some((path, parts))
}

/// What stands before a group takes the slash that is there, so that the group cannot begin with one (Traefik has made one slash
/// of several before).
fn takes_slashes(before: &str) -> bool {
    ["/", "/?", "(/|$)", "(/)", "(/)?", "(/?)", "(?:/|$)"]
        .iter()
        .any(|end| before.ends_with(end))
}

/// Where the group with this number begins and ends: the places of its parentheses.
fn group(path: &str, number: usize) -> Option<(usize, usize)> {
    let bytes = path.as_bytes();
    let (mut open, mut count, mut class, mut at) = (Vec::new(), 0, false, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b']' => class = false,
            _ if class => {}
            b'[' => class = true,
            b'(' => {
                let captures = bytes.get(at + 1) != Some(&b'?');
                count += usize::from(captures);
                open.push((at, if captures { count } else { 0 }));
            }
            b')' => {
                let (start, group) = open.pop()?;
                if group == number && number > 0 {
                    return Some((start, at));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The pair for a path and a target.
pub fn pair(path: &str, target: &[Part]) -> Result<Replacement, String> {
    Ok(Replacement {
        regex: whole(path),
        replacement: replacement(target)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::redirect::template::parse;

    fn rewrite(path: &str, target: &str, request: &str) -> String {
        let parts = parse(target);
        let (path, parts) = folded(path, &parts).unwrap_or((path.into(), parts));
        let pair = pair(&path, &parts).unwrap();
        let regex = regex::Regex::new(&pair.regex).unwrap();
        regex.replace_all(request, pair.replacement.as_str()).into_owned()
    }

    #[test]
    fn the_whole_path_is_replaced() {
        assert_eq!(rewrite("/something(/|$)(.*)", "/$2", "/something/new/x"), "/new/x");
        assert_eq!(rewrite("/old", "/new", "/OLD/below"), "/new");
        assert_eq!(rewrite("/files/([^/]+)/raw/(.*)", "/$1", "/files/a/raw/b"), "/a");
        assert_eq!(rewrite("/a|/b", "/x", "/b/c"), "/x");
        assert_eq!(rewrite("/app", "/v1$uri", "/app/x"), "/v1/app/x");
    }

    #[test]
    fn a_slash_comes_once() {
        assert_eq!(rewrite("/api(/|$)(.*)", "/$1", "/api/x"), "/");
        assert_eq!(rewrite("/app(.*)", "/$1", "/app/x"), "/x");
        assert_eq!(rewrite("/app(.*)", "/$1", "/apps"), "/s");
        assert_eq!(rewrite("/app(/.*)", "/$1", "/app/x"), "/x");
        assert_eq!(rewrite("/()(.*)", "/x/$1", "/a"), "/x/");
        assert_eq!(folded("/app(/|$)(.*)", &parse("/$2")), None);
        assert_eq!(folded("/app/(.*)", &parse("/$1")), None);
    }

    #[test]
    fn variables_of_the_request_are_named() {
        assert_eq!(pair("/a", &parse("/$host")), Err("host".into()));
    }
}

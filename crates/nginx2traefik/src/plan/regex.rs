//! nginx's expressions (PCRE) as Traefik reads them (Go's RE2).

/// Why there is no expression for Traefik.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsaid {
    /// It uses what only PCRE has.
    #[error("`{0}` uses {1}, which Traefik's regular expressions do not have")]
    OnlyPcre(String, &'static str),
    /// It is none for PCRE either.
    #[error("`{0}` is no regular expression")]
    Broken(String),
}

/// An expression for `PathRegexp` and the like, or why there is none.
///
/// Look-around, back-references, possessive and atomic groups have no counterpart. A `{` that begins no repetition is itself
/// in PCRE and gets a backslash here.
pub fn re2(pcre: &str) -> Result<String, Unsaid> {
    let pattern = literal_braces(pcre);
    if let Some(what) = pcre_only(&pattern) {
        return Err(Unsaid::OnlyPcre(pcre.to_owned(), what));
    }
    if is_regex(&pattern) {
        Ok(pattern)
    } else {
        Err(Unsaid::Broken(pcre.to_owned()))
    }
}

/// Only repetitions can make an expression too large; all others need not be compiled, which takes longer than all else that is
/// done for a path.
fn is_regex(pattern: &str) -> bool {
    if pattern.contains('{') {
        return regex::Regex::new(pattern).is_ok();
    }
    regex_syntax::parse(pattern).is_ok()
}

/// Every character of `text` stands for itself. Only what Go takes as special gets a backslash.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// What only PCRE has, found outside of escapes and character classes.
fn pcre_only(pattern: &str) -> Option<&'static str> {
    let mut rest = pattern;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let escaped = rest.chars().nth(1);
            if !class && escaped.is_some_and(|e| matches!(e, '1'..='9' | 'k' | 'g')) {
                return Some("a back-reference");
            }
            rest = rest.get(1 + escaped.map_or(0, char::len_utf8)..).unwrap_or("");
            continue;
        }
        class = if class { c != ']' } else { c == '[' };
        if !class {
            for (start, what) in [
                ("(?=", "look-ahead"),
                ("(?!", "look-ahead"),
                ("(?<=", "look-behind"),
                ("(?<!", "look-behind"),
                ("(?>", "an atomic group"),
                ("(?|", "a branch reset"),
                ("(?R", "recursion"),
                ("(?#", "a comment"),
                ("*+", "a possessive quantifier"),
                ("++", "a possessive quantifier"),
                ("?+", "a possessive quantifier"),
            ] {
                if rest.starts_with(start) {
                    return Some(what);
                }
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    None
}

fn literal_braces(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '{' if !begins_repetition(rest) || out.is_empty() => {
                out.push('\\');
                1
            }
            '{' => rest.find('}').map_or(1, |end| end + 1),
            _ => c.len_utf8(),
        };
        let (piece, after) = rest.split_at(taken.min(rest.len()));
        out.push_str(piece);
        rest = after;
    }
    out
}

/// `{2}`, `{2,}`, `{2,3}`
fn begins_repetition(text: &str) -> bool {
    let Some((inside, _)) = text[1..].split_once('}') else {
        return false;
    };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_know_stays() {
        for same in [
            "/api(/|$)(.*)",
            "/v[0-9]{1,3}/x",
            r"/a\.b/[^/]+",
            "/(?:a|b)/(?i)c",
            "/a*?b",
        ] {
            assert_eq!(re2(same), Ok(same.to_owned()));
        }
    }

    #[test]
    fn a_brace_that_repeats_nothing_is_itself() {
        assert_eq!(re2("/api/{id}"), Ok(r"/api/\{id}".to_owned()));
    }

    #[test]
    fn what_only_pcre_has_is_named() {
        for (pattern, what) in [
            ("/(?!admin)", "look-ahead"),
            (r"/(a)\1", "back-reference"),
            ("/a++", "possessive"),
            ("/(?<=x)a", "look-behind"),
            ("/(a", "no regular expression"),
        ] {
            let said = re2(pattern).expect_err(pattern).to_string();
            assert!(said.contains(what), "{said}");
        }
    }

    #[test]
    fn literals_are_escaped() {
        assert_eq!(escape("a.b-c_d+e"), r"a\.b-c_d\+e");
    }
}

//! Conditions about headers, cookies and parameters of the query.
use super::path::go;
use super::tell::Unsaid;
use crate::plan::{Condition, regex};
use nginx_snippet::{Pattern, Test};

/// Neither empty nor `0`, as `if ($variable)` asks.
const TRUTHY: &str = "^([^0]|..)";

/// `$http_name`. A header that is not sent is an empty text to nginx, and matches nothing in Traefik.
pub(super) fn of_header(name: &str, test: &Test) -> Result<Condition, Unsaid> {
    let name = canonical(name);
    let there = || Condition::HeaderRegexp(name.clone(), ".".into());
    Ok(match test {
        Test::Equals(text) if text.is_empty() => not(there()),
        Test::Equals(text) => Condition::Header(name, text.clone()),
        Test::Truthy => Condition::HeaderRegexp(name, TRUTHY.into()),
        Test::Matches(pattern) => {
            let matches = Condition::HeaderRegexp(name.clone(), go(pattern)?);
            match pattern.matches("") {
                Ok(true) => Condition::Any(vec![matches, not(there())]),
                _ => matches,
            }
        }
    })
}

/// `$arg_name`
pub(super) fn of_parameter(name: &str, test: &Test) -> Result<Condition, Unsaid> {
    let ask = |regex: String| Condition::QueryRegexp(name.to_owned(), regex);
    Ok(match test {
        Test::Equals(text) if text.is_empty() => not(ask(".".into())),
        Test::Equals(text) => ask(format!("^{}$", regex::escape(text))),
        Test::Truthy => ask(TRUTHY.into()),
        Test::Matches(pattern) => {
            let matches = ask(go(pattern)?);
            match pattern.matches("") {
                Ok(true) => Condition::Any(vec![matches, not(ask(".".into()))]),
                _ => matches,
            }
        }
    })
}

/// `$cookie_name`: nginx finds cookies without regard to case.
pub(super) fn of_cookie(name: &str, test: &Test) -> Result<Condition, Unsaid> {
    let start = format!(r"(^|;\s*)(?i:{})=", regex::escape(name));
    let ask = |rest: String| Condition::HeaderRegexp("Cookie".into(), format!("{start}{rest}"));
    match test {
        Test::Equals(text) if text.is_empty() => Ok(not(ask("[^;]".into()))),
        Test::Equals(text) => Ok(ask(format!(r"{}\s*(;|$)", regex::escape(text)))),
        Test::Truthy => Ok(ask("([^0;]|[^;][^;])".into())),
        Test::Matches(pattern) => {
            let inner = go(pattern)?;
            if pattern.matches("") != Ok(false) || inner.contains(['^', '$', '.', '\\', '|']) {
                return Err(Unsaid::new(
                    "the expression for a cookie cannot be put into one for the whole Cookie header",
                    "compare the cookie with a text",
                ));
            }
            Ok(ask(format!("[^;]*{inner}")))
        }
    }
}

/// `$args`, `$query_string`: one parameter of it. The second value says what is lost.
pub(super) fn of_query(test: &Test) -> Result<(Condition, String), Unsaid> {
    let (name, value) = match test {
        Test::Equals(text) => text
            .split_once('=')
            .filter(|(_, value)| !value.contains('&'))
            .map(|(name, value)| (name.to_owned(), format!("^{}$", regex::escape(value)))),
        Test::Matches(pattern) => parameter(pattern)?,
        Test::Truthy => None,
    }
    .filter(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)))
    .ok_or_else(|| {
        Unsaid::new(
            "Traefik can ask for a parameter of the query by its name, not for the query as a text",
            "ask for the parameter: if ($arg_name = value)",
        )
    })?;
    let lost = format!("only a parameter that is called `{name}` is looked at, not the query as a text");
    Ok((Condition::QueryRegexp(name, value), lost))
}

/// `name=value` with an expression for the value.
fn parameter(pattern: &Pattern) -> Result<Option<(String, String)>, Unsaid> {
    let text = go(pattern)?;
    let (flag, text) = match text.strip_prefix("(?i)") {
        Some(rest) => ("(?i)", rest),
        None => ("", text.as_str()),
    };
    let text = ["(^|&)", "(?:^|&)", "^"]
        .iter()
        .find_map(|start| text.strip_prefix(start))
        .unwrap_or(text);
    let Some((name, value)) = text.split_once('=') else {
        return Ok(None);
    };
    let value = value.replace("(&|$)", "$").replace("(?:&|$)", "$");
    Ok(Some((name.to_owned(), format!("{flag}^{value}"))))
}

pub(super) fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

/// `x-flag` as `X-Flag`.
pub(super) fn canonical(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_header_is_an_empty_text() {
        let asks = |source: &str| of_header("x-token", &Test::Matches(Pattern::new(source, false))).unwrap();
        assert_eq!(asks("^a"), Condition::HeaderRegexp("X-Token".into(), "^a".into()));
        assert!(matches!(asks("^a*$"), Condition::Any(_)));
        assert!(matches!(
            of_header("x-token", &Test::Equals(String::new())),
            Ok(Condition::Not(_))
        ));
    }

    #[test]
    fn one_parameter_of_the_query() {
        let (condition, _) = of_query(&Test::Matches(Pattern::new("x=([0-9]+)", false))).unwrap();
        assert_eq!(condition, Condition::QueryRegexp("x".into(), "^([0-9]+)".into()));
        assert!(of_query(&Test::Truthy).is_err());
    }

    #[test]
    fn neither_empty_nor_zero() {
        let regex = ::regex::Regex::new(TRUTHY).unwrap();
        let holds = |text: &str| regex.is_match(text);
        assert!(!holds("") && !holds("0") && holds("00") && holds("on") && holds("1"));
    }
}

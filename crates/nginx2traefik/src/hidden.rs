//! Texts that must not be shown: what is printed is printed without them.
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// Secrets that some text may hold.
#[derive(Clone, Default)]
pub struct Hidden {
    /// The longest first: one may be a part of another.
    values: Vec<String>,
    /// All of them at once, made when the first text is shown: a cluster may hold thousands.
    matcher: OnceLock<Option<Regex>>,
}

/// Shorter ones are hidden only where they stand alone, not inside of a word.
const LONG: usize = 8;
/// Memory that the expression of all may take.
const LARGEST: usize = 512 * 1024 * 1024;

impl Hidden {
    /// Hides these, also as JSON and YAML write them.
    pub fn new(values: impl IntoIterator<Item = String>) -> Self {
        let mut all = BTreeSet::new();
        for value in values.into_iter().filter(|v| !v.is_empty()) {
            all.insert(value.replace('\\', "\\\\").replace('"', "\\\""));
            all.insert(value.replace('\'', "''"));
            all.insert(value);
        }
        let mut values: Vec<String> = all.into_iter().collect();
        values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Hidden {
            values,
            matcher: OnceLock::new(),
        }
    }

    /// The text with each of them replaced by stars, byte for byte, so that places stay right.
    pub fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.values.is_empty() {
            return Cow::Borrowed(text);
        }
        let found: Vec<Range<usize>> = match self.matcher.get_or_init(|| self.compiled()) {
            Some(matcher) => matcher.find_iter(text).map(|m| m.range()).collect(),
            None => self.one_by_one(text),
        };
        let counts = |r: &Range<usize>| r.len() >= LONG || stands_alone(text, r);
        let found: Vec<Range<usize>> = found.into_iter().filter(counts).collect();
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut shown = text.to_owned();
        for range in found {
            let stars = "*".repeat(range.len());
            shown.replace_range(range, &stars);
        }
        Cow::Owned(shown)
    }

    fn compiled(&self) -> Option<Regex> {
        let all: Vec<String> = self.values.iter().map(|v| regex::escape(v)).collect();
        RegexBuilder::new(&all.join("|")).size_limit(LARGEST).build().ok()
    }

    /// What no expression can hold is looked for one by one.
    fn one_by_one(&self, text: &str) -> Vec<Range<usize>> {
        let places = |value: &String| -> Vec<Range<usize>> {
            let found = text.match_indices(value.as_str());
            found.map(|(at, found)| at..at + found.len()).collect()
        };
        self.values.iter().flat_map(places).collect()
    }
}

fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: char| c.is_alphanumeric();
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(letter) && !after.is_some_and(letter)
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hidden texts", self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Hidden;

    #[test]
    fn places_stay_and_escaped_forms_are_found() {
        let hidden = Hidden::new(["a\"b-4711".to_owned(), "key1".to_owned()]);
        let shown = hidden.shown(r#"x: "a\"b-4711" y: a"b-4711 monkey1 key1"#);
        assert_eq!(shown, r#"x: "*********" y: ******** monkey1 ****"#);
        assert_eq!(format!("{hidden:?}"), "3 hidden texts");
        assert_eq!(Hidden::default().shown("key1"), "key1");
    }

    #[test]
    fn of_two_the_longer_one_is_hidden_whole() {
        let hidden = Hidden::new(["secret-12".to_owned(), "secret-123456".to_owned()]);
        assert_eq!(hidden.shown("a secret-123456 b"), "a ************* b");
    }
}

//! Texts that must not be shown: what is printed is printed without them.
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Secrets that some text may hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// The longest first: one may be a part of another.
    values: Vec<String>,
}

/// Shorter ones are hidden only where they stand alone, not inside of a word.
const LONG: usize = 8;

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
        Hidden { values }
    }

    /// The text with each of them replaced by stars, byte for byte, so that places stay right.
    pub fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut shown = Cow::Borrowed(text);
        for value in &self.values {
            let found: Vec<usize> = shown.match_indices(value.as_str()).map(|(at, _)| at).collect();
            let alone = |at: &usize| value.len() >= LONG || stands_alone(&shown, *at, value.len());
            let found: Vec<usize> = found.into_iter().filter(alone).collect();
            for at in found {
                let stars = "*".repeat(value.len());
                shown.to_mut().replace_range(at..at + value.len(), &stars);
            }
        }
        shown
    }
}

fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let letter = |c: char| c.is_alphanumeric();
    let before = text[..at].chars().next_back();
    let after = text[at + length..].chars().next();
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
    }
}

use std::sync::Arc;

use fancy_regex::{Regex, RegexBuilder};

use crate::Pcre;

/// nginx has no such limit; here a pattern that backtracks without end is given up as unknown.
const BACKTRACK_LIMIT: usize = 100_000;

/// A regex of a `location`, `if` or `rewrite`: as written, taken apart, and executable.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As nginx got it.
    pub source: String,
    /// `~*` and the like.
    pub caseless: bool,
    /// Construct by construct.
    pub pcre: Arc<Pcre>,
    regex: Option<Regex>,
}

/// Two patterns are the same if they were written the same.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.caseless == other.caseless
    }
}

impl Eq for Pattern {}

/// What a pattern captured: group 0 is the whole match; a group that took no part is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Captures {
    pub(crate) groups: Vec<String>,
    pub(crate) names: Vec<(String, String)>,
}

impl Pattern {
    /// The pattern `source`.
    pub fn new(source: &str, caseless: bool) -> Self {
        let pcre = Arc::new(Pcre::new(source));
        let regex = match pcre.invalid {
            Some(_) => None,
            None => RegexBuilder::new(&pcre.to_rust())
                .case_insensitive(caseless)
                .backtrack_limit(BACKTRACK_LIMIT)
                .build()
                .ok(),
        };
        Self {
            source: source.to_owned(),
            caseless,
            pcre,
            regex,
        }
    }

    /// What begins with this text.
    pub(crate) fn prefix(text: &str) -> Self {
        let plain = |c: char| c.is_alphanumeric() || "/-_~".contains(c);
        let escaped: String = text
            .chars()
            .flat_map(|c| (!plain(c)).then_some('\\').into_iter().chain([c]))
            .collect();
        Self::new(&format!("^{escaped}"), false)
    }

    /// The pattern for Go, with `(?i)` where it ignores case, or what stands in the way.
    pub fn to_go(&self) -> Result<String, Vec<&'static str>> {
        let text = self.pcre.to_go()?;
        Ok(if self.caseless { format!("(?i){text}") } else { text })
    }

    /// The captures in `subject`, `None` without a match; the error says why nobody knows.
    pub(crate) fn run(&self, subject: &str) -> Result<Option<Captures>, String> {
        let unknown = || format!("the regex {:?} cannot be followed here", self.source);
        let regex = self.regex.as_ref().ok_or_else(unknown)?;
        let Some(found) = regex.captures(subject).map_err(|_| unknown())? else {
            return Ok(None);
        };
        let text = |index| {
            found
                .get(index)
                .map(|group| group.as_str().to_owned())
                .unwrap_or_default()
        };
        let groups: Vec<String> = (0..found.len()).map(text).collect();
        let named = self.pcre.groups.iter().enumerate().filter(|(_, name)| !name.is_empty());
        let names = named
            .map(|(index, name)| (name.to_ascii_lowercase(), text(index + 1)))
            .collect();
        Ok(Some(Captures { groups, names }))
    }

    /// True if `subject` matches.
    pub fn matches(&self, subject: &str) -> Result<bool, String> {
        self.run(subject).map(|found| found.is_some())
    }
}

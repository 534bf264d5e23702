//! The ConfigMap's block-user-agents and block-referers: 403 in every server, before anything else of it.
use crate::effective::{Controller, Request};
use regex::RegexBuilder;

/// One of the two lists has the request's header.
pub(super) fn is_blocked(controller: &Controller, request: &Request) -> bool {
    let lists = [("block-user-agents", "User-Agent"), ("block-referers", "Referer")];
    lists.into_iter().any(|(key, header)| {
        let value = request.header(header).unwrap_or("");
        let list = controller.get(key).map_or("", |s| s.value);
        let mut entries = list.split(',').map(str::trim).filter(|e| !e.is_empty());
        entries.any(|entry| matches(entry, value))
    })
}

/// An entry of nginx's `map`: `~` begins an expression, `~*` one without case; a plain one is the whole value, whatever its case.
fn matches(entry: &str, value: &str) -> bool {
    let Some(text) = entry.strip_prefix('~') else {
        return entry.eq_ignore_ascii_case(value);
    };
    let (text, fold) = text.strip_prefix('*').map_or((text, false), |t| (t, true));
    let expression = RegexBuilder::new(text).case_insensitive(fold).build();
    expression.is_ok_and(|e| e.is_match(value))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn whole_values_and_expressions() {
        assert!(matches("BadBot", "badbot"));
        assert!(!matches("BadBot", "BadBot/1"));
        assert!(matches("~*evil", "an Evil one"));
        assert!(!matches("~evil", "an Evil one"));
    }
}

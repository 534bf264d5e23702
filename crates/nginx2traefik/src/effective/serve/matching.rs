//! Which location a path belongs to.
//!
//! nginx `ngx_http_core_find_location`: an exact location, else the longest prefix; with regular expressions the first that matches.
use super::path_regex::Expression;
use super::uri::Uri;
use crate::effective::host::Matcher;
use crate::effective::{Host, Location};

/// What nginx finds.
pub(super) enum Found<'a> {
    /// The location that answers.
    Location(&'a Location),
    /// There is only a location with a slash more: 301 to it.
    AddSlash(&'a Location),
    /// An expression stands in the way that nobody can run here.
    Unknown(String),
}

/// The location of a path.
pub(super) fn find<'a>(host: &'a Host, uri: &Uri) -> Option<Found<'a>> {
    let path = uri.path.as_slice();
    if host.regex_mode.is_some() {
        return by_expression(host, path);
    }
    let exact = |l: &&Location| l.matcher == Matcher::Exact && l.path.as_bytes() == path;
    if let Some(location) = host.locations.iter().find(exact) {
        return Some(Found::Location(location));
    }
    let slash = |l: &&Location| l.slash_redirect && l.path.strip_suffix('/').is_some_and(|p| p.as_bytes() == path);
    if let Some(location) = host.locations.iter().find(slash) {
        return Some(Found::AddSlash(location));
    }
    let prefixes = host
        .locations
        .iter()
        .filter(|l| l.matcher == Matcher::Prefix && matches(l, path));
    prefixes.max_by_key(|l| l.path.len()).map(Found::Location)
}

/// The first expression that matches.
fn by_expression<'a>(host: &'a Host, path: &[u8]) -> Option<Found<'a>> {
    for location in &host.locations {
        // nginx does not load what PCRE refuses: such an Ingress is told elsewhere
        let Some(expression) = Expression::new(&format!("^{}", location.path), true) else {
            continue;
        };
        match expression.is_match(path) {
            Ok(true) => return Some(Found::Location(location)),
            Ok(false) => {}
            Err(why) => return Some(Found::Unknown(why)),
        }
    }
    None
}

/// An element-wise prefix.
fn matches(location: &Location, path: &[u8]) -> bool {
    let own = location.path.as_bytes();
    let bare = own.strip_suffix(b"/").unwrap_or(own);
    let below = path.strip_prefix(bare).is_some_and(|rest| rest.starts_with(b"/"));
    below || own == path
}

//! `rewrite` to another path for the backend.
use super::path;
use super::tell::{self, Unsaid};
use super::value;
use crate::effective::{Host, Location, Matcher};
use crate::features::redirect::template::Part;
use crate::features::rewrite::pattern::{replacement, whole};
use crate::plan::{Context, Middleware, Slot};
use nginx_snippet::{Branch, Effect, Guard, LocationReading, Pattern, Place, Subject, Template};
use serde_json::json;

/// A rewrite of a branch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rewrite<'a> {
    pub(super) places: &'a [Place],
    pub(super) pattern: &'a Pattern,
    pub(super) target: &'a Template,
    pub(super) args: Option<&'a Template>,
    pub(super) keep_query: bool,
    pub(super) again: bool,
}

/// The rewrite of a branch, if it has one.
pub(super) fn of(branch: &Branch) -> Option<Rewrite<'_>> {
    branch.intents.iter().find_map(|intent| match &intent.effect {
        Effect::Rewrite {
            pattern,
            target,
            args,
            keep_query,
            again,
        } => Some(Rewrite {
            places: &intent.places,
            pattern,
            target,
            args: args.as_ref(),
            keep_query: *keep_query,
            again: *again,
        }),
        _ => None,
    })
}

/// The Middlewares that do it.
pub(super) fn chain(
    context: &mut Context<'_>,
    when: &[Guard],
    rewrite: Rewrite<'_>,
) -> Result<Vec<Middleware>, Unsaid> {
    if rewrite.args.is_some_and(|args| !args.parts.is_empty()) {
        return Err(Unsaid::new(
            "Traefik cannot write the query that the backend gets",
            "let the backend read the path as it is, or redirect clients to the new address",
        ));
    }
    tell_query(context, rewrite);
    let parts = parts(context, when, rewrite.target);
    context.remark("Where a path is rewritten the backend gets one more header, X-Replaced-Path, with the path that was asked for.");
    if let Some(path) = literal(&parts) {
        return Ok(vec![Middleware::new(
            Slot::Rewrite,
            "rewrite",
            "replacePath",
            json!({"path": path}),
        )]);
    }
    let replacement = replacement(&parts).map_err(|variable| {
        Unsaid::new(
            format!("the new path needs `${variable}`"),
            "write the path without it; Traefik has captures of the path only",
        )
    })?;
    let spec = json!({"regex": regex(rewrite.pattern)?, "replacement": replacement});
    // nginx rewrites the decoded path, so that the backend gets a slash for %2F (recipes/rewrite)
    let slash = json!({"regex": "%2F", "replacement": "/"});
    Ok(vec![
        Middleware::new(Slot::Rewrite, "rewrite", "replacePathRegex", spec),
        Middleware::new(Slot::Rewrite, "decode-slash", "replacePathRegex", slash),
    ])
}

fn tell_query(context: &mut Context<'_>, rewrite: Rewrite<'_>) {
    if !rewrite.keep_query {
        let lost = "the backend still gets the query of the request";
        tell::warn(context, rewrite.places, "Traefik cannot take the query away", &[lost]);
    }
}

/// The new path with what is known put in.
fn parts(context: &Context<'_>, when: &[Guard], target: &Template) -> Vec<Part> {
    let mut parts = Vec::new();
    for part in &target.parts {
        parts.push(match part {
            nginx_snippet::Part::Text(text) => Part::Text(text.clone()),
            nginx_snippet::Part::Capture(number) => Part::Capture(*number),
            nginx_snippet::Part::Variable(name) => match value::known(context, when, name) {
                Some(text) => Part::Text(text),
                None => Part::Variable(name.clone()),
            },
        });
    }
    parts
}

fn literal(parts: &[Part]) -> Option<String> {
    let text = |part: &Part| match part {
        Part::Text(text) => Some(text.clone()),
        _ => None,
    };
    parts.iter().map(text).collect()
}

/// The expression, made to take the whole path.
fn regex(pattern: &Pattern) -> Result<String, Unsaid> {
    let go = path::go_matched(pattern)?;
    let text = go.strip_prefix("(?i)").unwrap_or(&go);
    let open = match text.strip_prefix('^') {
        Some(rest) if pattern.pcre.anchored() => rest.to_owned(),
        _ => format!(".*?(?:{text})"),
    };
    let whole = whole(&open);
    Ok(match pattern.caseless {
        true => whole,
        false => whole.strip_prefix("(?i)").unwrap_or(&whole).to_owned(),
    })
}

/// The location that the new path belongs to; none where that depends on the request.
pub(super) fn lands<'a>(host: &'a Host, target: &Template) -> Option<&'a Location> {
    let start = match target.parts.first() {
        Some(nginx_snippet::Part::Text(text)) if text.starts_with('/') => text.as_str(),
        _ => return None,
    };
    let literal = target.literal().is_some();
    if host.regex_mode.is_some() {
        let [only] = host.locations.as_slice() else { return None };
        return (only.path == "/").then_some(only);
    }
    let serves = |location: &&Location| match location.matcher {
        Matcher::Exact => literal && location.path == start,
        Matcher::Prefix | Matcher::Regex => is_below(start, &location.path),
    };
    let further =
        |location: &Location| !literal && location.path.len() >= start.len() && location.path.starts_with(start);
    if host.locations.iter().any(further) {
        return None;
    }
    let rank = |location: &&Location| (location.matcher == Matcher::Exact, location.path.len());
    host.locations.iter().filter(serves).max_by_key(rank)
}

fn is_below(path: &str, location: &str) -> bool {
    let location = location.trim_end_matches('/');
    path.strip_prefix(location)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A script that starts again with the new path, in the same location, changes nothing more.
pub(super) fn settles(reading: &LocationReading, branch: &Branch, target: &Template) -> bool {
    let Some(nginx_snippet::Part::Text(start)) = target.parts.first() else {
        return false;
    };
    let Some((last, before)) = reading.branches.split_last() else {
        return false;
    };
    let misses = |guard: &Guard| {
        let start_of = |pattern: &Pattern| path::begins(pattern).filter(|begin| !begin.is_empty());
        guard.subject == Subject::Path
            && match &guard.test {
                nginx_snippet::Test::Matches(pattern) => start_of(pattern)
                    .is_some_and(|begin| !begin.starts_with(start.as_str()) && !start.starts_with(&begin)),
                _ => false,
            }
    };
    let others_miss = before.iter().all(|other| other.positive().any(misses));
    let rest = |branch: &Branch| {
        let kept = branch
            .intents
            .iter()
            .filter(|i| !matches!(i.effect, Effect::Rewrite { .. }));
        kept.cloned().collect::<Vec<_>>()
    };
    others_miss && last.positive().next().is_none() && !last.stops && rest(branch) == last.intents
}

/// Whether the new path would be looked for again in a location that an annotation rewrites, too.
pub(super) fn meets_annotation(context: &Context<'_>, rewrite: Rewrite<'_>) -> bool {
    let settings = context.settings();
    rewrite.again && (settings.rewrite.target.is_some() || settings.redirect.is_some())
}

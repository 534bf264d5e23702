//! One location: each branch of what its snippets mean, with the features that the location has in it.
use super::path::Paths;
use super::response::{self, Headers};
use super::tell::{self, Unsaid};
use super::when::{When, meet, when};
use super::{answer, effects, error_page, request, rewrite, settings, upstream_tls};
use crate::effective::{EffectiveIngress, Settings};
use crate::plan::{Branch as Way, Context, LocationPlan, Middleware, Slot, backend, features};
use nginx_snippet::{Branch, Effect, LocationReading, Place};
use serde_json::json;

/// Nobody reads more routes than this for one path.
const MOST_BRANCHES: usize = 60;

/// The location as its snippets have it.
pub(super) fn plan(context: &mut Context<'_>, reading: &LocationReading) -> LocationPlan {
    let mut plan = empty();
    let mut last = Headers::default();
    if reading.branches.len() > MOST_BRANCHES {
        let places: Vec<Place> = reading.branches[0].when.iter().map(|guard| guard.place).collect();
        let unsaid = Unsaid::new(
            "the conditions make too many cases",
            "write the cases that matter as paths of the Ingress",
        );
        tell::block(context, &places, &unsaid);
        return plan;
    }
    let paths = Paths::of(context.location);
    for branch in &reading.branches {
        let Some(when) = said(context, paths, &reading.branches, branch) else {
            continue;
        };
        let Some((part, headers)) = of_branch(context, reading, branch) else {
            continue;
        };
        last = headers;
        let before = plan.branches.len();
        join(&mut plan, &when, part);
        if branch.in_if {
            let mark = Middleware::new(Slot::Cors, IN_IF, "headers", json!({}));
            plan.branches[before..]
                .iter_mut()
                .for_each(|way| way.chain.push(mark.clone()));
        }
    }
    around(context, &mut plan, &last);
    alone(&mut plan);
    without_cors(context, &mut plan, &reading.branches);
    plan
}

/// Marks branches until CORS is planned.
const IN_IF: &str = "in-if";

/// ingress-nginx writes the CORS headers in an `if`, and the last `if` that is true lends its settings: where one of the snippet's
/// is, there are no CORS headers (recordings snippet/037, snippet/142).
fn without_cors(context: &mut Context<'_>, plan: &mut LocationPlan, branches: &[Branch]) {
    let is_mark = |middleware: &Middleware| middleware.purpose == IN_IF;
    for way in plan.branches.iter_mut().filter(|way| way.chain.iter().any(is_mark)) {
        let exact = context.exact();
        way.chain.retain(|m| !(is_mark(m) || exact && m.slot == Slot::Cors));
    }
    let guard = branches
        .iter()
        .filter(|branch| branch.in_if)
        .find_map(|branch| branch.when.first());
    if let Some(guard) = guard.filter(|_| context.settings().cors.is_some() && !context.exact()) {
        let message = "answers under the condition have CORS headers, too";
        tell::note(
            context,
            &[guard.place],
            message,
            &["CORS headers where this `if` holds; ingress-nginx sends none there"],
        );
    }
}

/// Marks the answers of an error page, which nginx gives in a location of its own: nothing of this one is added to them.
pub(super) const PAGE: &str = "error-page-of-snippet";

fn is_page(way: &Way) -> bool {
    way.chain.iter().any(|m| m.purpose == PAGE)
}

/// Without what has been added to the answers of error pages.
pub(super) fn alone(plan: &mut LocationPlan) {
    for way in &mut plan.branches {
        if let Some(at) = way.chain.iter().position(|m| m.purpose == PAGE) {
            way.chain.truncate(at);
        }
    }
}

fn empty() -> LocationPlan {
    LocationPlan {
        branches: Vec::new(),
        needs_route: Vec::new(),
        stand_in: None,
    }
}

/// When the branch applies; none: never, or it cannot be said, which has been told.
pub(super) fn said(context: &mut Context<'_>, paths: Paths<'_>, all: &[Branch], branch: &Branch) -> Option<When> {
    match when(context, paths, branch) {
        Ok(when) => {
            let when = when?;
            tell_lost(context, all, &when);
            Some(when)
        }
        Err((place, unsaid)) => {
            tell::block(context, &[place], &unsaid);
            None
        }
    }
}

/// A condition that sees less must not decide about a protection.
fn tell_lost(context: &mut Context<'_>, all: &[Branch], when: &When) {
    let protects = all
        .iter()
        .flat_map(|branch| &branch.intents)
        .any(|intent| match &intent.effect {
            Effect::Answer { status, .. } => *status >= 400,
            Effect::Close | Effect::Access { .. } | Effect::BasicAuth { .. } => true,
            _ => false,
        });
    for (place, name) in &when.parameters {
        let message = format!("the parameter `{name}` is asked for as Traefik reads a query");
        tell::note(
            context,
            &[*place],
            &message,
            &[&format!(
                "`{name}` in other letters (case) is another parameter, and its value is compared decoded"
            )],
        );
    }
    for (place, lost) in &when.lost {
        if protects {
            let unsaid = Unsaid::new(
                lost.clone(),
                "ask for the path ($uri), a header or a parameter ($arg_name)",
            );
            tell::block(context, &[*place], &unsaid);
        } else {
            tell::warn(context, &[*place], lost, &[lost]);
        }
    }
}

fn of_branch(context: &mut Context<'_>, reading: &LocationReading, branch: &Branch) -> Option<(LocationPlan, Headers)> {
    let status = answer::status(&branch.intents);
    if let Some(page) = status.and_then(|status| error_page::in_place(context, branch, status)) {
        return page.map(|plan| (plan, Headers::default()));
    }
    let mut plan = match status {
        Some(_) => answer::plan(context, &branch.when, &branch.intents)?,
        None => {
            let settings = settings::of_branch(context, branch);
            with(context, settings, |context| backend_branch(context, reading, branch))
        }
    };
    effects::tell_rest(context, &branch.intents);
    let headers = response::read(context, &branch.when, &branch.intents, status);
    headers.apply(&mut plan, |way| !is_page(way));
    Some((plan, headers))
}

/// Plans with other settings than the Ingress's own.
pub(super) fn with<R>(context: &mut Context<'_>, settings: Settings, change: impl FnOnce(&mut Context<'_>) -> R) -> R {
    let ingress = EffectiveIngress {
        settings,
        ..context.ingress.clone()
    };
    let mut inner = Context {
        effective: context.effective,
        manifests: context.manifests,
        options: context.options,
        host: context.host,
        location: context.location,
        ingress: &ingress,
        collected: &mut *context.collected,
    };
    change(&mut inner)
}

fn backend_branch(context: &mut Context<'_>, reading: &LocationReading, branch: &Branch) -> LocationPlan {
    let mut plan = backend::branches(context);
    features::inside(context, &mut plan);
    error_page::beside(context, branch, &mut plan, true);
    upstream_tls::apply(context, &branch.intents, &mut plan);
    request::apply(context, &branch.when, &branch.intents, &mut plan);
    if let Some(found) = rewrite::of(branch) {
        rewrite_path(context, reading, branch, found, &mut plan);
    }
    if branch
        .intents
        .iter()
        .any(|intent| intent.effect == Effect::Compress { on: true })
    {
        compress(context, branch, &mut plan);
    }
    plan
}

fn rewrite_path(
    context: &mut Context<'_>,
    reading: &LocationReading,
    branch: &Branch,
    found: rewrite::Rewrite<'_>,
    plan: &mut LocationPlan,
) {
    let stays = || {
        let lands = rewrite::lands(context.host, found.target);
        lands.is_some_and(|location| std::ptr::eq(location, context.location))
            && rewrite::settles(reading, branch, found.target)
    };
    if rewrite::meets_annotation(context, found) || found.again && !stays() {
        let unsaid = Unsaid::new(
            "nginx looks for the location of the new path again, and what it finds there depends on more than this",
            "write `break` instead where the new path is served by the same Service",
        );
        return tell::block(context, found.places, &unsaid);
    }
    match rewrite::chain(context, &branch.when, found) {
        Ok(chain) => chain.iter().for_each(|middleware| plan.before_backend(middleware)),
        Err(unsaid) => tell::block(context, found.places, &unsaid),
    }
}

/// `gzip on` compresses HTML of 20 bytes and more (ngx_http_gzip_filter_module's defaults).
fn compress(context: &mut Context<'_>, branch: &Branch, plan: &mut LocationPlan) {
    let spec = json!({"includedContentTypes": ["text/html"], "encodings": ["gzip"], "minResponseBodyBytes": 20});
    plan.before_backend(&Middleware::new(Slot::ResponseHeaders, "compress", "compress", spec));
    let compresses = branch
        .intents
        .iter()
        .filter(|intent| intent.effect == Effect::Compress { on: true });
    let places: Vec<Place> = compresses.flat_map(|intent| intent.places.clone()).collect();
    let message = "HTML is compressed by a compress Middleware";
    tell::note(
        context,
        &places,
        message,
        &["other types that gzip_types names have to be added to includedContentTypes"],
    );
}

/// Puts the branches of a part behind those that are there.
pub(super) fn join(plan: &mut LocationPlan, when: &When, part: LocationPlan) {
    for mut branch in part.branches {
        let Some(entries) = meet(when.entries, branch.entries) else {
            continue;
        };
        branch.entries = entries;
        branch.conditions.splice(0..0, when.conditions.iter().cloned());
        plan.branches.push(branch);
    }
    plan.needs_route.extend(part.needs_route);
    plan.stand_in = plan.stand_in.take().or(part.stand_in);
}

/// What comes before the snippet's script has the headers of the location, but not those of an `if`.
fn around(context: &mut Context<'_>, plan: &mut LocationPlan, headers: &Headers) {
    let first = plan.branches.first().cloned();
    features::around(context, plan);
    let Some(first) = first else { return };
    let is_first = |way: &Way| {
        way.target == first.target
            && way.conditions.starts_with(&first.conditions)
            && way.chain.starts_with(&first.chain)
    };
    let early = plan.branches.iter().position(is_first).unwrap_or(0);
    let rest = plan.branches.split_off(early);
    headers.apply(plan, |way| way.answers);
    plan.branches.extend(rest);
}

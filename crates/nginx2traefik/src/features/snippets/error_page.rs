//! `error_page`: what nginx answers in place of an error that it makes itself.
use super::forbidden;
use super::location::said;
use super::path::Paths;
use super::tell::{self, Unsaid};
use super::when::When;
use super::{answer, effects, response};
use crate::effective::Origin;
use crate::plan::{Context, LocationPlan};
use nginx_snippet::{Branch, Effect, Intent, LocationMatch, LocationReading, Part, Place, Template};

/// A page, and when it is the answer.
pub(super) type Pages = Vec<(When, LocationPlan)>;

/// An `error_page` of a branch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) places: &'a [Place],
    pub(super) statuses: &'a [u16],
    /// The status instead; `Some(0)` is that of the page.
    pub(super) response: Option<u16>,
    pub(super) target: &'a Template,
}

/// Those of a branch. Of two for one status nginx takes the first.
pub(super) fn of(branch: &Branch) -> Vec<Page<'_>> {
    branch.intents.iter().filter_map(page).collect()
}

fn page(intent: &Intent) -> Option<Page<'_>> {
    match &intent.effect {
        Effect::ErrorPage {
            statuses,
            response,
            target,
        } => Some(Page {
            places: &intent.places,
            statuses,
            response: *response,
            target,
        }),
        _ => None,
    }
}

/// What a branch answers instead of its own `return` with an error. None: its own answer stands. Some(None): it cannot be said,
/// which has been told.
pub(super) fn in_place(context: &mut Context<'_>, branch: &Branch, status: u16) -> Option<Option<LocationPlan>> {
    // a text is sent as it is; below 400 there is always one, if only an empty one
    let is_bare = |intent: &Intent| match &intent.effect {
        Effect::Answer { status, text } => text.is_none() && *status >= 400,
        Effect::Redirect { .. } => true,
        _ => false,
    };
    if !branch.intents.iter().any(is_bare) {
        tell_idle(context, branch, &[]);
        return None;
    }
    let page = of(branch).into_iter().find(|page| page.statuses.contains(&status));
    tell_idle(context, branch, &[status]);
    let Some(page) = page else {
        return of_annotation(context, branch, status).then_some(None);
    };
    match pages(context, page, status) {
        Ok(pages) => {
            let mut plan = LocationPlan {
                branches: Vec::new(),
                needs_route: Vec::new(),
                stand_in: None,
            };
            for (when, part) in pages {
                super::location::join(&mut plan, &when, part);
            }
            Some(Some(plan))
        }
        Err(unsaid) => {
            tell::block(context, page.places, &unsaid);
            Some(None)
        }
    }
}

/// custom-http-errors answers in place of a `return` with an error.
fn of_annotation(context: &mut Context<'_>, branch: &Branch, status: u16) -> bool {
    let codes = context.settings().errors.codes.as_ref();
    let answers = codes.is_some_and(|codes| codes.value.contains(&status));
    if answers {
        let places: Vec<Place> = branch.intents.iter().take(1).flat_map(|i| i.places.clone()).collect();
        let why = format!("{status} is answered by an error page");
        tell::block(context, &places, &Unsaid::new(why, A_PAGE));
    }
    answers
}

const A_PAGE: &str = "an errors Middleware with a Service that has the page";

/// Pages for other statuses than this answer's.
fn tell_idle(context: &mut Context<'_>, branch: &Branch, but: &[u16]) {
    for page in of(branch) {
        if !page.statuses.iter().any(|status| but.contains(status)) {
            idle(context, page);
        }
    }
}

fn idle(context: &mut Context<'_>, page: Page<'_>) {
    let why = "it is for errors of nginx's own, and nginx makes none of these statuses here";
    tell::default(context, page.places, why);
}

/// What becomes of the pages of a branch that leads to a backend, or to nothing (`backend`: false).
pub(super) fn beside(context: &mut Context<'_>, branch: &Branch, plan: &mut LocationPlan, backend: bool) {
    for page in of(branch) {
        let made: Vec<u16> = page
            .statuses
            .iter()
            .copied()
            .filter(|s| is_made(context, *s, backend))
            .collect();
        let done = match made.as_slice() {
            [] => {
                idle(context, page);
                Ok(())
            }
            [403] => forbidden::plan(context, page, plan),
            _ => Err(Unsaid::new(
                "errors that nginx makes itself get a page of their own",
                A_PAGE,
            )),
        };
        if let Err(unsaid) = done {
            tell::block(context, page.places, &unsaid);
        }
    }
}

/// Statuses that nginx itself makes in a location that leads to a backend, whatever its settings are.
const OWN_ERRORS: [u16; 10] = [400, 408, 413, 414, 416, 429, 500, 502, 503, 504];

/// nginx makes the status here, beside `return`.
fn is_made(context: &Context<'_>, status: u16, backend: bool) -> bool {
    let settings = context.settings();
    match status {
        401 => settings.basic_auth.is_some() || settings.external_auth.is_some(),
        403 => forbidden::is_made(context),
        404 | 405 => !backend,
        _ => OWN_ERRORS.contains(&status),
    }
}

/// The answers of a page, for a request that came to this status.
pub(super) fn pages(context: &mut Context<'_>, page: Page<'_>, status: u16) -> Result<Pages, Unsaid> {
    match page.target.parts.first() {
        Some(Part::Text(text)) if text.starts_with('@') => named(context, page, text, status),
        Some(Part::Text(text)) if text.starts_with("http") => url(context, page),
        Some(Part::Variable(name)) if name == "scheme" => url(context, page),
        _ => Err(Unsaid::new("the error is answered by a path of the host", A_PAGE)),
    }
}

/// nginx redirects there (`ngx_http_send_error_page`).
fn url(context: &mut Context<'_>, page: Page<'_>) -> Result<Pages, Unsaid> {
    let status = page.response.filter(|s| matches!(s, 301 | 302 | 303 | 307 | 308));
    let effect = Effect::Redirect {
        status: status.unwrap_or(302),
        target: page.target.clone(),
        captures: None,
        keep_query: false,
    };
    let branch = Branch {
        when: Vec::new(),
        intents: vec![Intent {
            effect,
            places: page.places.to_vec(),
        }],
        stops: false,
        in_if: false,
    };
    let part = one(context, &branch)?;
    Ok(vec![(When::always(), part)])
}

fn named(context: &mut Context<'_>, page: Page<'_>, name: &str, status: u16) -> Result<Pages, Unsaid> {
    let reading = location(context, name).ok_or_else(|| {
        Unsaid::new(
            "no location has this name, so that nginx answers 500",
            "drop the directive",
        )
    })?;
    let mut pages = Vec::new();
    for branch in &reading.branches {
        let mut branch = branch.clone();
        branch.intents.iter_mut().for_each(|intent| led(intent, page, status));
        let Some(when) = said(context, Paths::Any, &reading.branches, &branch) else {
            continue;
        };
        effects::tell_rest(context, &branch.intents);
        pages.push((when, one(context, &branch)?));
    }
    Ok(pages)
}

/// A text that a page sends has the status that led there (`ngx_http_special_response_handler`).
fn led(intent: &mut Intent, page: Page<'_>, before: u16) {
    if let Effect::Answer { status, text: Some(_) } = &mut intent.effect {
        *status = match page.response {
            None => before,
            Some(0) => *status,
            Some(other) => other,
        };
    }
}

fn one(context: &mut Context<'_>, branch: &Branch) -> Result<LocationPlan, Unsaid> {
    let Some(status) = answer::status(&branch.intents) else {
        return Err(Unsaid::new("the page comes from somewhere else", A_PAGE));
    };
    let part = answer::plan(context, &branch.when, &branch.intents);
    let mut part = part.ok_or_else(|| Unsaid::new("the page has an answer that Traefik cannot give", A_PAGE))?;
    let headers = response::read(context, &branch.when, &branch.intents, Some(status));
    headers.apply(&mut part, |_| true);
    Ok(part)
}

/// The host's location of this name.
pub(super) fn location(context: &Context<'_>, name: &str) -> Option<LocationReading> {
    let snippets = context.host.snippets.as_deref()?;
    let is_it = |reading: &&LocationReading| matches!(&reading.matcher, LocationMatch::Named(own) if own == name);
    snippets.written_locations().find(is_it).cloned()
}

/// A named location by itself: what leads there is told where it does.
pub(super) fn tell_named(context: &mut Context<'_>, reading: &LocationReading, name: &str) {
    let nothing = |intent: &Intent| matches!(intent.effect, Effect::Nothing { .. });
    let intents = reading.branches.iter().flat_map(|branch| &branch.intents);
    let unreached = intents.clone().count() == 1 && intents.clone().all(nothing);
    let by_config = |snippet: &&crate::effective::Snippet| {
        matches!(snippet.origin, Origin::ConfigMap { .. }) && snippet.text.nginx().contains(name)
    };
    let elsewhere = context
        .effective
        .snippets
        .iter()
        .filter(|s| Some(s.id.0) != reading.place.map(|p| p.source));
    let mut elsewhere = elsewhere.filter(by_config);
    if unreached && elsewhere.next().is_some() {
        let places: Vec<Place> = reading.place.into_iter().collect();
        let why = "a snippet of the ConfigMap leads to this location";
        return tell::block(context, &places, &Unsaid::new(why, A_PAGE));
    }
    if unreached {
        let intents: Vec<Intent> = intents.cloned().collect();
        effects::tell_rest(context, &intents);
    }
}

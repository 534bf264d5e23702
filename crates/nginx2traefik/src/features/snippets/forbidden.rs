//! A page for 403: who is refused by the lists of addresses, or by the auth server.
use super::error_page::{self, Page};
use super::location::PAGE;
use super::tell::{self, Unsaid};
use super::when::{When, meet};
use crate::effective::{Backend, Location};
use crate::features::access::traefik::{Outside, outside};
use crate::features::external_auth::redirect_instead;
use crate::features::redirect::template;
use crate::installation::Version;
use crate::plan::{Branch, Context, LocationPlan, Middleware, Slot, Target};
use nginx_snippet::{Effect, Intent, Part, Template};
use serde_json::{Value, json};

/// Something here refuses requests with 403.
pub(super) fn is_made(context: &Context<'_>) -> bool {
    let others = others(context);
    let settings = context.settings();
    outside(context) != Outside::Nobody || settings.external_auth.is_some() || others
}

/// What refuses beside the lists and the auth server.
fn others(context: &Context<'_>) -> bool {
    let settings = context.settings();
    let firewall = settings
        .unconverted
        .iter()
        .any(|one| one.key.contains("modsecurity") && one.active);
    let everywhere = context.effective.controller.bool("enable-modsecurity", false).value;
    settings.client_certificate.is_some() || context.host.client_auth.is_some() || firewall || everywhere
}

/// Answers the page. Err: it cannot be said.
pub(super) fn plan(context: &mut Context<'_>, page: Page<'_>, plan: &mut LocationPlan) -> Result<(), Unsaid> {
    let settings = context.settings();
    let auth = settings.external_auth.as_ref();
    // pages of annotations stand in the location itself, which then has none of the server's
    let pages = settings.errors.codes.is_some() || auth.is_some_and(|auth| auth.signin.is_some());
    if others(context) || pages {
        return Err(Unsaid::new(
            "403 comes from more than the lists of addresses and the auth server",
            "an errors Middleware with a Service that has the page",
        ));
    }
    if settings.access.satisfy_any.is_some() && (auth.is_some() || settings.basic_auth.is_some()) {
        return Err(Unsaid::new(
            "a page for who is refused, beside `satisfy any`",
            "an errors Middleware with a Service that has the page",
        ));
    }
    match (outside(context), auth.is_some()) {
        (Outside::Nobody, true) => of_auth(context, page, plan),
        (outside, false) => of_lists(context, page, plan, outside),
        (_, true) => Err(Unsaid::new(
            "both a list of addresses and the auth server refuse with 403",
            "an errors Middleware with a Service that has the page",
        )),
    }
}

/// Who is not on the list gets the page: a route of its own, behind what nginx does before it asks the list.
fn of_lists(
    context: &mut Context<'_>,
    page: Page<'_>,
    plan: &mut LocationPlan,
    outside: Outside,
) -> Result<(), Unsaid> {
    let refused = match outside {
        Outside::Nobody => return Ok(()),
        Outside::Unsaid => {
            return Err(Unsaid::new(
                "the list has IPv6 networks, which cannot be asked for in X-Forwarded-For",
                "write IPv4 networks only, or drop the page",
            ));
        }
        Outside::When(conditions) => conditions,
    };
    let pages = error_page::pages(context, page, 403)?;
    let before: Vec<Branch> = plan.branches.drain(..).collect();
    for way in before {
        for (when, part) in pages.iter().filter(|_| !way.answers) {
            let answers = part
                .branches
                .iter()
                .filter_map(|of_page| answer_of(&way, when, of_page));
            let answers = answers.map(|mut answer| {
                answer
                    .conditions
                    .splice(way.conditions.len()..way.conditions.len(), refused.iter().cloned());
                answer
            });
            plan.branches.extend(answers);
        }
        plan.branches.push(way);
    }
    plan.needs_route.push("who is refused gets a page".into());
    Ok(())
}

/// A page's answer in place of a way to the backend.
fn answer_of(way: &Branch, when: &When, page: &Branch) -> Option<Branch> {
    let entries = meet(meet(when.entries, page.entries)?, way.entries)?;
    let mut one = Branch {
        entries,
        answers: true,
        target: Target::Nothing,
        ..way.clone()
    };
    one.conditions.extend(when.conditions.iter().cloned());
    one.chain.retain(|m| comes_before(m.slot));
    one.chain.extend(page.chain.iter().cloned().map(late));
    one.chain.push(Middleware::new(Slot::Cors, PAGE, "headers", json!({})));
    Some(one)
}

/// nginx does it before the access phase.
fn comes_before(slot: Slot) -> bool {
    matches!(
        slot,
        Slot::Errors | Slot::Redirect | Slot::SslRedirect | Slot::Connections | Slot::Rate
    )
}

/// In the place of the list.
fn late(middleware: Middleware) -> Middleware {
    match middleware.slot {
        Slot::ResponseHeaders | Slot::Errors => middleware,
        _ => Middleware {
            slot: Slot::Access,
            ..middleware
        },
    }
}

/// The whole URL, query-escaped, as errors puts it into the path of its page.
const ESCAPED: &str = r"^https?://[^/]+/(https?)%3A%2F%2F.*$";

/// Whom the auth server refuses.
fn of_auth(context: &mut Context<'_>, page: Page<'_>, plan: &mut LocationPlan) -> Result<(), Unsaid> {
    if let Some(target) = page.target.literal().filter(|target| target.starts_with('/')) {
        return of_path(context, page, &target, plan);
    }
    if context.version() < Version::V3_7 {
        return Err(Unsaid::new(
            "Traefik 3.6 cannot redirect whom the auth server refuses",
            "let the auth server answer the redirect, or use Traefik 3.7",
        ));
    }
    let (status, target) = redirect(context, page)?;
    let replacement = said(context, &target)?;
    let pair = template::Replacement {
        regex: ESCAPED.into(),
        replacement,
    };
    let spec = redirect_instead(context, "forbidden-location", (403, status), &pair);
    around(context, page, plan, spec, &[]);
    Ok(())
}

/// The target as the replacement of a redirectRegex.
fn said(context: &Context<'_>, target: &Template) -> Result<String, Unsaid> {
    let known = |part: &Part| match part {
        Part::Text(text) => template::Part::Text(text.clone()),
        Part::Capture(number) => template::Part::Capture(*number),
        Part::Variable(name) => match super::value::known(context, &[], name) {
            Some(text) => template::Part::Text(text),
            None => template::Part::Variable(name.clone()),
        },
    };
    let parts: Vec<template::Part> = target.parts.iter().map(known).collect();
    let words = |name: &str| match name {
        "scheme" | "pass_access_scheme" => Some("${1}"),
        _ => None,
    };
    template::say(&parts, words).map_err(|variable| {
        Unsaid::new(
            format!("the target needs `${variable}`, which Traefik cannot put into a Location"),
            "name a target without it",
        )
    })
}

/// The redirect that the page is.
fn redirect(context: &Context<'_>, page: Page<'_>) -> Result<(u16, Template), Unsaid> {
    let other = || Unsaid::new("the page is no plain redirect", "let the auth server answer it");
    let name = page.target.literal().filter(|name| name.starts_with('@'));
    let Some(name) = name else {
        let status = page.response.filter(|s| matches!(s, 301 | 302 | 303 | 307 | 308));
        return Ok((status.unwrap_or(302), page.target.clone()));
    };
    let reading = error_page::location(context, &name).ok_or_else(other)?;
    let [branch] = reading.branches.as_slice() else {
        return Err(other());
    };
    let is_page = |intent: &&Intent| matches!(intent.effect, Effect::ErrorPage { .. });
    let mut intents = branch.intents.iter().filter(|intent| !is_page(intent));
    match (intents.next().map(|intent| &intent.effect), intents.next()) {
        (Some(Effect::Redirect { status, target, .. }), None) if !target.to_string().starts_with('/') => {
            Ok((*status, target.clone()))
        }
        _ => Err(other()),
    }
}

/// A page of the host itself: that of the Service that its path leads to.
fn of_path(context: &mut Context<'_>, page: Page<'_>, target: &str, plan: &mut LocationPlan) -> Result<(), Unsaid> {
    let path = target.split('?').next().unwrap_or_default();
    let template = Template {
        parts: vec![Part::Text(path.to_owned())],
    };
    let Some(location) = super::rewrite::lands(context.host, &template) else {
        return Err(Unsaid::new(
            "which path of the host has the page is not known",
            A_SERVICE,
        ));
    };
    let auth = |location: &Location| {
        let settings = &context.effective.ingress(location.ingress).settings;
        settings.external_auth.as_ref().map(|auth| auth.url.value.clone())
    };
    if auth(location).is_some() && auth(location) == auth(context.location) {
        let why = "its page is behind the same auth server, which refuses it again: nginx answers its own 403";
        tell::default(context, page.places, why);
        return Ok(());
    }
    let service = of_service(context, location)?;
    if target.contains('{') {
        return Err(Unsaid::new("the page's address has a brace", A_SERVICE));
    }
    let spec = json!({"status": ["403"], "query": target, "service": service});
    let lost: &[&str] = match page.response {
        None | Some(403) => &[],
        _ => &["the status is 403, whatever status the page has"],
    };
    around(context, page, plan, spec, lost);
    Ok(())
}

const A_SERVICE: &str = "an errors Middleware with the Service that has the page";

/// The Service behind a path that nobody guards.
fn of_service(context: &Context<'_>, location: &Location) -> Result<Value, Unsaid> {
    let other = context.effective.ingress(location.ingress);
    let settings = &other.settings;
    let guarded = settings.denied.is_some()
        || settings.external_auth.is_some()
        || settings.basic_auth.is_some()
        || settings.access.allow.is_some()
        || settings.access.deny.is_some();
    let changed = settings.rewrite.target.is_some() || settings.redirect.is_some() || !settings.snippets.is_empty();
    let same = context.manifests.ingress(location.ingress).namespace == context.namespace();
    match &location.backend {
        Backend::Service(service) if !guarded && !changed && same => {
            let port = match &service.port {
                crate::model::PortRef::Number(number) => json!(number),
                crate::model::PortRef::Name(name) => json!(name),
            };
            Ok(json!({"name": service.name, "port": port}))
        }
        _ => Err(Unsaid::new("the path of the page has settings of its own", A_SERVICE)),
    }
}

/// In front of the question.
fn around(context: &mut Context<'_>, page: Page<'_>, plan: &mut LocationPlan, spec: Value, lost: &[&str]) {
    let errors = Middleware::new(Slot::ExternalAuth, "forbidden", "errors", spec);
    for way in plan.branches.iter_mut().filter(|way| !way.answers) {
        let at = way.chain.iter().position(|m| m.slot == Slot::ExternalAuth);
        way.chain.insert(at.unwrap_or(way.chain.len()), errors.clone());
    }
    let message = "who is refused by the auth server gets the page from an errors Middleware";
    let mut differences = vec!["a 403 of the backend itself becomes the page, too"];
    differences.extend(lost);
    tell::note(context, page.places, message, &differences);
}

//! What Traefik has to be given for it (recipes: errors).
use super::Errors;
use crate::effective::host::ServiceState;
use crate::effective::{Backend, ServiceRef};
use crate::finding::{Fidelity, Finding};
use crate::installation::Version;
use crate::model::PortRef;
use crate::plan::{Condition, Context, LocationPlan, Middleware, ServiceTarget, Slot};
use serde_json::{Map, Value, json};

/// Adds its part to a location: pages in place of the backend's errors.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let errors = &context.settings().errors;
    let codes = codes(errors);
    let own = errors.default_backend.as_ref();
    match own.filter(|_| errors.own_codes || errors.codes.is_none()) {
        Some(pages) => {
            stand_in(context, plan, &pages.value);
            let codes = if errors.codes.is_none() { vec![503] } else { codes };
            with_pages_if_any(context, plan, &pages.value, &codes);
            let finding = tell_pages(context, errors);
            context.tell(finding);
        }
        None if !codes.is_empty() => {
            without_pages(context, plan, &codes);
            tell_without_pages(context);
        }
        None => {}
    }
}

/// The codes that are replaced; where the backend's own answers are left alone, those that nginx makes itself.
fn codes(errors: &Errors) -> Vec<u16> {
    let all = errors.codes.as_ref().map(|s| s.value.clone()).unwrap_or_default();
    match errors.intercept {
        true => all,
        false => all.into_iter().filter(|code| (502..=504).contains(code)).collect(),
    }
}

/// The pages' Service serves where the location's own does not exist: with the path as it is, and X-Code 503.
fn stand_in(context: &Context<'_>, plan: &mut LocationPlan, pages: &ServiceRef) {
    if pages.state != ServiceState::Assumed {
        return;
    }
    let headers = json!({"customRequestHeaders": headers(context, 503)});
    let headers = Middleware::new(Slot::RequestHeaders, "error-503", "headers", headers);
    plan.stand_in = Some((vec![headers], ServiceTarget::new(pages.clone())));
}

/// A Middleware with a Service that does not exist would take its router with it, and a less specific one would answer. So where
/// the pages may be missing a second router has none; nginx takes such a default-backend as not written.
fn with_pages_if_any(context: &mut Context<'_>, plan: &mut LocationPlan, pages: &ServiceRef, codes: &[u16]) {
    let mut rest = LocationPlan {
        branches: plan.branches.iter().filter(|b| !b.answers).cloned().collect(),
        ..plan.clone()
    };
    with_pages(context, plan, pages, codes);
    if pages.state == ServiceState::Assumed {
        return;
    }
    for branch in plan.branches.iter_mut().filter(|b| !b.answers) {
        branch.conditions.push(Condition::PathPrefix("/".into()));
    }
    without_pages(context, &mut rest, codes);
    plan.branches.append(&mut rest.branches);
}

fn with_pages(context: &mut Context<'_>, plan: &mut LocationPlan, pages: &ServiceRef, codes: &[u16]) {
    let port = port(&pages.port);
    if context.version() < Version::V3_7 {
        let spec = json!({
            "status": texts(codes), "query": "/", "service": {"name": pages.name, "port": port},
        });
        plan.before_backend(&Middleware::new(Slot::ErrorPage, "error-pages", "errors", spec));
        return;
    }
    for code in codes {
        let headers = json!({"customRequestHeaders": headers(context, *code)});
        let headers = Middleware::new(Slot::ErrorPage, &format!("error-{code}"), "headers", headers);
        let headers = context.middleware(&headers);
        let spec = json!({
            "status": [code.to_string()],
            "query": "/",
            "service": {"name": pages.name, "port": port, "middlewares": [{"name": headers}]},
        });
        let purpose = format!("error-page-{code}");
        plan.before_backend(&Middleware::new(Slot::ErrorPage, &purpose, "errors", spec));
    }
}

/// What ingress-nginx tells the page about the request.
fn headers(context: &Context<'_>, code: u16) -> Map<String, Value> {
    let mut headers = Map::new();
    let mut set = |name: &str, value: String| {
        headers.insert(name.into(), json!(value));
    };
    set("X-Code", code.to_string());
    set("X-Namespace", context.namespace().to_owned());
    set("X-Ingress-Name", context.written().name.value.clone());
    if let Backend::Service(service) = &context.location.backend {
        set("X-Service-Name", service.name.clone());
        set("X-Service-Port", text(&port(&service.port)));
    }
    headers
}

/// Without a default-backend the controller's own answers: 404 for every code.
fn without_pages(context: &mut Context<'_>, plan: &mut LocationPlan, codes: &[u16]) {
    if context.settings().errors.codes.is_none() {
        return;
    }
    let service = context.none_service();
    context.require(
        "providers.kubernetesCRD.allowEmptyServices",
        json!(true),
        "Error pages come from a Service without endpoints.",
    );
    let rewrites: Map<String, Value> = codes
        .iter()
        .filter(|code| **code != 404)
        .map(|code| (code.to_string(), json!(404)))
        .collect();
    let mut spec = json!({"status": texts(codes), "service": {"name": service, "port": 80}});
    if !rewrites.is_empty() {
        spec["statusRewrites"] = Value::Object(rewrites);
    }
    plan.before_backend(&Middleware::new(Slot::ErrorPage, "errors-404", "errors", spec));
}

fn tell_without_pages(context: &mut Context<'_>) {
    let Some(setting) = context.settings().errors.codes.as_ref() else {
        return;
    };
    let finding = context
        .note(
            "custom-http-errors",
            &setting.origin,
            "without a default-backend every one of these errors becomes a 404",
        )
        .nginx("lets the controller's default backend answer: 404")
        .traefik("answers 404 as well")
        .help("name a default-backend with pages, or remove custom-http-errors");
    context.tell(finding);
}

fn tell_pages(context: &Context<'_>, errors: &Errors) -> Finding {
    let origin = match (&errors.codes, &errors.default_backend) {
        (Some(codes), _) if codes.is_written() => &codes.origin,
        (_, Some(pages)) => &pages.origin,
        _ => &crate::effective::Origin::BuiltIn,
    };
    let rule = if errors.codes.is_some() {
        "custom-http-errors"
    } else {
        "default-backend"
    };
    let finding = context
        .warning(rule, origin, "error pages are fetched by Traefik's errors Middleware")
        .fidelity(Fidelity::Approximate)
        .nginx("passes the request on to the page's Service, with its method and body, and answers what that answers")
        .traefik("fetches the page with GET and answers it with the status that the backend gave")
        .difference("the status is the backend's, whatever status the page has")
        .difference("the page is fetched with GET, without X-Format, X-Original-URI and X-Request-ID");
    match context.version() {
        Version::V3_6 => finding.difference("the page is fetched without X-Code and its like"),
        _ => finding,
    }
}

fn port(port: &PortRef) -> Value {
    match port {
        PortRef::Number(number) => json!(number),
        PortRef::Name(name) => json!(name),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn texts(codes: &[u16]) -> Vec<String> {
    codes.iter().map(ToString::to_string).collect()
}

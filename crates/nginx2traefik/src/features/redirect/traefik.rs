//! What Traefik has to be given for it.
use super::Redirect;
use super::answer::{by_regex, composed, fixed, statuses};
use super::template::{self, Part};
use crate::finding::Finding;
use crate::installation::Version;
use crate::plan::{Context, Entries, LocationPlan, Middleware, Slot};

/// Adds its part to a location: an answer to every request.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(redirect) = context.settings().redirect.as_ref() else {
        return;
    };
    let parts = template::parse(&redirect.target.value);
    match template::fixed(&parts, &context.host.name) {
        Some(target) => plan.answer(
            Vec::new(),
            Entries::Both,
            fixed(Slot::Redirect, &target, redirect.code.value),
        ),
        None => of_the_request(context, plan, redirect, &parts),
    }
}

/// The target has pieces of the request in it.
fn of_the_request(context: &mut Context<'_>, plan: &mut LocationPlan, redirect: &Redirect, parts: &[Part]) {
    let code = redirect.code.value;
    let exact = context.exact() && context.version() >= Version::V3_7;
    let chain = match exact {
        true => composed(context, Slot::Redirect, parts, code, true),
        false => template::redirect(parts).map(|pair| by_regex(Slot::Redirect, "redirect", &pair, is_permanent(code))),
    };
    match chain {
        Ok(middleware) => answer(context, plan, redirect, middleware, exact),
        Err(variable) => {
            let finding = context.blocking(
                rule(redirect),
                &redirect.target.origin,
                format!("the redirect's target needs nginx's `${variable}`, which Traefik cannot put into a Location"),
            );
            context.tell(finding.help("name a target without it, or let the application redirect"));
        }
    }
}

fn answer(context: &mut Context<'_>, plan: &mut LocationPlan, redirect: &Redirect, chain: Middleware, exact: bool) {
    plan.answer(Vec::new(), Entries::Both, vec![chain]);
    let finding = match exact {
        true => exact_finding(context, redirect),
        false => plain_finding(context, redirect),
    };
    context.tell(finding);
}

fn exact_finding(context: &Context<'_>, redirect: &Redirect) -> Finding {
    context
        .note(
            rule(redirect),
            &redirect.target.origin,
            "a redirect that keeps parts of the requested URL",
        )
        .fidelity(crate::finding::Fidelity::Approximate)
        .traefik("answers the same status and Location")
        .difference("`/` and `?` written raw inside the query come back as %2F and %3F, with the same meaning")
        .difference("`//` and dot segments in the path are cleaned before")
}

fn plain_finding(context: &Context<'_>, redirect: &Redirect) -> Finding {
    let code = redirect.code.value;
    let (get, other) = statuses(is_permanent(code));
    let same_kind = [301, 302, 307, 308].contains(&code);
    let message = format!("a redirect with status {code} that keeps parts of the requested URL");
    let finding = match same_kind && !redirect.relative.value {
        true => context
            .note(rule(redirect), &redirect.target.origin, message)
            .fidelity(crate::finding::Fidelity::Approximate),
        false => context.warning(rule(redirect), &redirect.target.origin, message),
    };
    finding
        .nginx(format!("answers {code} to every method"))
        .traefik(format!(
            "redirectRegex answers {get} to GET and {other} to every other method"
        ))
        .help("--exact writes a chain of Middlewares that answers the same status to every method (Traefik 3.7)")
        .difference(format!(
            "status {get} for GET and {other} for other methods instead of {code}"
        ))
        .difference("`//` and dot segments in the path are cleaned before")
}

fn is_permanent(code: u16) -> bool {
    matches!(code, 301 | 308)
}

fn rule(redirect: &Redirect) -> &'static str {
    if redirect.temporal {
        "temporal-redirect"
    } else {
        "permanent-redirect"
    }
}

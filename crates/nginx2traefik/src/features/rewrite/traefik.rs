//! What Traefik has to be given for it (recipes: rewrite).
use super::pattern::{folded, pair};
use crate::effective::Setting;
use crate::features::redirect::{answer, template};
use crate::features::upstream_vhost;
use crate::finding::Fidelity;
use crate::installation::Version;
use crate::plan::{Context, Entries, LocationPlan, Middleware, Slot, regex};
use serde_json::json;

/// A target that is a whole URL is a redirect, and comes before the one to https.
pub fn plan_redirect(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(target) = target(context).filter(|target| is_url(&target.value)) else {
        return;
    };
    let parts = template::parse(&target.value);
    let path = re2_path(context);
    let whole = super::pattern::whole(&path);
    let path = whole.trim_start_matches("(?i)^").trim_end_matches('$');
    let replacement = match super::pattern::replacement(&parts) {
        Ok(replacement) => replacement,
        Err(variable) => return block_variable(context, target, &variable),
    };
    let query = count_groups(&whole) + 1;
    // nginx appends the request's query
    let spec = json!({
        "regex": format!(r"(?i)^https?://[^/]+{}(\?.*)?$", path.replace(".*", "[^?]*")),
        "replacement": format!("{replacement}${{{query}}}"),
    });
    let redirect = Middleware::new(Slot::Redirect, "rewrite", "redirectRegex", spec);
    plan.answer(Vec::new(), Entries::Both, vec![redirect]);
    let (get, other) = answer::statuses(false);
    let finding = context
        .note(
            "rewrite-target",
            &target.origin,
            "the target is a URL, so the path is redirected",
        )
        .fidelity(Fidelity::Approximate)
        .nginx("answers 302 to every method")
        .traefik(format!(
            "redirectRegex answers {get} to GET and {other} to every other method"
        ))
        .difference(format!("status {other} instead of 302 for methods other than GET"));
    context.tell(finding);
}

/// Adds its part to a location: what the backend gets for the path.
pub fn plan(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(target) = target(context).filter(|target| !is_url(&target.value)) else {
        return;
    };
    let parts = template::parse(&target.value);
    let path = re2_path(context);
    let fold = folded(&path, &parts).filter(|_| context.version() >= Version::V3_7);
    let (path, parts) = fold.clone().unwrap_or((path, parts));
    let middleware = match pair(&path, &parts) {
        Ok(pair) if !pair.replacement.contains('$') => {
            let spec = json!({"path": pair.replacement});
            Middleware::new(Slot::Rewrite, "rewrite", "replacePath", spec)
        }
        Ok(pair) => {
            let spec = json!({"regex": pair.regex, "replacement": pair.replacement});
            Middleware::new(Slot::Rewrite, "rewrite", "replacePathRegex", spec)
        }
        Err(variable) => return block_variable(context, target, &variable),
    };
    let captures = middleware.kind == "replacePathRegex";
    plan.before_backend(&middleware);
    if captures {
        // nginx rewrites the decoded path, so that the backend gets a slash for %2F (measured: recipes/rewrite)
        let spec = json!({"regex": "%2F", "replacement": "/"});
        plan.before_backend(&Middleware::new(
            Slot::Rewrite,
            "decode-slash",
            "replacePathRegex",
            spec,
        ));
    }
    context.remark("Where a path is rewritten the backend gets one more header, X-Replaced-Path, with the path that was asked for.");
    forwarded_prefix(context, plan);
    if fold.is_some() {
        tell_folded(context, target);
    }
}

/// The target, where it does something: a path that is the target already stays (nginx.tmpl needsRewrite).
fn target<'a>(context: &Context<'a>) -> Option<&'a Setting<String>> {
    let target = context.settings().rewrite.target.as_ref()?;
    (target.value != context.location.path).then_some(target)
}

fn is_url(target: &str) -> bool {
    ["http://", "https://", "$scheme"]
        .iter()
        .any(|start| target.starts_with(start))
}

/// The path as an expression of Traefik's. One that cannot be said has been told already.
fn re2_path(context: &Context<'_>) -> String {
    let path = &context.location.path;
    regex::re2(path).unwrap_or_else(|_| path.clone())
}

fn count_groups(regex: &str) -> usize {
    regex_syntax::parse(regex).map_or(0, |regex| regex.properties().explicit_captures_len())
}

fn forwarded_prefix(context: &mut Context<'_>, plan: &mut LocationPlan) {
    let Some(prefix) = context.settings().rewrite.forwarded_prefix.as_ref() else {
        return;
    };
    if prefix.value.is_empty() {
        return;
    }
    match upstream_vhost::traefik::value(context, &prefix.value) {
        Ok(value) => {
            let spec = json!({"customRequestHeaders": {"X-Forwarded-Prefix": value}});
            plan.before_backend(&Middleware::new(Slot::RequestHeaders, "prefix", "headers", spec));
        }
        Err(variable) => {
            let finding = context
                .blocking(
                    "x-forwarded-prefix",
                    &prefix.origin,
                    format!("the prefix needs nginx's `${variable}`"),
                )
                .traefik("can only set a fixed X-Forwarded-Prefix")
                .help("write the prefix out");
            context.tell(finding);
        }
    }
}

fn block_variable(context: &mut Context<'_>, target: &Setting<String>, variable: &str) {
    let finding = context
        .blocking(
            "rewrite-target",
            &target.origin,
            format!("the target needs nginx's `${variable}`"),
        )
        .traefik("can only put captures of the path into a new path")
        .help("write the target without it");
    context.tell(finding);
}

fn tell_folded(context: &mut Context<'_>, target: &Setting<String>) {
    let finding = context
        .note(
            "rewrite-target",
            &target.origin,
            "the backend gets one slash where ingress-nginx sends two",
        )
        .fidelity(Fidelity::Approximate)
        .nginx("puts a capture that may begin with a slash behind a slash, and sends `//` then")
        .traefik("3.7 answers 400 to a path with `//`, so one slash is left out")
        .help("take the slash out of the capture or out of the target")
        .difference("the backend gets `/` instead of `//`");
    context.tell(finding);
}

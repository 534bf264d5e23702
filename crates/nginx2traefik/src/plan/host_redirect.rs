//! Redirects that belong to a server rather than to a location: app-root, `/foo` to `/foo/`, www.
use super::branch::{Branch, Entries, Target};
use super::host::Spot;
use super::rule::PathMatch;
use super::{Context, LocationPlan, Middleware, Slot};
use crate::effective::{HostName, Origin};
use crate::features::redirect::{answer, template};
use crate::installation::Version;
use crate::model::IngressId;
use serde_json::json;

/// `location /foo/` without a `/foo`: nginx answers 301 to it, the query kept (atlas semantics 3).
pub(crate) fn slash(context: &mut Context<'_>, path: &PathMatch) -> Option<Spot> {
    let (PathMatch::Exact(path) | PathMatch::Prefix(path)) = path else {
        return None;
    };
    let short = path.strip_suffix('/').filter(|short| !short.is_empty())?;
    let chain = of_the_url(context, "add-slash", "$scheme://$host$uri/$is_args$args", 301, true).ok()?;
    let mut spot = answering(
        context.location.ingress,
        PathMatch::Exact(short.into()),
        vec![(Entries::Both, vec![chain])],
    );
    spot.plan.needs_route.push(format!("{short} is redirected to {short}/"));
    Some(spot)
}

/// from-to-www-redirect: the chain of the other name's server. ingress-nginx drops a final `/` of the URL.
pub(crate) fn www(context: &mut Context<'_>) -> Option<Vec<Middleware>> {
    let (Some(www), HostName::Exact(to)) = (&context.host.www, &context.host.name) else {
        return None;
    };
    let chain = of_the_url(context, "www", &format!("$scheme://{to}$request_uri"), www.code, false);
    chain.ok().map(|middleware| vec![middleware])
}

/// app-root: `if ($uri = /) { return 302 $scheme://$http_host<target>; }` in the server, before everything else.
pub(crate) fn app_root(context: &mut Context<'_>, spots: &mut Vec<Spot>) {
    let Some(app_root) = &context.host.app_root else { return };
    let owner = owner(&app_root.origin).unwrap_or(context.location.ingress);
    let parts = template::parse(&app_root.value);
    let whole = format!("$http_host{}", app_root.value);
    let one_name = context.host.aliases.is_empty() && context.exact();
    let fixed = template::fixed(&template::parse(&whole), &context.host.name).filter(|_| one_name);
    let has_variables = parts.iter().any(|part| !matches!(part, template::Part::Text(_)));
    let branches = match fixed {
        Some(target) => {
            let to = |scheme: &str| answer::fixed(Slot::Redirect, &format!("{scheme}://{target}"), 302);
            vec![(Entries::Web, to("http")), (Entries::Websecure, to("https"))]
        }
        None if !has_variables && in_the_chain(owner, &app_root.value, spots) => return,
        None if !has_variables => vec![(Entries::Both, vec![root_only(&app_root.value)])],
        None => match of_the_url(context, "app-root", &format!("$scheme://{whole}"), 302, true) {
            Ok(middleware) => vec![(Entries::Both, vec![middleware])],
            Err(variable) => {
                let message = format!("app-root needs nginx's `${variable}`, which Traefik cannot put into a Location");
                let finding = context.blocking("app-root", &app_root.origin, message);
                context.tell(finding);
                return;
            }
        },
    };
    let mut spot = answering(owner, PathMatch::Exact("/".into()), branches);
    spot.plan.needs_route.push("app-root".into());
    spots.insert(0, spot);
}

/// Exact: any status for every method. Plain: 301 or 302 for GET, 308 or 307 for other methods.
fn of_the_url(
    context: &mut Context<'_>,
    purpose: &str,
    target: &str,
    code: u16,
    keep_final_slash: bool,
) -> Result<Middleware, String> {
    let parts = template::parse(target);
    if context.exact() && context.version() >= Version::V3_7 {
        return answer::composed(context, Slot::Redirect, &parts, code, keep_final_slash);
    }
    let permanent = matches!(code, 301 | 308);
    template::redirect(&parts).map(|pair| answer::by_regex(Slot::Redirect, purpose, &pair, permanent))
}

/// Where the owner has a router for `/`, one more Middleware in its chain does it: it leaves every other path alone.
fn in_the_chain(owner: IngressId, target: &str, spots: &mut [Spot]) -> bool {
    let serves_root = |spot: &Spot| {
        spot.owner == owner
            && spot.written
            && (spot.path == PathMatch::All || spot.path == PathMatch::Exact("/".into()))
    };
    let found = spots.iter().any(serves_root);
    if found {
        for spot in spots.iter_mut().filter(|spot| spot.owner == owner) {
            spot.plan.everywhere(&root_only(target));
        }
    }
    found
}

/// 302 for GET of `/`, 307 for other methods (recipes/redirect: app-root).
fn root_only(target: &str) -> Middleware {
    let target = target.replace('$', "$$");
    let spec = json!({"regex": r"^(https?://[^/?]+)/(\?.*)?$", "replacement": format!("${{1}}{target}")});
    Middleware::new(Slot::Redirect, "app-root", "redirectRegex", spec)
}

fn answering(owner: IngressId, path: PathMatch, branches: Vec<(Entries, Vec<Middleware>)>) -> Spot {
    let mut plan = LocationPlan::new(Target::Nothing);
    let branch = |(entries, chain)| Branch {
        conditions: Vec::new(),
        entries,
        chain,
        target: Target::Nothing,
        answers: true,
    };
    plan.branches = branches.into_iter().map(branch).collect();
    Spot {
        path,
        owner,
        canaries: Vec::new(),
        plan,
        written: false,
    }
}

/// The Ingress that a setting was written on.
pub(crate) fn owner(origin: &Origin) -> Option<IngressId> {
    match origin {
        Origin::Annotation { ingress, .. } | Origin::Spec { ingress, .. } => Some(*ingress),
        Origin::BuiltIn | Origin::ConfigMap { .. } => None,
    }
}

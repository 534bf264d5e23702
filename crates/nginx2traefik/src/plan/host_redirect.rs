//! Redirects that belong to a server rather than to a location: app-root, `/foo` to `/foo/`.
use super::branch::{Branch, Entries, Target};
use super::host::{Given, Spot, context};
use super::rule::PathMatch;
use super::{Collected, Context, LocationPlan, Middleware, Slot};
use crate::effective::{Host, HostName, Origin};
use crate::model::IngressId;
use serde_json::json;

/// `location /foo/` without a `/foo`: nginx answers 301 to it, the query kept (atlas semantics 3).
pub(crate) fn slash(context: &mut Context<'_>, path: &PathMatch) -> Option<Spot> {
    let (PathMatch::Exact(path) | PathMatch::Prefix(path)) = path else {
        return None;
    };
    let short = path.strip_suffix('/').filter(|short| !short.is_empty())?;
    let regex = r"^(https?://[^/?]+[^?]*)(\?.*)?$";
    let spec = json!({"regex": regex, "replacement": "${1}/${2}", "permanent": true});
    let redirect = Middleware::new(Slot::Redirect, "add-slash", "redirectRegex", spec);
    let mut plan = LocationPlan::new(Target::Nothing);
    plan.everywhere(&redirect);
    plan.needs_route.push(format!("{short} is redirected to {short}/"));
    Some(Spot {
        path: PathMatch::Exact(short.into()),
        owner: context.location.ingress,
        canaries: Vec::new(),
        plan,
        written: false,
    })
}

/// app-root: `if ($uri = /) { return 302 $scheme://$http_host<target>; }` in the server, before everything else.
pub(crate) fn app_root(given: Given<'_>, host: &Host, collected: &mut Collected, spots: &mut Vec<Spot>) {
    let Some(app_root) = &host.app_root else { return };
    let Some(owner) = owner(&app_root.origin).or(host.ingresses.first().copied()) else {
        return;
    };
    let Some(location) = host.locations.first() else { return };
    if app_root.value.contains('$') {
        let context = context(given, host, location, collected);
        let finding = context.blocking("app-root", &app_root.origin, "app-root holds an nginx variable");
        let finding = finding.help("Write the path without a variable.");
        collected.tell(Some(owner), finding);
        return;
    }
    let one_name = match (&host.name, host.aliases.is_empty()) {
        (HostName::Exact(name), true) => Some(name),
        _ => None,
    };
    let branches = match one_name.filter(|_| given.options.exact) {
        Some(name) => vec![
            fixed(name, "http", &app_root.value, Entries::Web),
            fixed(name, "https", &app_root.value, Entries::Websecure),
        ],
        None if in_the_chain(owner, &app_root.value, spots) => return,
        None => vec![Branch {
            chain: vec![by_regex(&app_root.value)],
            ..fixed("", "", "", Entries::Both)
        }],
    };
    let mut plan = LocationPlan::new(Target::Nothing);
    plan.branches = branches;
    plan.needs_route.push("app-root".into());
    spots.insert(
        0,
        Spot {
            path: PathMatch::Exact("/".into()),
            owner,
            canaries: Vec::new(),
            plan,
            written: false,
        },
    );
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
            spot.plan.everywhere(&by_regex(target));
        }
    }
    found
}

/// 302 for every method (recipes/redirect: app-root).
fn fixed(host: &str, scheme: &str, target: &str, entries: Entries) -> Branch {
    let location = json!({"customResponseHeaders": {"Location": format!("{scheme}://{host}{target}")}});
    let mut answer = Middleware::answer(302);
    answer.slot = Slot::Redirect;
    answering(
        entries,
        vec![Middleware::new(Slot::Redirect, "app-root", "headers", location), answer],
    )
}

/// 302 for GET, 307 for other methods.
fn by_regex(target: &str) -> Middleware {
    let spec = json!({"regex": r"^(https?://[^/?]+)/(\?.*)?$", "replacement": format!("${{1}}{target}")});
    Middleware::new(Slot::Redirect, "app-root", "redirectRegex", spec)
}

fn answering(entries: Entries, chain: Vec<Middleware>) -> Branch {
    Branch {
        conditions: Vec::new(),
        entries,
        chain,
        target: Target::Nothing,
        answers: true,
    }
}

/// The Ingress that a setting was written on.
pub(crate) fn owner(origin: &Origin) -> Option<IngressId> {
    match origin {
        Origin::Annotation { ingress, .. } | Origin::Spec { ingress, .. } => Some(*ingress),
        Origin::BuiltIn | Origin::ConfigMap { .. } => None,
    }
}

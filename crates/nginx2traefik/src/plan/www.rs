//! from-to-www-redirect: a server of its own that redirects to this one.
use super::branch::{Entries, Target};
use super::decide::Decision;
use super::host::{Given, HostPlan};
use super::host_redirect::owner;
use super::ingress_route::Groups;
use super::routers::Router;
use super::rule::{PathMatch, rule};
use super::tls::Https;
use super::{Collected, Middleware, Slot};
use crate::effective::HostName;
use crate::finding::Finding;
use serde_json::json;

/// 301 for GET and 308 for other methods where ingress-nginx answers 308; path and query stay.
pub(crate) fn write(given: Given<'_>, plan: &HostPlan<'_>, decision: &Decision, collected: &mut Collected) {
    let (Some(www), HostName::Exact(to)) = (&plan.host.www, &plan.host.name) else {
        return;
    };
    let Some(owner) = owner(&www.setting.origin).filter(|id| !decision.blocked.contains(id)) else {
        return;
    };
    let spec = json!({
        "regex": "^(https?)://[^/]+/(.*)$",
        "replacement": format!("${{1}}://{to}/${{2}}"),
        "permanent": matches!(www.code, 301 | 308),
    });
    let mut groups = Groups::default();
    let router = Router {
        owner,
        canaries: Vec::new(),
        entries: Entries::Both,
        rule: rule(&[HostName::Exact(www.from.clone())], &PathMatch::All, &[]),
        priority: None,
        chain: vec![Middleware::new(Slot::Redirect, "www", "redirectRegex", spec)],
        target: Target::Nothing,
        written: false,
    };
    groups.add(router, &Https::Own(serde_json::Map::new()), true);
    groups.write_as(given, owner, "www", collected);
    let ingress = given.manifests.ingress(owner);
    let span = www.setting.origin.span().unwrap_or(ingress.name.span);
    let prefix = &given.effective.controller.annotations_prefix;
    let finding = Finding::note(
        "from-to-www-redirect",
        span,
        format!("{} is redirected to {to}", www.from),
    )
    .annotation(format!("{prefix}/from-to-www-redirect"))
    .object(ingress.object());
    collected.tell(Some(owner), finding);
}

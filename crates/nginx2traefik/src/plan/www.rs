//! from-to-www-redirect: a server of its own that redirects to this one.
use super::Collected;
use super::branch::{Entries, Target};
use super::decide::Decision;
use super::host::{Given, HostPlan};
use super::host_redirect::owner;
use super::ingress_route::Groups;
use super::routers::Router;
use super::rule::PathMatch;
use super::tls::Https;
use crate::effective::HostName;
use crate::finding::{Fidelity, Finding};
use serde_json::Map;

pub(crate) fn write(given: Given<'_>, plan: &HostPlan<'_>, decision: &Decision, collected: &mut Collected) {
    let (Some(www), Some(chain)) = (&plan.host.www, &plan.www) else {
        return;
    };
    let Some(owner) = owner(&www.setting.origin).filter(|id| !decision.blocked.contains(id)) else {
        return;
    };
    let mut groups = Groups::default();
    let router = Router {
        owner,
        canaries: Vec::new(),
        entries: Entries::Both,
        names: vec![HostName::Exact(www.from.clone())],
        path: PathMatch::All,
        conditions: Vec::new(),
        priority: None,
        chain: chain.clone(),
        target: Target::Nothing,
        written: false,
        spot: 0,
        plain: 0,
    };
    groups.add(router, &Https::Own(Map::new()), true);
    groups.write_as(given, owner, "www", collected);
    tell(given, owner, plan, collected);
}

fn tell(given: Given<'_>, owner: crate::model::IngressId, plan: &HostPlan<'_>, collected: &mut Collected) {
    let (Some(www), HostName::Exact(to)) = (&plan.host.www, &plan.host.name) else {
        return;
    };
    let ingress = given.manifests.ingress(owner);
    let span = www.setting.origin.span().unwrap_or(ingress.name.span);
    let prefix = &given.effective.controller.annotations_prefix;
    let finding = Finding::note(
        "from-to-www-redirect",
        span,
        format!("{} is redirected to {to}", www.from),
    )
    .fidelity(Fidelity::Approximate)
    .annotation(format!("{prefix}/from-to-www-redirect"))
    .object(ingress.object());
    let exact = given.options.exact && given.options.installation.version >= crate::installation::Version::V3_7;
    let finding = match exact {
        true => finding
            .difference("`/` and `?` written raw inside the query come back as %2F and %3F, with the same meaning"),
        false => finding
            .difference(format!(
                "status 301 for GET and 308 for other methods instead of {}",
                www.code
            ))
            .difference("a final `/` of the URL stays in the Location; ingress-nginx drops it")
            .help("--exact answers the same status to every method (Traefik 3.7)."),
    };
    collected.tell(Some(owner), finding);
}

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
    let Some(router) = router(plan, decision) else { return };
    let owner = router.owner;
    let mut groups = Groups::default();
    groups.add(router, &Https::Own(Map::new()), true);
    groups.write_as(given, owner, "www", collected);
    tell(given, owner, plan, collected);
}

/// The router of the other name's server; none where there is no such server.
pub(crate) fn router(plan: &HostPlan<'_>, decision: &Decision) -> Option<Router> {
    let (www, chain) = (plan.host.www.as_ref()?, plan.www.as_ref()?);
    let owner = owner(&www.setting.origin).filter(|id| !decision.blocked.contains(id))?;
    Some(Router {
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
    })
}

/// Says that the other name is redirected.
pub(crate) fn tell_of(given: Given<'_>, plan: &HostPlan<'_>, decision: &Decision, collected: &mut Collected) {
    if let Some(router) = router(plan, decision) {
        tell(given, router.owner, plan, collected);
    }
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

//! What differs for every request, whatever an Ingress says: told once for each, as a note, and what static settings can do
//! about it.
use super::branch::Target;
use super::decide::Decision;
use super::host::{Given, HostPlan};
use super::{Collected, requirement};
use crate::finding::{Fidelity, Finding};
use crate::installation::Version;
use crate::model::IngressId;
use serde_json::json;
use std::collections::BTreeSet;

pub(crate) fn tell(given: Given<'_>, hosts: &[HostPlan<'_>], decision: &Decision, collected: &mut Collected) {
    let mut served = BTreeSet::new();
    for spot in hosts.iter().flat_map(|host| &host.spots) {
        let reaches = spot.plan.branches.iter().any(|branch| branch.target != Target::Nothing);
        if reaches && !decision.blocked.contains(&spot.owner) {
            served.insert(spot.owner);
        }
    }
    let drops = drops_underscores(given, &served, collected);
    for id in served {
        let finding = finding(given, id, drops);
        collected.tell(Some(id), finding);
    }
}

fn finding(given: Given<'_>, id: IngressId, drops_underscores: bool) -> Finding {
    let ingress = given.manifests.ingress(id);
    // semantics 19-21, measured on both versions: recordings routing/001, headers/016
    let finding = Finding::note("backend-request", ingress.name.span, "What the backend gets of a request differs in details")
        .fidelity(Fidelity::Default)
        .difference("`//`, `/./` and `/../` in the path are resolved before the backend gets it; ingress-nginx hands on the path as sent where nothing rewrites it")
        .difference("X-Forwarded-For is appended to instead of replaced, and X-Real-IP of a trusted proxy is kept")
        .difference("X-Request-ID, X-Scheme, X-Forwarded-Scheme, X-Original-URI and X-Original-Forwarded-* are not sent; the header Proxy is not taken out");
    let finding = match drops_underscores {
        true => finding,
        false => finding.difference("Headers whose names have an underscore reach the backend"),
    };
    finding.object(ingress.object())
}

/// ingress-nginx drops headers whose names have an underscore, which many backends take for the same header with a dash: a client
/// could write what only a Middleware should (atlas traps 10). 3.6 has no such option.
fn drops_underscores(given: Given<'_>, served: &BTreeSet<IngressId>, collected: &mut Collected) -> bool {
    let installation = &given.options.installation;
    let kept = given.effective.controller.get("enable-underscores-in-headers");
    if kept.is_some_and(|kept| kept.value == "true") {
        return true;
    }
    if installation.version < Version::V3_7 {
        return false;
    }
    let from: Vec<_> = served.iter().copied().collect();
    for point in [&installation.web, &installation.websecure] {
        let key = format!("entryPoints.{}.http.underscoreHeadersStrategy", point.name);
        if !from.is_empty() && !requirement::satisfied(installation, &key, &json!("delete")) {
            let reason = "X_User is not taken for X-User: ingress-nginx drops headers with an underscore";
            collected.require(&from, &key, json!("delete"), reason);
        }
    }
    true
}

//! Annotations of other programs that mean something else after the migration.
use super::decide::Decision;
use super::host::Given;
use super::{Api, Change, Collected, IngressPlan};
use crate::finding::{Fidelity, Finding};
use crate::model::{Annotation, Ingress};

pub(crate) fn tell(given: Given<'_>, plans: &[IngressPlan], decision: &Decision, collected: &mut Collected) {
    let changed = |plan: &&IngressPlan| !decision.blocked.contains(&plan.id) && !decision.native.contains(&plan.id);
    for plan in plans.iter().filter(changed) {
        let ingress = given.manifests.ingress(plan.id);
        for annotation in &ingress.annotations {
            let api = given.options.api;
            if let Some(finding) = of_annotation(api, ingress, annotation, &plan.change) {
                collected.tell(Some(plan.id), finding);
            }
        }
    }
}

fn of_annotation(api: Api, ingress: &Ingress, annotation: &Annotation, change: &Change) -> Option<Finding> {
    let name = annotation.name.value.as_str();
    let at = annotation.name.span;
    let finding = match change {
        Change::Untouched => return None,
        Change::Edit { set, .. } if name.starts_with("traefik.ingress.kubernetes.io/") => {
            let replaced = set.iter().any(|(key, _)| key == name);
            match replaced {
                true => Finding::note("traefik-annotation", at, "Traefik's own annotation did nothing until now, and gets a new value"),
                false => Finding::warning("traefik-annotation", at, "Traefik's own annotation did nothing until now, and takes effect with the class")
                    .difference("Whatever it says holds from now on")
                    .help("Take it out if it is a remnant."),
            }
        }
        Change::Replace if name.starts_with("traefik.ingress.kubernetes.io/") => {
            let route = if api == Api::Gateway { "a route" } else { "an IngressRoute" };
            let message = format!("Traefik's own annotation did nothing until now, and {route} does not read it");
            Finding::note("traefik-annotation", at, message)
        }
        Change::Replace if api == Api::Gateway && name.starts_with("acme.cert-manager.io/") => {
            Finding::note("cert-manager-solver", at, "The annotation is about the Ingress of a challenge, and there is none any more")
                .help("What solves challenges stands in the issuer: http01.gatewayHTTPRoute.")
        }
        // external-dns:docs/sources/traefik-proxy.md
        Change::Replace if api == Api::Ingress && name.starts_with("external-dns.alpha.kubernetes.io/") => {
            Finding::warning("external-dns", at, "external-dns reads an IngressRoute only with its source traefik-proxy")
                .fidelity(Fidelity::Static)
                .difference("Without that source the DNS record goes with the Ingress")
                .help("Run external-dns with --source=traefik-proxy, and write the annotation external-dns.alpha.kubernetes.io/target: an IngressRoute has no address of its own.")
        }
        _ => return None,
    };
    Some(finding.annotation(name).object(ingress.object()))
}

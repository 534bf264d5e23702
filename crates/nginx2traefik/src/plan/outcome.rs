//! What became of each Ingress, and the plan in its final order.
use super::decide::Decision;
use super::{Collected, IngressPlan, Plan, Planned};
use crate::effective::{EffectiveIngress, Standing};
use crate::finding::{self, Fidelity, Outcome};
use crate::model::IngressId;
use std::collections::BTreeMap;

/// How far each Ingress's findings are from exact.
pub(crate) fn worst(collected: &Collected) -> BTreeMap<IngressId, Fidelity> {
    let mut worst = BTreeMap::new();
    for (id, finding) in &collected.findings {
        if let Some(id) = id {
            let known = worst.entry(*id).or_insert(finding.fidelity);
            *known = finding.fidelity.max(*known);
        }
    }
    worst
}

pub(crate) fn of(ingress: &EffectiveIngress, decision: &Decision, worst: Option<&Fidelity>) -> Outcome {
    match worst {
        _ if decision.blocked.contains(&ingress.id) && decision.native.contains(&ingress.id) => Outcome::Kept,
        _ if decision.blocked.contains(&ingress.id) => Outcome::Blocked,
        _ if ingress.standing != Standing::Served && !decision.native.contains(&ingress.id) => Outcome::Blocked,
        Some(Fidelity::Approximate | Fidelity::Unsupported) => Outcome::Partial,
        _ => Outcome::Converted,
    }
}

/// Leaves out what only blocked Ingresses would need, and sorts.
pub(crate) fn finish(collected: Collected, decision: &Decision, ingresses: Vec<IngressPlan>) -> Plan {
    let live = |from: &mut Vec<IngressId>| {
        from.retain(|id| !decision.blocked.contains(id));
        !from.is_empty()
    };
    let mut objects = collected.objects;
    objects.retain_mut(|object| live(&mut object.from));
    objects.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut requirements = collected.requirements;
    requirements.retain_mut(|requirement| live(&mut requirement.from));
    requirements.sort_by(|a, b| a.key.cmp(&b.key));
    let mut findings: Vec<_> = collected.findings.into_iter().map(|(_, finding)| finding).collect();
    finding::sort(&mut findings);
    Plan {
        objects,
        ingresses,
        findings,
        requirements,
        notes: collected.notes.into_iter().collect(),
    }
}

/// By the first Ingress, then kind, then name.
fn order(planned: &Planned) -> (Option<IngressId>, usize, &str, &str) {
    const KINDS: [&str; 13] = [
        "Gateway",
        "HTTPRoute",
        "GRPCRoute",
        "TLSRoute",
        "IngressRoute",
        "IngressRouteTCP",
        "BackendTLSPolicy",
        "ConfigMap",
        "TraefikService",
        "ServersTransport",
        "TLSOption",
        "Middleware",
        "Certificate",
    ];
    let kind = KINDS
        .iter()
        .position(|kind| *kind == planned.name.kind)
        .unwrap_or(KINDS.len());
    (
        planned.from.first().copied(),
        kind,
        &planned.name.namespace,
        &planned.name.name,
    )
}

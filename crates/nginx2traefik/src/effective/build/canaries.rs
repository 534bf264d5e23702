//! Canaries: which location's backend each belongs to.
//!
//! ingress-nginx `controller.go` mergeAlternativeBackends: a canary's upstream joins the upstream of the location with the same host,
//! path and type; so it holds for every location with that upstream. Only the first alternative of an upstream is ever used (`balancer.lua`).
use super::servers::{CATCH_ALL, Servers, host_of};
use super::upstreams::{self, Name, Upstreams};
use super::{Source, findings};
use crate::finding::Finding;
use crate::model::{IngressId, PathType};
use crate::source::Span;
use std::collections::BTreeSet;

/// What is merged so far.
struct Merge<'a, 'b> {
    source: &'a Source<'b>,
    upstreams: &'a mut Upstreams,
    servers: &'a Servers,
    /// Upstreams of canaries without a primary: the controller deletes them.
    deleted: BTreeSet<Name>,
}

/// Joins every canary to its primary.
pub(super) fn merge(source: &Source<'_>, upstreams: &mut Upstreams, servers: &Servers, findings: &mut Vec<Finding>) {
    let canaries: Vec<IngressId> = source
        .order
        .iter()
        .copied()
        .filter(|id| source.is_canary(*id))
        .collect();
    if canaries.len() == source.order.len() {
        findings.extend(canaries.iter().map(|id| findings::without_primary(source, *id, None)));
        return;
    }
    let mut merge = Merge {
        source,
        upstreams,
        servers,
        deleted: BTreeSet::new(),
    };
    for id in canaries {
        merge.ingress(id, findings);
    }
    let deleted = merge.deleted;
    for upstream in upstreams.values_mut() {
        // a deleted first alternative is not replaced by the second
        if upstream
            .alternatives
            .first()
            .is_some_and(|first| deleted.contains(first))
        {
            upstream.alternatives.clear();
        }
    }
}

impl Merge<'_, '_> {
    fn ingress(&mut self, id: IngressId, findings: &mut Vec<Finding>) {
        let ingress = self.source.manifests.ingress(id);
        if let Some(backend) = &ingress.default_backend
            && let Some(alternative) = upstreams::name(&ingress.namespace, backend)
        {
            self.path(id, CATCH_ALL, None, &alternative, backend.span, findings);
        }
        for rule in &ingress.rules {
            for path in &rule.paths {
                let Some(alternative) = upstreams::name(&ingress.namespace, &path.backend) else {
                    continue;
                };
                let text = path.path.as_ref().map_or("/", |p| &p.value);
                let text = if text.is_empty() { "/" } else { text };
                let exact = path.path_type.as_ref().is_some_and(|t| t.value == PathType::Exact);
                self.path(
                    id,
                    host_of(rule),
                    Some((text, exact)),
                    &alternative,
                    path.span,
                    findings,
                );
            }
        }
    }

    /// One path of a canary; without `wanted` every location of the host.
    fn path(
        &mut self,
        id: IngressId,
        host: &str,
        wanted: Option<(&str, bool)>,
        alternative: &Name,
        span: Span,
        findings: &mut Vec<Finding>,
    ) {
        if self.deleted.contains(alternative) || !self.upstreams.contains_key(alternative) {
            return;
        }
        let Some(server) = self.servers.get(host) else {
            findings.push(findings::without_primary(self.source, id, Some(span)));
            return;
        };
        let mut merged = false;
        for location in &server.locations {
            let Some(primary) = location.upstream.as_ref().filter(|n| !self.deleted.contains(*n)) else {
                continue;
            };
            if primary == alternative {
                findings.push(findings::canary_of_itself(self.source, id, span));
                return;
            }
            if wanted.is_none_or(|(path, exact)| location.path == path && location.exact == exact)
                && let Some(first) = self.join(primary, alternative)
            {
                merged = true;
                if first != *alternative {
                    findings.push(findings::second_canary(self.source, id, span));
                }
            }
        }
        if !merged {
            findings.push(findings::without_primary(self.source, id, Some(span)));
            self.deleted.insert(alternative.clone());
        }
    }

    /// Adds a canary to a primary, and says which of its canaries is the first; None: it is no primary.
    fn join(&mut self, primary: &Name, alternative: &Name) -> Option<Name> {
        let upstream = self.upstreams.get_mut(primary).filter(|u| u.canary.is_none())?;
        if !upstream.alternatives.contains(alternative) {
            upstream.alternatives.push(alternative.clone());
        }
        upstream.alternatives.first().cloned()
    }
}

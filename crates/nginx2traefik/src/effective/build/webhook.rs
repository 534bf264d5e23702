//! What the admission webhook refuses although the controller would serve it: an object that was stored before it, or without it, stays.
//!
//! ingress-nginx `nginx.go` CheckIngress, `controller.go` checkOverlap, `inspector/inspector.go`.
use super::Source;
use super::servers::host_of;
use crate::effective::Origin;
use crate::finding::Finding;
use crate::model::{IngressId, IngressPath, PathType};
use std::collections::{BTreeMap, BTreeSet};

/// The Ingresses that it refuses, and why.
pub(super) fn refused(source: &Source<'_>, findings: &mut Vec<Finding>) -> BTreeSet<IngressId> {
    let mut refused = overlaps(source);
    for id in &source.order {
        if odd_path(source, *id, findings) || snippet(source, *id) {
            refused.insert(*id);
        }
    }
    refused
}

/// A host and path that another Ingress has, whatever the type; a canary may have the path of an Ingress that is none.
fn overlaps(source: &Source<'_>) -> BTreeSet<IngressId> {
    let mut owners: BTreeMap<(&str, &str), Vec<IngressId>> = BTreeMap::new();
    for id in &source.order {
        let ingress = source.manifests.ingress(*id);
        for rule in &ingress.rules {
            for path in rule.paths.iter().filter(|p| p.backend.service.is_some()) {
                let owners = owners.entry((host_of(rule), text(path))).or_default();
                if !owners.contains(id) {
                    owners.push(*id);
                }
            }
        }
    }
    let clash = |a: &IngressId, b: &IngressId| a != b && source.is_canary(*a) == source.is_canary(*b);
    let mut found = BTreeSet::new();
    for owners in owners.values() {
        found.extend(owners.iter().filter(|a| owners.iter().any(|b| clash(a, b))));
    }
    found
}

fn text(path: &IngressPath) -> &str {
    match &path.path {
        Some(path) if !path.value.is_empty() => &path.value,
        _ => "/",
    }
}

/// strict-validate-path-type: an Exact or Prefix path has letters, digits and `._-/` only.
fn odd_path(source: &Source<'_>, id: IngressId, findings: &mut Vec<Finding>) -> bool {
    if !source.controller.bool("strict-validate-path-type", true).value {
        return false;
    }
    let plain =
        |text: &str| text.starts_with('/') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b));
    let strict = |path: &&IngressPath| {
        let kind = path.path_type.as_ref().map(|t| t.value);
        matches!(kind, Some(PathType::Exact | PathType::Prefix)) && !plain(text(path))
    };
    let ingress = source.manifests.ingress(id);
    let mut odd = ingress.rules.iter().flat_map(|r| &r.paths).filter(strict);
    let Some(path) = odd.next() else {
        return false;
    };
    let message = format!("path {} has characters that its pathType does not allow", text(path));
    let finding = Finding::note("path-type", path.span, message)
        .nginx("the admission webhook refuses it (strict-validate-path-type); stored before, it is served, and taken literally outside regex mode")
        .object(ingress.object());
    findings.push(finding);
    true
}

/// A snippet where snippets are not allowed: an object that is stored already is served without it.
fn snippet(source: &Source<'_>, id: IngressId) -> bool {
    let allowed = source.controller.allows_snippets();
    !allowed
        && source
            .settings(id)
            .unconverted
            .iter()
            .any(|u| u.key.ends_with("snippet"))
}

/// annotation-value-word-blocklist: the first annotation whose value holds one of the words leaves the Ingress unserved.
pub(super) fn blocked_word(source: &crate::effective::Reader<'_>) -> Option<(Origin, String)> {
    let list = source.config("annotation-value-word-blocklist")?.value;
    let words: Vec<&str> = list.trim().split(',').filter(|w| !w.is_empty()).collect();
    let prefix = format!("{}/", source.controller.annotations_prefix);
    source.ingress.annotations.iter().find_map(|annotation| {
        let key = annotation.name.value.strip_prefix(&prefix)?;
        let word = words.iter().find(|word| annotation.value.value.contains(**word))?;
        Some((source.origin(key, annotation), (*word).to_owned()))
    })
}

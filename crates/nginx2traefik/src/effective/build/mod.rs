//! Builds the host model over all inputs at once.
//!
//! It follows ingress-nginx `controller.go` step by step: read each Ingress, sort by age, make upstreams, make servers, fill in
//! locations, merge canaries; then what `location.go` and `template.go` make of the locations.
mod age;
mod canaries;
mod classes;
mod findings;
mod locations;
mod order;
mod server;
mod servers;
mod shared;
mod tls;
mod upstreams;
mod webhook;

pub(super) use tls::covers;

use super::host::ServiceState;
use super::snippets::{self, Defined, Snippet};
use super::{Controller, Effect, Effective, EffectiveIngress, Problem, Reader, Settings, Standing};
use crate::model::{IngressId, Manifests, PortRef, Service};
use std::collections::{BTreeMap, BTreeSet};

/// What the steps read.
struct Source<'a> {
    manifests: &'a Manifests,
    controller: &'a Controller,
    ingresses: &'a [EffectiveIngress],
    /// Served Ingresses, oldest first.
    order: Vec<IngressId>,
    services: BTreeMap<(&'a str, &'a str), &'a Service>,
    /// Namespaces of which Services are among the inputs.
    namespaces: BTreeSet<&'a str>,
}

impl<'a> Source<'a> {
    fn new(manifests: &'a Manifests, controller: &'a Controller, ingresses: &'a [EffectiveIngress]) -> Self {
        let served = ingresses.iter().filter(|i| i.standing == Standing::Served);
        let by_name = |s: &'a Service| ((s.namespace.as_str(), s.name.as_str()), s);
        Source {
            manifests,
            controller,
            ingresses,
            order: age::oldest_first(manifests, served.map(|i| i.id).collect()),
            services: manifests.services.iter().map(by_name).collect(),
            namespaces: manifests.services.iter().map(|s| s.namespace.as_str()).collect(),
        }
    }

    fn settings(&self, id: IngressId) -> &'a Settings {
        &self.ingresses[id.0].settings
    }

    fn is_canary(&self, id: IngressId) -> bool {
        self.settings(id).canary.is_some()
    }

    fn service_state(&self, namespace: &str, name: &str, port: &PortRef) -> ServiceState {
        match self.services.get(&(namespace, name)) {
            Some(service) => upstreams::state(service, port),
            None if self.controller.complete || self.namespaces.contains(namespace) => ServiceState::NotAmongInputs,
            None => ServiceState::Assumed,
        }
    }
}

/// Builds the model over all inputs at once.
pub fn build(manifests: &Manifests, controller: Controller) -> Effective {
    let defined = Defined::collect(manifests, &controller);
    let mut all = Vec::new();
    let mut ingresses: Vec<EffectiveIngress> = (0..manifests.ingresses.len())
        .map(|i| read(manifests, IngressId(i), &controller, &defined, &mut all))
        .collect();
    let of_config = snippets::of_config(&controller, &defined, all.len());
    all.extend(of_config);
    let mut effective = Effective {
        findings: findings::of_ingresses(manifests, &ingresses, &controller),
        snippets: all,
        ..Effective::default()
    };
    let source = Source::new(manifests, &controller, &ingresses);
    effective.refused_by_webhook = webhook::refused(&source, &mut effective.findings);
    let mut upstreams = upstreams::create(&source);
    let mut servers = servers::create(&source, &upstreams, &mut effective.findings);
    let broken = servers::fill(&source, &upstreams, &mut servers, &mut effective.findings);
    canaries::merge(&source, &mut upstreams, &servers, &mut effective.findings);
    let (hosts, unloadable) = server::finish(&source, &upstreams, servers, &mut effective.findings);
    effective.hosts = hosts;
    for id in broken.into_iter().chain(unloadable) {
        ingresses[id.0].standing = Standing::Breaks;
    }
    effective.add_headers = headers_of(manifests, &controller, "add-headers");
    effective.proxy_set_headers = headers_of(manifests, &controller, "proxy-set-headers");
    effective.ingresses = ingresses;
    effective.controller = controller;
    snippets::of_hosts(&mut effective);
    let told = snippets::of_snippets(manifests, &effective);
    effective.findings.extend(told);
    crate::finding::sort(&mut effective.findings);
    effective
}

/// One Ingress: its class, and, where that is ours, its settings.
fn read(
    manifests: &Manifests,
    id: IngressId,
    controller: &Controller,
    defined: &Defined,
    all: &mut Vec<Snippet>,
) -> EffectiveIngress {
    let standing = classes::standing(manifests.ingress(id), manifests, controller);
    if standing != Standing::Served {
        return EffectiveIngress {
            id,
            object: manifests.ingress(id).object(),
            standing,
            settings: Settings::default(),
            problems: Vec::new(),
        };
    }
    let reader = Reader::new(manifests, id, controller);
    let mut settings = Settings::read(&reader);
    let own = snippets::read(&reader, &settings, defined, all.len());
    settings.snippets = own.iter().map(|snippet| snippet.id).collect();
    all.extend(own);
    if let Some((origin, word)) = webhook::blocked_word(&reader) {
        let reason = format!("`{word}` is on annotation-value-word-blocklist");
        reader.problem(origin.annotation().unwrap_or_default(), Effect::Refused, reason);
    }
    let (problems, denied) = reader.finish();
    settings.denied = denied;
    EffectiveIngress {
        id,
        object: manifests.ingress(id).object(),
        standing: worst(&problems),
        settings,
        problems,
    }
}

/// What its worst problem does to an Ingress of ours.
fn worst(problems: &[Problem]) -> Standing {
    let has = |effect| problems.iter().any(|p| p.effect == effect);
    match () {
        () if has(Effect::Refused) => Standing::Refused,
        () if has(Effect::Breaks) => Standing::Breaks,
        () => Standing::Served,
    }
}

/// The entries of a ConfigMap that a key of the controller's ConfigMap names.
fn headers_of(manifests: &Manifests, controller: &Controller, key: &str) -> Vec<(String, String)> {
    let named = controller.get(key).and_then(|s| s.value.split_once('/'));
    let config_map = named.and_then(|(namespace, name)| manifests.config_map(namespace, name));
    let entry = |a: &crate::model::Annotation| (a.name.value.clone(), a.value.value.clone());
    config_map.map_or(Vec::new(), |c| c.data.iter().map(entry).collect())
}

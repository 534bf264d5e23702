//! Puts the parts together: an index by name, and a finding for each object that is defined twice.
use super::Manifests;
use crate::finding::{Finding, ObjectRef};
use crate::source::Span;
use std::collections::BTreeMap;

/// Where each object stands in its list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index(BTreeMap<(&'static str, String, String), (usize, Span)>);

impl Index {
    /// The place of this object in the list of its kind.
    pub(super) fn find(&self, kind: &'static str, namespace: &str, name: &str) -> Option<usize> {
        let key = (kind, namespace.to_owned(), name.to_owned());
        self.0.get(&key).map(|(at, _)| *at)
    }

    /// The first object of a name counts; the second is told.
    fn add(&mut self, kind: &'static str, names: (&str, &str), at: usize, span: Span) -> Option<Finding> {
        let (namespace, name) = names;
        let key = (kind, namespace.to_owned(), name.to_owned());
        if let Some((_, first)) = self.0.get(&key) {
            let message = format!("{kind} {namespace}/{name} is defined twice among the inputs");
            let object = ObjectRef {
                kind: kind.into(),
                namespace: namespace.into(),
                name: name.into(),
            };
            let finding = Finding::error("duplicate-object", span, message)
                .also(*first, "also here")
                .help("give one of them only: which one the cluster has cannot be seen from the files")
                .object(object);
            return Some(finding);
        }
        self.0.insert(key, (at, span));
        None
    }
}

/// Everything that was read, in the order of the parts, with a finding for each object that is defined twice.
pub fn join(parts: impl IntoIterator<Item = Manifests>) -> Manifests {
    let mut all = Manifests::default();
    for part in parts {
        all.ingresses.extend(part.ingresses);
        all.services.extend(part.services);
        all.secrets.extend(part.secrets);
        all.config_maps.extend(part.config_maps);
        all.classes.extend(part.classes);
        all.traefik.extend(part.traefik);
        all.gateways.extend(part.gateways);
        all.gateway_classes.extend(part.gateway_classes);
        all.findings.extend(part.findings);
        all.layouts.extend(part.layouts);
        all.traefik_findings.extend(part.traefik_findings);
    }
    all.index();
    all
}

impl Manifests {
    fn index(&mut self) {
        let mut index = Index::default();
        let mut twice = Vec::new();
        let mut of_traefik = Vec::new();
        for (at, o) in self.ingresses.iter().enumerate() {
            let names = (o.namespace.as_str(), o.name.value.as_str());
            match &o.route {
                None => twice.extend(index.add("Ingress", names, at, o.name.span)),
                Some(route) => of_traefik.extend(index.add(route.kind.name(), names, at, o.name.span)),
            }
        }
        for (at, o) in self.traefik.iter().enumerate() {
            of_traefik.extend(index.add(o.kind, (&o.namespace, &o.name), at, o.place.span));
        }
        self.traefik_findings.extend(of_traefik);
        for (at, o) in self.services.iter().enumerate() {
            twice.extend(index.add("Service", (&o.namespace, &o.name), at, o.place.span));
        }
        for (at, o) in self.secrets.iter().enumerate() {
            // a report shows the lines that it points at: only the first of a Secret
            let start = Span {
                end: o.place.span.start,
                ..o.place.span
            };
            twice.extend(index.add("Secret", (&o.namespace, &o.name), at, start));
        }
        for (at, o) in self.config_maps.iter().enumerate() {
            twice.extend(index.add("ConfigMap", (&o.namespace, &o.name), at, o.place.span));
        }
        for (at, o) in self.classes.iter().enumerate() {
            twice.extend(index.add("IngressClass", ("", &o.name), at, o.place.span));
        }
        self.findings.extend(twice);
        self.index = index;
    }
}

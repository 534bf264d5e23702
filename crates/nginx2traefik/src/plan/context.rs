//! What a feature is given to plan one location, and whom it tells what it found.
use super::collected::{Collected, Draft};
use super::host::Given;
use super::{Middleware, Options, ServiceTarget, ingress_route, requirement};
use crate::effective::{Effective, EffectiveIngress, Host, Location, Origin, Settings};
use crate::finding::{Finding, ObjectRef};
use crate::installation::Version;
use crate::model::{Ingress, IngressId, Manifests};
use crate::source::Span;
use serde_json::{Map, Value, json};

/// API group of Traefik's objects.
pub const TRAEFIK_API: &str = "traefik.io/v1alpha1";

/// One location, and everything around it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The whole model.
    pub effective: &'a Effective,
    /// All inputs.
    pub manifests: &'a Manifests,
    /// How it is to be done.
    pub options: &'a Options,
    /// The server.
    pub host: &'a Host,
    /// The location.
    pub location: &'a Location,
    /// The location's Ingress.
    pub ingress: &'a EffectiveIngress,
    pub(crate) collected: &'a mut Collected,
}

impl<'a> Context<'a> {
    /// What the location's Ingress says.
    pub fn settings(&self) -> &'a Settings {
        &self.ingress.settings
    }

    /// The location's Ingress as it is written.
    pub fn written(&self) -> &'a Ingress {
        self.manifests.ingress(self.ingress.id)
    }

    /// Namespace of the location's Ingress: of its Services, Secrets and Middlewares.
    pub fn namespace(&self) -> &'a str {
        &self.written().namespace
    }

    /// `--exact`
    pub fn exact(&self) -> bool {
        self.options.exact
    }

    /// The Traefik that the result is for.
    pub fn version(&self) -> Version {
        self.options.installation.version
    }

    /// The client's address stands in X-Forwarded-For (`use-forwarded-headers`), so that lists and limits need
    /// `ipStrategy.depth: 1`.
    pub fn forwarded_address(&self) -> bool {
        let setting = self.effective.controller.get("use-forwarded-headers");
        setting.is_some_and(|s| s.value == "true")
    }

    /// A finding at the place of a setting; severity warning, fidelity approximate.
    pub fn warning(&self, rule: &str, origin: &Origin, message: impl Into<String>) -> Finding {
        let (span, annotation, object) = self.place(origin);
        bind(Finding::warning(rule, span, message), annotation, object)
    }

    /// A finding at the place of a setting; severity note, fidelity exact.
    pub fn note(&self, rule: &str, origin: &Origin, message: impl Into<String>) -> Finding {
        let (span, annotation, object) = self.place(origin);
        bind(Finding::note(rule, span, message), annotation, object)
    }

    /// A finding at the place of a setting that keeps the location's Ingress from being migrated.
    pub fn blocking(&self, rule: &str, origin: &Origin, message: impl Into<String>) -> Finding {
        let (span, annotation, object) = self.place(origin);
        bind(Finding::error(rule, span, message).blocking(), annotation, object)
    }

    /// Where a setting stands, the whole name of its annotation, and the object. What stands nowhere is told at the name of the
    /// location's Ingress; what the ConfigMap says is told at the ConfigMap, for the location's Ingress.
    fn place(&self, origin: &Origin) -> (Span, Option<String>, ObjectRef) {
        let own = self.written();
        match origin {
            Origin::BuiltIn => (own.name.span, None, own.object()),
            Origin::ConfigMap { span, .. } => (*span, None, own.object()),
            Origin::Spec { ingress, span } => (*span, None, self.manifests.ingress(*ingress).object()),
            Origin::Annotation { ingress, key, span, .. } => {
                let prefix = &self.effective.controller.annotations_prefix;
                let object = self.manifests.ingress(*ingress).object();
                (*span, Some(format!("{prefix}/{key}")), object)
            }
        }
    }

    /// Tells a finding. The same one told for many locations is told once. If it blocks, it blocks the location's Ingress and,
    /// where the finding is about another one, that one too.
    pub fn tell(&mut self, finding: Finding) {
        let blocks = finding.blocks;
        let object = finding.object.clone();
        self.collected.tell(Some(self.ingress.id), finding.clone());
        let own = self.written().object();
        if blocks && object.as_ref().is_some_and(|o| *o != own) {
            let named = (0..self.manifests.ingresses.len()).map(IngressId);
            let other = named.filter(|id| Some(self.manifests.ingress(*id).object()) == object);
            for id in other.collect::<Vec<_>>() {
                self.collected.block(id);
            }
        }
    }

    /// A static setting that the result needs. What the installation has already is not asked for again.
    pub fn require(&mut self, key: &str, value: Value, reason: &str) {
        if !requirement::satisfied(&self.options.installation, key, &value) {
            self.collected.require(&[self.ingress.id], key, value, reason);
        }
    }

    /// A difference that holds for every object; said once.
    pub fn remark(&mut self, text: &str) {
        self.collected.notes.insert(text.into());
    }

    /// A further object in the Ingress's namespace; returns its name. Equal objects are one.
    /// `body` holds the fields beside apiVersion, kind and metadata: `{"spec": ...}`, for a Secret `{"type": ..., "data": ...}`.
    pub fn object(&mut self, api_version: &str, kind: &str, purpose: &str, body: Value, comment: &str) -> String {
        let wanted = format!("{}-{purpose}", self.written().name.value);
        let draft = Draft {
            api_version,
            kind,
            namespace: self.namespace(),
            wanted: &wanted,
            metadata: Map::new(),
            body: fields(body),
        };
        self.collected.object(&[self.ingress.id], draft, comment)
    }

    /// The name of a Middleware that another object's spec refers to (`chain`, `errors.service.middlewares`, ...).
    /// Those in a branch's chain get their names by themselves.
    pub fn middleware(&mut self, middleware: &Middleware) -> String {
        let namespace = self.namespace().to_owned();
        let own = self.written().name.value.clone();
        middleware.intern(self.collected, &[self.ingress.id], &namespace, &own)
    }

    /// A Service as it stands in `services` of an IngressRoute or in a TraefikService.
    pub fn service(&mut self, target: &ServiceTarget) -> Value {
        let given = Given {
            manifests: self.manifests,
            effective: self.effective,
            options: self.options,
        };
        ingress_route::service(given, self.ingress.id, target, None, self.collected)
    }

    /// The Service `n2t-none`, which has neither selector nor endpoints: with allowEmptyServices it answers 503, and where a
    /// Middleware always answers before it, it is never asked.
    pub fn none_service(&mut self) -> String {
        let draft = Draft {
            api_version: "v1",
            kind: "Service",
            namespace: self.namespace(),
            wanted: "n2t-none",
            metadata: Map::new(),
            body: fields(json!({"spec": {"ports": [{"name": "http", "port": 80}]}})),
        };
        self.collected.object(
            &[self.ingress.id],
            draft,
            "Has no endpoints: what leads here is answered by Traefik itself.",
        )
    }
}

fn bind(finding: Finding, annotation: Option<String>, object: ObjectRef) -> Finding {
    let finding = finding.object(object);
    match annotation {
        Some(name) => finding.annotation(name),
        None => finding,
    }
}

pub(crate) fn fields(body: Value) -> Map<String, Value> {
    match body {
        Value::Object(fields) => fields,
        other => Map::from_iter([("spec".to_owned(), other)]),
    }
}

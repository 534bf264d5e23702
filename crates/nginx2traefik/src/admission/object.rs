//! An object, as far as it is judged.
use crate::model;
use std::borrow::Cow;

/// What is judged differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An Ingress of any API group that ever had one.
    Ingress,
    /// An IngressClass.
    IngressClass,
    /// Anything else: judged only by the classes that it names.
    Other,
}

impl Kind {
    /// The kind of a group and a name.
    pub fn of(group: &str, kind: &str) -> Self {
        match (group, kind) {
            ("networking.k8s.io" | "extensions", "Ingress") => Kind::Ingress,
            ("networking.k8s.io", "IngressClass") => Kind::IngressClass,
            _ => Kind::Other,
        }
    }
}

/// A place in an object of another kind that names a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'a> {
    /// `spec.acme.solvers[0].http01.ingress.class`
    pub path: String,
    /// The class.
    pub class: Cow<'a, str>,
}

/// An object, as far as it is judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object<'a> {
    /// metadata.name; metadata.generateName where only that is given.
    pub name: Cow<'a, str>,
    /// metadata.annotations, in the order of the text, no name twice.
    pub annotations: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// spec.ingressClassName of an Ingress.
    pub class_name: Option<Cow<'a, str>>,
    /// spec.controller of an IngressClass.
    pub controller: Option<Cow<'a, str>>,
    /// metadata.deletionTimestamp is set.
    pub deleting: bool,
    /// Of another kind: the classes that it names.
    pub names: Vec<Named<'a>>,
}

impl<'a> Object<'a> {
    /// An Ingress that was read from a manifest. Of equal annotation names the last counts, as the API server has it.
    pub fn of_ingress(ingress: &'a model::Ingress) -> Self {
        let mut annotations: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for annotation in &ingress.annotations {
            let name = annotation.name.value.as_str();
            if ingress
                .annotation(name)
                .is_some_and(|last| std::ptr::eq(last, annotation))
            {
                annotations.push((name.into(), annotation.value.value.as_str().into()));
            }
        }
        Object {
            name: ingress.name.value.as_str().into(),
            annotations,
            class_name: ingress.class_name.as_ref().map(|class| class.value.as_str().into()),
            ..Object::default()
        }
    }

    /// An IngressClass that was read from a manifest.
    pub fn of_class(class: &'a model::IngressClass) -> Self {
        let default = class.default.then(|| (DEFAULT_CLASS.into(), "true".into()));
        Object {
            name: class.name.as_str().into(),
            annotations: default.into_iter().collect(),
            controller: Some(class.controller.as_str().into()),
            ..Object::default()
        }
    }

    /// The annotation of this whole name.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }
}

/// On an IngressClass: Ingresses without a class get this one.
pub(crate) const DEFAULT_CLASS: &str = "ingressclass.kubernetes.io/is-default-class";

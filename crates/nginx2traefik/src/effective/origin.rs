//! Where a setting comes from.
use crate::model::IngressId;
use crate::source::Span;

/// Where a value was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// ingress-nginx's own default.
    BuiltIn,
    /// The controller's ConfigMap.
    ConfigMap {
        /// The key.
        key: String,
        /// Where it stands.
        span: Span,
    },
    /// An annotation.
    Annotation {
        /// Of which Ingress.
        ingress: IngressId,
        /// The name without its prefix.
        key: String,
        /// The value's place.
        span: Span,
        /// The name's place.
        name: Span,
    },
    /// A field of an Ingress.
    Spec {
        /// Of which Ingress.
        ingress: IngressId,
        /// Its place.
        span: Span,
    },
}

impl Origin {
    /// The place, where there is one.
    pub fn span(&self) -> Option<Span> {
        match self {
            Origin::BuiltIn => None,
            Origin::ConfigMap { span, .. } | Origin::Annotation { span, .. } | Origin::Spec { span, .. } => Some(*span),
        }
    }

    /// The annotation's short name, where it is one.
    pub fn annotation(&self) -> Option<&str> {
        match self {
            Origin::Annotation { key, .. } => Some(key),
            _ => None,
        }
    }
}

/// A value with its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Where it was decided.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// A built-in default.
    pub fn built_in(value: T) -> Self {
        Setting {
            value,
            origin: Origin::BuiltIn,
        }
    }

    /// Same origin, another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting {
            value: change(self.value),
            origin: self.origin,
        }
    }

    /// Somebody wrote it down (annotation, ConfigMap, field), it is not the built-in default.
    pub fn is_written(&self) -> bool {
        self.origin != Origin::BuiltIn
    }
}

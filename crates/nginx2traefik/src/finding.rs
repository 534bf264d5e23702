//! Statements about one place in the user's input.
use crate::hidden::Hidden;
use crate::source::Span;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How bad a finding is for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing that a client acts on differs; worth knowing.
    Note,
    /// Something differs for a client.
    Warning,
    /// The object is blocked, or the input is wrong.
    Error,
}

/// How near the result comes to what ingress-nginx does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fidelity {
    /// Same observable behaviour.
    Exact,
    /// Traefik does so anyway; the setting is dropped.
    Default,
    /// Needs cluster-wide Traefik configuration, which is written out.
    Static,
    /// Works, with differences named one by one.
    Approximate,
    /// Manual work, with guidance.
    Unsupported,
}

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything is exact, default, or satisfied static.
    Converted,
    /// Has approximate parts.
    Partial,
    /// It is Traefik's own, and Traefik serves it as it did: no other kind of object says all of it.
    Kept,
    /// A protection or a rule cannot be kept; the object stays as it was.
    Blocked,
}

/// An object as people name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectRef {
    /// `Ingress`, ...
    pub kind: String,
    /// `default` where the manifest names none.
    pub namespace: String,
    /// metadata.name (or generateName).
    pub name: String,
}

/// A place with what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// May be empty: the place alone.
    pub text: String,
}

/// A change of the user's text that resolves a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Replacements, each of one place.
    pub edits: Vec<(Span, String)>,
}

/// A statement about one place in the input.
///
/// Built by [`Finding::error`], [`Finding::warning`] or [`Finding::note`]; the primary place is part of the constructor, so
/// that no finding is without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule: the feature's or annotation's name, kebab-case, stable for ever.
    pub rule: String,
    /// The full annotation name, where one is the cause.
    pub annotation: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// How near the result comes.
    pub fidelity: Fidelity,
    /// Keeps its object from being migrated.
    pub blocks: bool,
    /// One sentence: what was written and what that means.
    pub message: String,
    /// What ingress-nginx does with it today; empty where the message says it.
    pub nginx: String,
    /// What Traefik will do.
    pub traefik: String,
    /// What to do next.
    pub help: String,
    /// Each observable difference, one sentence each.
    pub differences: Vec<String>,
    /// The place that caused it.
    pub primary: Label,
    /// Other places that matter (the setting that wins, the sibling Ingress, ...).
    pub secondary: Vec<Label>,
    /// The object it belongs to; none for a statement about a file or about the installation.
    pub object: Option<ObjectRef>,
    /// A change of the text that resolves it.
    pub fix: Option<Fix>,
}

impl Finding {
    fn new(severity: Severity, fidelity: Fidelity, rule: &str, primary: Span, message: impl Into<String>) -> Self {
        Finding {
            rule: rule.into(),
            annotation: None,
            severity,
            fidelity,
            blocks: false,
            message: message.into(),
            nginx: String::new(),
            traefik: String::new(),
            help: String::new(),
            differences: Vec::new(),
            primary: Label {
                span: primary,
                text: String::new(),
            },
            secondary: Vec::new(),
            object: None,
            fix: None,
        }
    }

    /// Something is wrong, or cannot be kept. Fidelity: unsupported.
    pub fn error(rule: &str, primary: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, Fidelity::Unsupported, rule, primary, message)
    }

    /// Something differs for a client. Fidelity: approximate.
    pub fn warning(rule: &str, primary: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, Fidelity::Approximate, rule, primary, message)
    }

    /// Nothing that a client acts on differs. Fidelity: exact.
    pub fn note(rule: &str, primary: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, Fidelity::Exact, rule, primary, message)
    }

    /// Blocks its object: severity error.
    pub fn blocking(mut self) -> Self {
        self.blocks = true;
        self.severity = Severity::Error;
        self
    }

    /// Sets the fidelity.
    pub fn fidelity(mut self, fidelity: Fidelity) -> Self {
        self.fidelity = fidelity;
        self
    }

    /// Names the annotation (full name) that is the cause.
    pub fn annotation(mut self, full_name: impl Into<String>) -> Self {
        self.annotation = Some(full_name.into());
        self
    }

    /// Says what ingress-nginx does today.
    pub fn nginx(mut self, text: impl Into<String>) -> Self {
        self.nginx = text.into();
        self
    }

    /// Says what Traefik will do.
    pub fn traefik(mut self, text: impl Into<String>) -> Self {
        self.traefik = text.into();
        self
    }

    /// Says what to do next.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// Adds an observable difference.
    pub fn difference(mut self, text: impl Into<String>) -> Self {
        self.differences.push(text.into());
        self
    }

    /// Text at the primary place.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Names the object it belongs to.
    pub fn object(mut self, object: ObjectRef) -> Self {
        self.object = Some(object);
        self
    }

    /// Adds a change that resolves it.
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            edits,
        });
        self
    }
}

impl Finding {
    /// Takes what is not to be shown out of its words.
    pub fn hide(&mut self, hidden: &Hidden) {
        let labels = self
            .secondary
            .iter_mut()
            .chain([&mut self.primary])
            .map(|l| &mut l.text);
        let own = [&mut self.message, &mut self.nginx, &mut self.traefik, &mut self.help];
        for text in own.into_iter().chain(&mut self.differences).chain(labels) {
            if let Cow::Owned(shown) = hidden.shown(text) {
                *text = shown;
            }
        }
    }
}

/// The order of every report: by place, then rule, then message.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.primary.span, &a.rule, &a.annotation, &a.message).cmp(&(b.primary.span, &b.rule, &b.annotation, &b.message))
    });
}

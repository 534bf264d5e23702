//! From a text to its objects.
use super::{Manifests, Place, RouteKind, convert, gateways, ingresses, kinds, objects_read, traefik};
use crate::finding::Finding;
use crate::source::{SourceId, Span};
use spanned_yaml::{Document, Kind, Node, ParseError, ValueError, duplicate_keys, from_node, parse_document};
pub use spanned_yaml::{Pieces, split};
use std::ops::Range;

/// Reads one text. Texts can be read in any order and at the same time; [`super::join`] puts the parts together.
pub fn read(source: SourceId, text: &str) -> Manifests {
    if !kinds::may_matter(text) && !kinds::may_be_traefik(text) {
        return Manifests::default();
    }
    let pieces = split(text);
    let all = 0..pieces.documents.len();
    read_documents(source, text, &pieces, all)
}

/// Reads some documents of a text, which [`split`] has cut: a large text can be read by several at the same time. Only one
/// document is held as a tree at any moment.
pub fn read_documents(source: SourceId, text: &str, pieces: &Pieces, which: Range<usize>) -> Manifests {
    let mut reading = Reading {
        source,
        text,
        manifests: Manifests::default(),
    };
    reading.documents(pieces, which);
    reading.manifests
}

/// One text while it is read.
pub(super) struct Reading<'t> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
    pub(super) manifests: Manifests,
}

/// One object of a document.
#[derive(Clone, Copy)]
pub(super) struct Object<'d, 't> {
    pub(super) document: &'d Document<'t>,
    pub(super) node: &'d Node<'t>,
    pub(super) place: Place,
}

impl<'t> Reading<'t> {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    fn documents(&mut self, pieces: &Pieces, which: Range<usize>) {
        let mut errors = if which.start == 0 {
            pieces.errors.clone()
        } else {
            Vec::new()
        };
        for index in which {
            let Some(span) = pieces.documents.get(index) else {
                break;
            };
            let Some(text) = self.text.get(span.clone()) else {
                continue;
            };
            if !kinds::may_matter(text) {
                self.of_traefik(text, span, index);
                continue;
            }
            let before = (errors.len(), self.manifests.findings.len());
            match parse_document(self.text, span.clone(), index) {
                Ok((document, ignored)) => {
                    errors.extend(ignored);
                    self.document(&document);
                }
                Err(error) => errors.push(error),
            }
            if kinds::may_hold_secret(text) {
                hide_errors(self.text, span, &mut errors[before.0..]);
                self.hide_findings(span, before.1);
            }
        }
        errors.sort_by_key(|error| error.span.start);
        self.errors(&errors);
    }

    /// A document that can hold nothing but Traefik's own objects.
    fn of_traefik(&mut self, text: &str, span: &Range<usize>, index: usize) {
        if !kinds::may_be_traefik(text) {
            return;
        }
        match parse_document(self.text, span.clone(), index) {
            Ok((document, None)) => self.document(&document),
            Ok((_, Some(error))) | Err(error) => {
                let place = self.span(error.span.clone());
                let finding = Finding::error("invalid-yaml", place, capitalized(&error.message));
                self.manifests.traefik_findings.push(finding);
            }
        }
    }

    /// What was said of one of Traefik's own objects is kept apart.
    fn apart(&mut self, from: usize) {
        let said = self.manifests.findings.split_off(from);
        self.manifests.traefik_findings.extend(said);
    }

    /// What was said of a document with a Secret points at its beginning: a report shows the lines that it points at.
    fn hide_findings(&mut self, document: &Range<usize>, from: usize) {
        let start = self.span(document.start..document.start);
        for finding in &mut self.manifests.findings[from..] {
            if finding.object.is_some() {
                // it is about an Ingress
                continue;
            }
            let line = line_of(self.text, finding.primary.span.start);
            finding.message.push_str(&format!(" (line {line})"));
            finding.primary.span = start;
            finding.secondary.clear();
        }
    }

    /// What is not YAML. A template makes one error of many: they are told as one.
    fn errors(&mut self, errors: &[ParseError]) {
        let Some(first) = errors.first() else {
            return;
        };
        if let Some(at) = self.text.find("{{") {
            let finding = self.template(at..at + 2, "The file is a template");
            self.manifests.findings.push(finding);
            return;
        }
        let finding = Finding::error(
            "invalid-yaml",
            self.span(first.span.clone()),
            capitalized(&first.message),
        );
        let more = errors[1..]
            .iter()
            .map(|e| Finding::error("invalid-yaml", self.span(e.span.clone()), capitalized(&e.message)));
        let more: Vec<_> = more.collect();
        self.manifests
            .findings
            .push(finding.help("the other documents of the file are read"));
        self.manifests.findings.extend(more);
    }

    fn template(&self, at: Range<usize>, what: &str) -> Finding {
        Finding::error(
            "template",
            self.span(at),
            format!("{what}, not a manifest: its values are not known"),
        )
        .help("render it first, e.g. `helm template RELEASE CHART | nginx2traefik migrate -`, or `kustomize build`")
    }

    fn document(&mut self, document: &Document<'t>) {
        let Some(root) = &document.root else {
            return;
        };
        let Some(kind) = kind_of(root).filter(|k| kinds::is_read(k) || kinds::is_traefik(k)) else {
            return;
        };
        let said = self.manifests.findings.len();
        self.of_kind(document, root, kind);
        if kinds::is_traefik(kind) {
            self.apart(said);
        }
    }

    fn of_kind(&mut self, document: &Document<'t>, root: &Node<'t>, kind: &str) {
        if let Some(at) = template_in(self.text, &document.span) {
            let finding = self.template(at, "The document is a template");
            self.manifests.findings.push(finding);
            return;
        }
        self.duplicates(document);
        let place = Place {
            span: self.span(document.span.clone()),
            document: document.index,
            item: None,
        };
        let object = Object {
            document,
            node: root,
            place,
        };
        match kind.strip_suffix("List") {
            Some(of_items) => self.items(of_items, object),
            None => self.object(kind, object),
        }
    }

    /// The objects of a list; those of an IngressList need no kind of their own.
    fn items(&mut self, kind: &str, list: Object<'_, 't>) {
        let Some((_, items)) = list.node.get("items") else {
            return;
        };
        let Kind::Sequence { items, .. } = &items.kind else {
            return;
        };
        for (index, node) in items.iter().enumerate() {
            let place = Place {
                span: self.span(node.span.clone()),
                item: Some(index),
                ..list.place
            };
            let object = Object { node, place, ..list };
            self.object(kind_of(node).unwrap_or(kind), object);
        }
    }

    fn duplicates(&mut self, document: &Document<'t>) {
        for duplicate in duplicate_keys(document) {
            let message = format!("{} is written twice: the last one counts", duplicate.key);
            let finding = Finding::warning("duplicate-key", self.span(duplicate.second), message)
                .also(self.span(duplicate.first), "without effect")
                .help("kubectl apply refuses it with strict validation");
            self.manifests.findings.push(finding);
        }
    }

    fn object(&mut self, kind: &str, object: Object<'_, 't>) {
        match kind {
            "Ingress" => ingresses::read(self, object),
            "Service" => objects_read::service(self, object),
            "Secret" => objects_read::secret(self, object),
            "ConfigMap" => objects_read::config_map(self, object),
            "IngressClass" => objects_read::class(self, object),
            kind if kinds::is_traefik(kind) => self.traefik(kind, object),
            "Gateway" => gateways::gateway(self, object),
            "GatewayClass" => gateways::class(self, object),
            _ => {}
        }
    }

    fn traefik(&mut self, kind: &str, object: Object<'_, 't>) {
        let said = self.manifests.findings.len();
        match kind {
            "IngressRoute" => traefik::read::route(self, object, RouteKind::Http),
            "IngressRouteTCP" => traefik::read::route(self, object, RouteKind::Tcp),
            _ => traefik::read::referred(self, object, kind),
        }
        self.apart(said);
    }

    /// The object as a `T`; a value of a wrong type is a finding, and the object is not read.
    pub(super) fn typed<T: serde::de::DeserializeOwned>(&mut self, object: Object<'_, 't>, kind: &str) -> Option<T> {
        match from_node(object.document, object.node) {
            Ok(typed) => Some(typed),
            Err(ValueError { message, span, .. }) => {
                let message = format!("The API server refuses this {kind}: {message}");
                let finding = Finding::error("invalid-object", self.span(span), message).blocking();
                self.manifests.findings.push(finding);
                None
            }
        }
    }

    /// Says that a value is not what the API server takes.
    pub(super) fn refuse(&mut self, span: Span, message: impl Into<String>) {
        let finding = Finding::error("invalid-object", span, message).blocking();
        self.manifests.findings.push(finding);
    }

    /// Annotations, labels, data: what is no string is told, and read as what it was meant to be.
    pub(super) fn strings(
        &mut self,
        map: Option<spanned_yaml::SpannedMap<super::raw::Loose>>,
        what: &str,
    ) -> Vec<super::Annotation> {
        let mut read = Vec::new();
        for entry in map.into_iter().flatten() {
            read.push(convert::string(self, entry, what));
        }
        read
    }
}

/// The same for what is not YAML.
fn hide_errors(text: &str, document: &Range<usize>, errors: &mut [ParseError]) {
    for error in errors {
        let line = line_of(text, error.span.start);
        error.message.push_str(&format!(" (line {line})"));
        error.span = document.start..document.start;
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

fn kind_of<'d>(node: &'d Node<'_>) -> Option<&'d str> {
    node.get("kind")?.1.as_str()
}

/// Where a template expression stands in a document.
fn template_in(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let document = text.get(span.clone())?;
    let (start, _) = document
        .match_indices("{{")
        .find(|(at, _)| document[*at..].contains("}}"))?;
    Some(span.start + start..span.start + start + 2)
}

fn capitalized(message: &str) -> String {
    let mut letters = message.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

//! Small pieces that every kind of object has.
use super::raw::{IntOrString, Loose};
use super::read::Reading;
use super::{Annotation, At, PortRef};
use spanned_yaml::{Entry, Spanned};

/// A value with its place.
pub(super) fn at<T>(reading: &Reading<'_>, value: Spanned<T>) -> At<T> {
    At {
        span: reading.span(value.place()),
        value: value.value,
    }
}

/// A number or a name as a port. A text of digits stays a name, as in Kubernetes.
pub(super) fn port(value: IntOrString) -> Option<PortRef> {
    match value {
        IntOrString::Int(number) => u16::try_from(number).ok().map(PortRef::Number),
        IntOrString::Text(name) => Some(PortRef::Name(name)),
    }
}

/// One entry of a map from string to string.
pub(super) fn string(reading: &mut Reading<'_>, entry: Entry<Loose>, what: &str) -> Annotation {
    let name = at(reading, entry.key);
    let written = entry.value.span.clone();
    let span = reading.span(entry.value.place());
    let value = match entry.value.value {
        Loose::Text(text) => text,
        Loose::Other(kind) => {
            let meant = reading.text.get(written).unwrap_or_default().to_owned();
            let message = format!(
                "The API server refuses this object: {what} {} is {kind}, not a string",
                name.value
            );
            let finding = crate::finding::Finding::error("invalid-object", span, message)
                .help(format!("write \"{meant}\""))
                .fix("put the value in quotes", vec![(span, format!("\"{meant}\""))])
                .blocking();
            reading.manifests.findings.push(finding);
            meant
        }
    };
    Annotation {
        name,
        value: At { value, span },
    }
}

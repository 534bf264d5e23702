//! New objects as text.
use crate::plan::Planned;
use serde_json::Value;

/// The object's value as a YAML document without separator, its comment above it.
pub(super) fn yaml(planned: &Planned, object: &Value) -> String {
    let body = spanned_yaml::write(object);
    let comment = planned
        .comment
        .lines()
        .map(|line| format!("# {line}\n"))
        .collect::<String>();
    format!("{comment}{body}")
}

/// The object's value. Where the source names no namespace, none is written, so that `kubectl -n` works as before.
pub(super) fn object(planned: &Planned, with_namespace: bool) -> Value {
    let mut object = planned.object.clone();
    if !with_namespace
        && let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut)
        && metadata.get("namespace").and_then(Value::as_str) == Some("default")
    {
        metadata.shift_remove("namespace");
    }
    object
}

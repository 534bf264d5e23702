//! New documents.

use crate::edit::render::Manner;
use serde_json::Value;

/// `value` as a document in block style, without `---`, ended by a line break. Every text is quoted where kubectl's rules
/// (YAML 1.1: `off`, `0x1`, ...) would read something else.
pub fn write(value: &Value) -> String {
    let manner = Manner {
        eol: "\n",
        step: 2,
        json: false,
    };
    let body = match value {
        Value::Object(map) if !map.is_empty() => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| manner.entry(Some(key), value, 0))
                .collect();
            manner.join(&entries, 0)
        }
        Value::Array(items) if !items.is_empty() => {
            let items: Vec<_> = items.iter().map(|item| manner.entry(None, item, 0)).collect();
            manner.join(&items, 0)
        }
        other => crate::edit::render::flow(other, false),
    };
    format!("{body}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_kubectl_would_misread_is_quoted() {
        let value = json!({"realm": "off", "replacement": "=", "count": 1, "list": [{"a": "x: y"}, "0x1"], "empty": {}, "none": ""});
        let text = write(&value);
        assert_eq!(
            text,
            "realm: 'off'\nreplacement: '='\ncount: 1\nlist:\n  - a: 'x: y'\n  - '0x1'\nempty: {}\nnone: ''\n"
        );
        let parsed = crate::parse(&text);
        assert_eq!(crate::to_json(&parsed.documents[0]), Ok(value));
    }
}

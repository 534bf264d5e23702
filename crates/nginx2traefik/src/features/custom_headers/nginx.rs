//! What ingress-nginx makes of it.
use crate::effective::{Reader, Setting};

/// Headers added to every answer of the location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomHeaders {
    /// The annotation's value (`namespace/name` of the ConfigMap).
    pub config_map: Option<Setting<String>>,
    /// Name and value in order; none where the ConfigMap is not among the inputs.
    pub headers: Option<Vec<(String, String)>>,
}

/// Reads it from the annotations of one Ingress. (`annotations/customheaders`: an invalid name of the ConfigMap is as if it were not
/// written; a ConfigMap that is not found, a header that cannot be one, or one that the controller does not allow closes the location.)
pub fn read(reader: &Reader<'_>) -> CustomHeaders {
    let Some(written) = reader.optional(reader.string("custom-headers")) else {
        return CustomHeaders::default();
    };
    match find_headers(reader, &written.value) {
        Ok(headers) => CustomHeaders {
            config_map: Some(written),
            headers,
        },
        Err(reason) => {
            reader.deny(&written, reason);
            CustomHeaders::default()
        }
    }
}

/// An Err is why the location is closed. The headers come in the order of their names.
fn find_headers(reader: &Reader<'_>, written: &str) -> Result<Option<Vec<(String, String)>>, String> {
    // looked up as it is written: a bare name finds nothing
    let Some((namespace, name)) = written.split_once('/').filter(|(_, name)| !name.contains('/')) else {
        return Err(format!("`{written}` is not namespace/name"));
    };
    let Some(config_map) = reader.manifests.config_map(namespace, name) else {
        let missing = reader.controller.complete;
        return if missing {
            Err(format!("there is no ConfigMap {written}"))
        } else {
            Ok(None)
        };
    };
    let allowed = reader.config("global-allowed-response-headers");
    let allowed: Vec<&str> = allowed.iter().flat_map(|s| s.value.split(',')).map(str::trim).collect();
    let mut headers = Vec::new();
    for entry in &config_map.data {
        let (header, value) = (&entry.name.value, &entry.value.value);
        if !is_header_name(header) {
            return Err(format!("`{header}` is no name of a header"));
        }
        if value.is_empty() || !value.chars().all(is_value_char) {
            return Err(format!(
                "the value of `{header}` has a character that ingress-nginx refuses"
            ));
        }
        if !allowed.contains(&header.as_str()) {
            return Err(format!(
                "`{header}` is not in the controller's global-allowed-response-headers"
            ));
        }
        headers.push((header.clone(), value.clone()));
    }
    headers.sort();
    Ok(Some(headers))
}

/// `^[a-zA-Z\d\-_]+$`, for every list of headers of ingress-nginx.
pub fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// internal/ingress/annotations/customheaders/main.go, valueRegexp.
fn is_value_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_ :;.,\\/\"'?!(){}[]@<>=-+*#$&`|~^%".contains(c)
}

//! A recorded request as the model takes it.
use nginx2traefik::effective::request::ClientCertificate;
use nginx2traefik::effective::{Request, Scheme};
use serde_json::Value;

/// The request of a recorded answer.
pub(crate) fn request(answer: &Value) -> Request {
    let recorded = &answer["request"];
    let text = |key: &str| recorded[key].as_str().unwrap_or_default().to_owned();
    let headers = recorded["headers"].as_object();
    let header = |(name, value): (&String, &Value)| (name.clone(), scalar(value));
    let mut headers: Vec<_> = headers.into_iter().flatten().map(header).collect();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        headers.push(("Accept".into(), "*/*".into()));
    }
    Request {
        method: text("method"),
        scheme: if text("scheme") == "https" {
            Scheme::Https
        } else {
            Scheme::Http
        },
        host: text("host"),
        target: text("path"),
        headers,
        body_size: recorded["body_size"].as_u64().unwrap_or_default(),
        client_certificate: match recorded["client_cert"].as_str() {
            Some("client") => Some(ClientCertificate::Trusted),
            Some(_) => Some(ClientCertificate::Unknown),
            None => None,
        },
        certificate_names: recorded["client_cert"].as_str().map(certificate_names),
        address: "127.0.0.1".parse().ok(),
    }
}

/// Subject and issuer of the two client certificates of the recordings.
fn certificate_names(name: &str) -> (String, String) {
    let (subject, issuer) = match name {
        "client" => ("CN=holdout-client", "CN=Holdout Client CA"),
        _ => ("CN=holdout-rogue", "CN=Holdout Rogue CA"),
    };
    (subject.into(), issuer.into())
}

/// A recorded value as text.
pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// For one line of the snapshot.
pub(crate) fn shown(answer: &Value) -> String {
    let recorded = &answer["request"];
    let text = |key: &str| recorded[key].as_str().unwrap_or_default();
    let mut shown = format!(
        "{} {}://{}{}",
        text("method"),
        text("scheme"),
        text("host"),
        text("path")
    );
    for (name, value) in recorded["headers"].as_object().into_iter().flatten() {
        shown.push_str(&format!(" {name}={}", scalar(value)));
    }
    for key in ["body_size", "client_cert"] {
        if let Some(value) = recorded.get(key) {
            shown.push_str(&format!(" {key}={}", scalar(value)));
        }
    }
    shown.chars().take(200).collect()
}

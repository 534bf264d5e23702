//! The AdmissionReview that goes back.
use super::{Outcome, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review<'a> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    audit_annotations: &'a BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Status<'a> {
    code: u16,
    reason: &'static str,
    message: &'a str,
}

/// Writes it, as JSON.
pub fn answer(uid: &str, verdict: &Verdict<'_>) -> Vec<u8> {
    let refused = match verdict.outcome {
        Outcome::Malformed => Some((400, "BadRequest")),
        Outcome::Denied => Some((403, "Forbidden")),
        _ => None,
    };
    let review = Review {
        api_version: "admission.k8s.io/v1",
        kind: "AdmissionReview",
        response: Response {
            uid,
            allowed: verdict.allowed(),
            status: refused.map(|(code, reason)| Status {
                code,
                reason,
                message: &verdict.message,
            }),
            warnings: &verdict.warnings,
            audit_annotations: &verdict.audit,
        },
    };
    // plain strings and maps of strings: they can always be written, and an empty answer would be no permission
    serde_json::to_vec(&review).unwrap_or_default()
}

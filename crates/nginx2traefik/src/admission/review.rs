//! From the bytes of an AdmissionReview (admission.k8s.io/v1) to a request.
//!
//! kube-apiserver writes this JSON itself, from objects that it has decoded: no key stands twice in it, and every value has its type.
//! Whatever else comes is refused, for two readers of a text with doubled keys may see two objects.
use super::json::{self, Groups, Text};
use super::message::plain;
use super::object::{Kind, Object};
use super::walk;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What is to be done with the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It is new.
    Create,
    /// It is stored already. An operation that is not known is judged as if the object were new.
    Update,
    /// It goes.
    Delete,
    /// A connection to a subresource.
    Connect,
}

/// Who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// The groups.
    pub groups: Vec<Cow<'a, str>>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// What is judged differently.
    pub kind: Kind,
    /// The kind's own name.
    pub kind_name: Cow<'a, str>,
    /// CREATE, UPDATE, ...
    pub operation: Operation,
    /// `status`, ...; empty: the object itself.
    pub subresource: Cow<'a, str>,
    /// Of the request; empty for what belongs to none.
    pub namespace: Cow<'a, str>,
    /// Who asks.
    pub user: User<'a>,
    /// Nothing will be stored. It is judged in the same way: a verdict has no side effects.
    pub dry_run: bool,
    /// As it would be stored.
    pub object: Option<Object<'a>>,
    /// As it is stored.
    pub old: Option<Object<'a>>,
}

/// A review: whom to answer, and what is asked.
#[derive(Debug)]
pub struct Review<'a> {
    /// Identifies the request.
    pub uid: Cow<'a, str>,
    /// What is asked, or why it cannot be judged.
    pub request: Result<Request<'a>, ReviewError>,
}

/// A text that is no review, or a review whose object cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// Not UTF-8.
    #[error("the body is not UTF-8 (byte {0})")]
    Encoding(usize),
    /// No JSON, or not of the form of a review.
    #[error("the body is no AdmissionReview: {0}")]
    Form(String),
    /// Another kind of object, or another version.
    #[error("the body is a {kind} of {version}, and admission.k8s.io/v1 AdmissionReview is what is answered here")]
    Version {
        /// apiVersion
        version: String,
        /// kind
        kind: String,
    },
    /// A review without a request, or a request without a uid.
    #[error("the AdmissionReview has no {0}")]
    Missing(&'static str),
    /// The object.
    #[error("{which} cannot be read: {why}")]
    Object {
        /// `object` or `oldObject`
        which: &'static str,
        /// What is wrong.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawReview<'a> {
    #[serde(borrow)]
    api_version: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    request: Option<RawRequest<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRequest<'a> {
    #[serde(borrow)]
    uid: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Option<RawKind<'a>>,
    #[serde(borrow)]
    sub_resource: Option<Text<'a>>,
    #[serde(borrow)]
    namespace: Option<Text<'a>>,
    #[serde(borrow)]
    operation: Option<Text<'a>>,
    #[serde(borrow)]
    user_info: Option<RawUser<'a>>,
    #[serde(borrow)]
    object: Option<&'a RawValue>,
    #[serde(borrow)]
    old_object: Option<&'a RawValue>,
    dry_run: Option<bool>,
}

#[derive(Deserialize)]
struct RawKind<'a> {
    #[serde(borrow)]
    group: Option<Text<'a>>,
    #[serde(borrow)]
    kind: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct RawUser<'a> {
    #[serde(borrow)]
    username: Option<Text<'a>>,
    #[serde(borrow)]
    groups: Option<Groups<'a>>,
}

/// What the reader says quotes the text, which may be long.
fn said(error: &serde_json::Error) -> String {
    plain(&error.to_string(), 300)
}

fn text(text: Option<Text<'_>>) -> Cow<'_, str> {
    text.map(|text| text.0).unwrap_or_default()
}

impl<'a> Review<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// What is no review at all. A review whose object cannot be read is one: its uid is known, so that it can be answered.
    pub fn read(body: &'a [u8]) -> Result<Self, ReviewError> {
        let body = std::str::from_utf8(body).map_err(|e| ReviewError::Encoding(e.valid_up_to()))?;
        let raw: RawReview<'a> = serde_json::from_str(body).map_err(|e| ReviewError::Form(said(&e)))?;
        let (version, kind) = (text(raw.api_version), text(raw.kind));
        if version != "admission.k8s.io/v1" || kind != "AdmissionReview" {
            let (version, kind) = (version.chars().take(80).collect(), kind.chars().take(80).collect());
            return Err(ReviewError::Version { version, kind });
        }
        let request = raw.request.ok_or(ReviewError::Missing("request"))?;
        let uid = request.uid.as_ref().map(|uid| uid.0.clone()).unwrap_or_default();
        if uid.is_empty() {
            return Err(ReviewError::Missing("uid"));
        }
        Ok(Review {
            uid,
            request: Request::of(request),
        })
    }
}

impl<'a> Request<'a> {
    fn of(raw: RawRequest<'a>) -> Result<Self, ReviewError> {
        let RawKind { group, kind } = raw.kind.unwrap_or(RawKind {
            group: None,
            kind: None,
        });
        let (group, kind_name) = (text(group), text(kind));
        let kind = Kind::of(&group, &kind_name);
        let read = |which: &'static str, value: Option<&'a RawValue>| {
            let read = value.map(|value| object(value.get(), kind, &kind_name));
            read.transpose().map_err(|why| ReviewError::Object { which, why })
        };
        let operation = match text(raw.operation).as_ref() {
            "UPDATE" => Operation::Update,
            "DELETE" => Operation::Delete,
            "CONNECT" => Operation::Connect,
            _ => Operation::Create,
        };
        // what goes is not looked at
        let goes = matches!(operation, Operation::Delete | Operation::Connect);
        let (new, old) = if goes {
            (None, None)
        } else {
            (raw.object, raw.old_object)
        };
        let user = raw.user_info.unwrap_or(RawUser {
            username: None,
            groups: None,
        });
        Ok(Request {
            object: read("object", new)?,
            old: read("oldObject", old)?,
            kind,
            operation,
            subresource: text(raw.sub_resource),
            namespace: text(raw.namespace),
            user: User {
                name: text(user.username),
                groups: user.groups.map(|groups| groups.0).unwrap_or_default(),
            },
            dry_run: raw.dry_run.unwrap_or(false),
            kind_name,
        })
    }
}

/// An object of the kind that the request speaks of.
fn object<'a>(text: &'a str, kind: Kind, name: &str) -> Result<Object<'a>, String> {
    let (mut object, of) = json::object(text, kind).map_err(|e| said(&e))?;
    if of.as_ref().is_some_and(|of| of != name) {
        let of = of.unwrap_or_default();
        return Err(format!(
            "it is a {}, the request speaks of a {}",
            plain(&of, 64),
            plain(name, 64)
        ));
    }
    if kind == Kind::Other {
        object.names = walk::names(text).map_err(|e| said(&e))?;
    }
    Ok(object)
}

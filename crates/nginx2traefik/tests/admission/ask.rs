//! A request, written as the user would.
use nginx2traefik::admission::{Date, Outcome, Policy, Review, Verdict, answer, judge};
use serde_json::{Value, json};

/// What is asked of the webhook.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) policy: Policy,
    pub(crate) operation: &'static str,
    pub(crate) subresource: &'static str,
    pub(crate) namespace: &'static str,
    pub(crate) user: (&'static str, &'static [&'static str]),
    pub(crate) object: Value,
    pub(crate) old: Option<Value>,
    /// Fields of the request that are not as usual.
    pub(crate) request: Value,
}

/// An answer, out of the bytes that go back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) allowed: bool,
    pub(crate) message: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) audit: Value,
    /// The rules of what was found, in order.
    pub(crate) rules: Vec<&'static str>,
}

pub(crate) fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// An Ingress with this class (empty: none) and these annotations.
pub(crate) fn ingress(class: &str, annotations: &str) -> Value {
    let mut object = yaml(
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}, spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}}",
    );
    if !class.is_empty() {
        object["spec"]["ingressClassName"] = class.into();
    }
    if !annotations.is_empty() {
        object["metadata"]["annotations"] = yaml(annotations);
    }
    object
}

pub(crate) fn create(object: Value) -> Ask {
    Ask {
        policy: Policy::default(),
        operation: "CREATE",
        subresource: "",
        namespace: "shop",
        user: ("jane", &["developers", "system:authenticated"]),
        object,
        old: None,
        request: Value::Null,
    }
}

pub(crate) fn update(old: Value, object: Value) -> Ask {
    Ask {
        operation: "UPDATE",
        old: Some(old),
        ..create(object)
    }
}

/// 1 December 2026.
pub(crate) fn today() -> Date {
    Date::parse("2026-12-01").unwrap()
}

impl Ask {
    pub(crate) fn policy(mut self, toml: &str) -> Self {
        self.policy = toml::from_str(toml).unwrap();
        assert_eq!(self.policy.problems(), [""; 0]);
        self
    }

    pub(crate) fn body(&self) -> Value {
        let version = self.object["apiVersion"].as_str().unwrap_or_default();
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        let mut body = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": group, "version": version, "kind": self.object["kind"]},
            "resource": {"group": group, "version": version, "resource": "whatever"},
            "subResource": self.subresource, "name": self.object["metadata"]["name"], "namespace": self.namespace,
            "operation": self.operation, "userInfo": {"username": self.user.0, "groups": self.user.1},
            "object": self.object, "oldObject": self.old, "dryRun": false, "options": null,
        }});
        for (field, value) in self.request.as_object().into_iter().flatten() {
            body["request"][field] = value.clone();
        }
        body
    }

    pub(crate) fn answer(&self) -> Answer {
        answer_to(&self.policy, &serde_json::to_vec(&self.body()).unwrap())
    }
}

pub(crate) fn answer_to(policy: &Policy, body: &[u8]) -> Answer {
    let review = Review::read(body).unwrap();
    let verdict = match &review.request {
        Ok(request) => judge(policy, request, today()),
        Err(error) => Verdict::malformed(error.to_string()),
    };
    let sent: Value = serde_json::from_slice(&answer(&review.uid, &verdict)).unwrap();
    let response = &sent["response"];
    assert_eq!(response["uid"], *review.uid);
    assert_eq!(response["allowed"], verdict.allowed());
    assert_eq!(
        response["status"]["message"].as_str().unwrap_or_default(),
        verdict.message
    );
    Answer {
        outcome: verdict.outcome,
        allowed: verdict.allowed(),
        message: verdict.message.clone(),
        warnings: verdict.warnings.clone(),
        audit: response["auditAnnotations"].clone(),
        rules: verdict.judged.iter().map(|j| j.found.rule).collect(),
    }
}

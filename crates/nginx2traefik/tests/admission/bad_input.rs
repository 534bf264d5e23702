//! Reviews that are none, or that hold what an API server would not send.
use crate::ask::{answer_to, create, ingress};
use nginx2traefik::admission::{MESSAGE_BYTES, Outcome, Policy, Review, WARNING_CHARS, WARNINGS_CHARS};
use serde_json::{Value, json};
use std::fmt::Write as _;

fn error(body: &[u8]) -> String {
    Review::read(body).unwrap_err().to_string()
}

#[test]
fn what_is_no_review_is_told() {
    let body = |change: fn(&mut Value)| {
        let mut body = create(ingress("nginx", "")).body();
        change(&mut body);
        serde_json::to_vec(&body).unwrap()
    };
    let cases = [
        (b"".to_vec(), "the body is no AdmissionReview: EOF"),
        (b"hello".to_vec(), "the body is no AdmissionReview: expected value"),
        (b"[]".to_vec(), "the body is no AdmissionReview: "),
        (
            b"{\"apiVersion\": \"\xff\"}".to_vec(),
            "the body is not UTF-8 (byte 16)",
        ),
        (b"{}".to_vec(), "the body is a  of "),
        (
            body(|b| b["kind"] = "Pod".into()),
            "the body is a Pod of admission.k8s.io/v1",
        ),
        (
            body(|b| b["apiVersion"] = "admission.k8s.io/v1beta1".into()),
            "the body is a AdmissionReview of admission.k8s.io/v1beta1",
        ),
        (
            body(|b| b["request"] = Value::Null),
            "the AdmissionReview has no request",
        ),
        (
            body(|b| b["request"]["uid"] = Value::Null),
            "the AdmissionReview has no uid",
        ),
        (
            body(|b| b["request"]["uid"] = 7.into()),
            "the body is no AdmissionReview: invalid type",
        ),
        (
            br#"{"apiVersion":"admission.k8s.io/v1","apiVersion":"x"}"#.to_vec(),
            "the body is no AdmissionReview: duplicate field `apiVersion`",
        ),
    ];
    for (body, why) in cases {
        let said = error(&body);
        assert!(said.starts_with(why), "{said}\nwanted: {why}");
    }
}

/// The body of a harmless review, with its object written by hand.
fn with_object(object: &str) -> Vec<u8> {
    let body = create(json!("OBJECT")).body().to_string();
    let body = body.replace("\"group\":\"\"", "\"group\":\"networking.k8s.io\"");
    let body = body.replace("\"kind\":null", "\"kind\":\"Ingress\"");
    body.replace("\"OBJECT\"", object).into_bytes()
}

#[test]
fn what_two_readers_could_read_differently_is_refused() {
    let cases = [
        r#"{"metadata":{"annotations":{"a":"1","a":"2"}}}"#,
        r#"{"metadata":{"annotations":{"a":"1","\u0061":"2"}}}"#,
        r#"{"metadata":{"annotations":{}},"metadata":{}}"#,
        r#"{"metadata":{"annotations":{},"annotations":{}}}"#,
        r#"{"spec":{"ingressClassName":"nginx","ingressClassName":"traefik"}}"#,
        r#"{"spec":{"ingressClassName":"nginx"},"spec":{}}"#,
        r#"{"spec":{"ingressClassName":["nginx"]}}"#,
        r#"{"metadata":{"annotations":{"a":true}}}"#,
        r#"{"metadata":{"annotations":["a"]}}"#,
        r#"{"metadata":"a"}"#,
        r#"{"kind":"ConfigMap"}"#,
        r#""Ingress""#,
        "[]",
        "7",
    ];
    for object in cases {
        let answer = answer_to(&Policy::default(), &with_object(object));
        assert_eq!(answer.outcome, Outcome::Malformed, "{object}");
        assert!(!answer.allowed && !answer.message.is_empty(), "{object}");
    }
    let none = answer_to(&Policy::default(), &with_object("null"));
    assert_eq!(
        (none.outcome, none.message.as_str()),
        (Outcome::Malformed, "the request has no object")
    );
}

#[test]
fn escapes_hide_nothing() {
    let object = r#"{"metadata":{"annotations":{"nginx\u002eingress.kubernetes.io\/ssl-redirect":"true"}},"spec":{"ingressClassName":"\u006eginx"}}"#;
    let answer = answer_to(&Policy::default(), &with_object(object));
    assert_eq!(answer.audit["denied"], "class,ssl-redirect");
}

#[test]
fn an_old_object_that_cannot_be_read_is_no_excuse() {
    let mut ask = create(ingress("nginx", ""));
    (ask.operation, ask.old) = ("UPDATE", Some(json!({"metadata": {"annotations": 7}})));
    assert_eq!(ask.answer().outcome, Outcome::Malformed);
}

#[test]
fn deep_nesting_is_no_harm() {
    let deep = |depth: usize| format!("{{\"spec\":{{\"x\":{}{}}}}}", "[".repeat(depth), "]".repeat(depth));
    // what is not looked at is not gone into
    let answer = answer_to(&Policy::default(), &with_object(&deep(1_000_000)));
    assert_eq!(answer.outcome, Outcome::Clean);
    let banned = deep(1_000_000).replace("\"spec\":{", "\"spec\":{\"ingressClassName\":\"nginx\",");
    assert_eq!(
        answer_to(&Policy::default(), &with_object(&banned)).outcome,
        Outcome::Denied
    );
    // where classes are looked for everywhere, too
    let body = String::from_utf8(with_object(&deep(1_000_000))).unwrap();
    let body = body.replace("\"kind\":\"Ingress\"", "\"kind\":\"App\"");
    assert_eq!(
        answer_to(&Policy::default(), body.as_bytes()).outcome,
        Outcome::Malformed
    );
    assert!(error("[".repeat(3_000_000).as_bytes()).starts_with("the body is no AdmissionReview"));
}

/// An object with so many annotations: the prefix, and a number.
fn annotated(count: usize, prefix: &str) -> Vec<u8> {
    let mut annotations = String::new();
    for i in 0..count {
        let comma = if i == 0 { "" } else { "," };
        write!(annotations, "{comma}\"{prefix}{i}\":\"\"").unwrap();
    }
    with_object(&format!("{{\"metadata\":{{\"annotations\":{{{annotations}}}}}}}"))
}

/// The same of another kind.
fn with_app(object: &str) -> Vec<u8> {
    let body = String::from_utf8(with_object(object)).unwrap();
    body.replace("\"kind\":\"Ingress\"", "\"kind\":\"App\"").into_bytes()
}

#[test]
fn in_other_kinds_a_key_that_stands_twice_hides_nothing() {
    let object = r#"{"spec":{"ingressClassName":"nginx","a":[1,-2,2.5,true,null,{"ingress":[{"class":"nginx"}]}],"ingressClassName":"traefik"}}"#;
    let answer = answer_to(&Policy::default(), &with_app(object));
    assert_eq!(answer.outcome, Outcome::Denied);
    for path in ["spec.ingressClassName: nginx", "spec.a[5].ingress[0].class: nginx"] {
        assert!(answer.message.contains(path), "{}", answer.message);
    }
}

#[test]
fn long_paths_to_many_classes_are_not_followed() {
    // each path would have a megabyte
    let classes = r#"{"ingressClassName":"nginx"},"#.repeat(10_000);
    let object = format!("{{\"{}\":[{classes}0]}}", "x".repeat(1_000_000));
    let answer = answer_to(&Policy::default(), &with_app(&object));
    assert_eq!(answer.outcome, Outcome::Malformed);
    assert!(
        answer.message.contains("more classes than are looked at"),
        "{}",
        answer.message
    );
}

#[test]
fn as_many_annotations_as_can_be_stored_are_counted_and_not_listed() {
    let body = annotated(7_900, "nginx.ingress.kubernetes.io/k");
    let answer = answer_to(&Policy::default(), &body);
    assert_eq!((answer.outcome, answer.rules.len()), (Outcome::Denied, 7_900));
    assert!(
        answer.message.len() <= MESSAGE_BYTES && answer.message.contains("and 7880 more"),
        "{}",
        answer.message
    );
}

#[test]
fn a_hundred_thousand_annotations_are_refused_whatever_they_are() {
    for prefix in ["nginx.ingress.kubernetes.io/k", "example.com/k", "k"] {
        let answer = answer_to(&Policy::default(), &annotated(100_000, prefix));
        assert_eq!(answer.outcome, Outcome::Malformed, "{prefix}");
        assert!(
            answer.message.contains("no API server stores that"),
            "{}",
            answer.message
        );
    }
}

#[test]
fn a_user_in_more_groups_than_there_are_is_refused() {
    let mut body = create(ingress("traefik", "")).body();
    body["request"]["userInfo"]["groups"] = vec!["g"; 10_001].into();
    let said = error(body.to_string().as_bytes());
    assert!(said.contains("more than 10000 groups"), "{said}");
}

#[test]
fn what_is_quoted_is_cut() {
    let mut body = create(ingress("traefik", "")).body();
    body["request"]["userInfo"] = "x".repeat(1_000_000).into();
    assert!(error(body.to_string().as_bytes()).len() < 400);
    let mut kind = ingress("traefik", "");
    kind["kind"] = "x".repeat(1_000_000).into();
    let mut ask = create(kind);
    ask.request = json!({"kind": {"group": "networking.k8s.io", "version": "v1", "kind": "Ingress"}});
    let answer = ask.answer();
    assert_eq!(answer.outcome, Outcome::Malformed);
    assert!(answer.message.len() < 400, "{}", answer.message.len());
}

#[test]
fn what_is_said_fits_into_what_the_api_server_passes_on() {
    let long = "x".repeat(5_000);
    let mut object = ingress("nginx", "{}");
    for i in 0..50 {
        object["metadata"]["annotations"][format!("nginx.ingress.kubernetes.io/\u{1b}[2J\n\u{202e}ä{i}{long}")] =
            long.clone().into();
    }
    object["metadata"]["name"] = long.clone().into();
    object["metadata"]["annotations"]["kubernetes.io/ingress.class"] = format!("ä{long}").into();
    for policy in ["mode = 'deny'", "mode = 'warn'"] {
        let answer = create(object.clone()).policy(policy).answer();
        assert!(answer.message.len() <= MESSAGE_BYTES);
        assert!(answer.warnings.iter().all(|w| w.chars().count() <= WARNING_CHARS));
        assert!(answer.warnings.iter().map(|w| w.chars().count()).sum::<usize>() <= WARNINGS_CHARS);
        let said = answer.warnings.join("") + &answer.message.replace('\n', "");
        assert!(!said.chars().any(|c| c.is_control() || c == '\u{202e}'), "{said:?}");
    }
}

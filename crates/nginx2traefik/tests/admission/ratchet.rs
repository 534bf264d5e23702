//! An update: what was there is tolerated, what is new or changed is judged.
use crate::ask::{create, ingress, update, yaml};
use nginx2traefik::admission::Outcome;
use serde_json::Value;

const TIMEOUT: &str = "nginx.ingress.kubernetes.io/proxy-read-timeout";

fn with(value: &str) -> Value {
    ingress("nginx", &format!("{{{TIMEOUT}: '{value}'}}"))
}

#[test]
fn what_was_there_is_tolerated_and_told() {
    let mut object = with("60");
    object["spec"]["rules"] = yaml("[{host: shop.example.com}]");
    let answer = update(with("60"), object).answer();
    assert_eq!(answer.outcome, Outcome::Warned);
    assert_eq!(answer.rules, ["class", "proxy-read-timeout"]);
    assert_eq!(answer.warnings.len(), 2);
    assert_eq!(answer.audit["kept"], "class,proxy-read-timeout");
}

#[test]
fn what_is_new_or_changed_is_refused() {
    let changed = update(with("60"), with("90")).answer();
    assert_eq!(
        (changed.outcome, changed.audit["denied"].as_str()),
        (Outcome::Denied, Some("proxy-read-timeout"))
    );
    assert!(
        !changed.message.contains("ingressClassName"),
        "the class is no news: {}",
        changed.message
    );
    let added = update(
        ingress("traefik", ""),
        ingress("traefik", "{nginx.ingress.kubernetes.io/ssl-redirect: 'true'}"),
    );
    assert_eq!(added.answer().outcome, Outcome::Denied);
    let class = update(ingress("traefik", ""), ingress("nginx", ""));
    assert_eq!(class.answer().outcome, Outcome::Denied);
    let awake = update(
        ingress("traefik", "{nginx.ingress.kubernetes.io/ssl-redirect: 'true'}"),
        ingress("nginx", "{nginx.ingress.kubernetes.io/ssl-redirect: 'true'}"),
    );
    assert_eq!(awake.answer().audit["denied"], "class");
}

#[test]
fn to_remove_is_always_allowed() {
    assert_eq!(
        update(with("60"), ingress("nginx", "")).answer().outcome,
        Outcome::Warned
    );
    assert_eq!(
        update(with("60"), ingress("traefik", "")).answer().outcome,
        Outcome::Clean
    );
    let mut delete = create(Value::Null);
    (delete.operation, delete.old) = ("DELETE", Some(with("60")));
    assert_eq!(delete.answer().outcome, Outcome::Clean);
}

#[test]
fn a_status_passes_and_smuggles_nothing() {
    let mut object = with("60");
    object["status"] = yaml("{loadBalancer: {ingress: [{ip: 10.0.0.1}]}}");
    let mut status = update(with("60"), object.clone());
    status.subresource = "status";
    let answer = status.answer();
    assert!(answer.allowed && answer.warnings.is_empty(), "{answer:?}");
    object["metadata"]["annotations"]["nginx.ingress.kubernetes.io/server-snippet"] = "return 200;".into();
    status.object = object;
    assert_eq!(status.answer().outcome, Outcome::Denied);
}

#[test]
fn labels_and_finalizers_pass() {
    let mut old = with("60");
    old["metadata"]["finalizers"] = yaml("[example.com/lock]");
    old["metadata"]["deletionTimestamp"] = "2026-12-01T00:00:00Z".into();
    let mut object = with("60");
    object["metadata"]["deletionTimestamp"] = "2026-12-01T00:00:00Z".into();
    let answer = update(old, object).answer();
    assert!(answer.allowed && answer.warnings.is_empty(), "{answer:?}");
    let mut labelled = with("60");
    labelled["metadata"]["labels"] = yaml("{team: shop}");
    assert!(update(with("60"), labelled).answer().allowed);
}

#[test]
fn an_update_without_the_old_object_is_judged_as_new() {
    let mut ask = update(with("60"), with("60"));
    ask.old = None;
    assert_eq!(ask.answer().outcome, Outcome::Denied);
}

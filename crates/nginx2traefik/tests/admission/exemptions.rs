//! An exemption has a reason and an end.
use crate::ask::{Ask, create, ingress, update};
use nginx2traefik::admission::Outcome;
use serde_json::Value;

fn exempt(reason: &str, until: &str) -> Value {
    let mut object = ingress("nginx", "{}");
    for (name, value) in [("reason", reason), ("until", until)] {
        if !value.is_empty() {
            object["metadata"]["annotations"][format!("nginx2traefik.io/exempt-{name}")] = value.into();
        }
    }
    object
}

const REASON: &str = "the vendor's chart knows no other class (SHOP-123)";

#[test]
fn it_holds_through_its_last_day_and_is_told() {
    for until in ["2026-12-01", "2026-12-24", "2027-03-01"] {
        let answer = create(exempt(REASON, until)).answer();
        assert_eq!(answer.outcome, Outcome::Exempted, "{until}");
        assert_eq!(answer.audit["exempted"], "class");
        assert!(
            answer.warnings[0].contains(until) && answer.warnings[0].contains(REASON),
            "{:?}",
            answer.warnings
        );
    }
}

#[test]
fn without_a_reason_or_an_end_it_counts_for_nothing() {
    let cases = [
        (exempt(REASON, "2026-11-30"), "the exemption ended on 2026-11-30"),
        (
            exempt(REASON, "2027-03-02"),
            "the exemption lasts until 2027-03-02, and 90 days are the most",
        ),
        (exempt(REASON, "never"), "the exemption has no last day"),
        (exempt(REASON, "2026-12-01T00:00:00Z"), "the exemption has no last day"),
        (exempt(REASON, ""), "the exemption has no last day"),
        (exempt("", "2026-12-24"), "the exemption has no reason"),
        (exempt(" \t", "2026-12-24"), "the exemption has no reason"),
    ];
    for (object, why) in cases {
        let answer = create(object).answer();
        assert_eq!(answer.outcome, Outcome::Denied, "{why}");
        assert!(
            answer.message.contains(&format!("Not exempt: {why}")),
            "{}",
            answer.message
        );
    }
}

#[test]
fn a_cluster_may_take_none_or_from_some_only() {
    let none = create(exempt(REASON, "2026-12-24"))
        .policy("[exemptions]\nallowed = false")
        .answer();
    assert!(
        none.message.contains("Not exempt: this cluster takes no exemptions"),
        "{}",
        none.message
    );
    let some = "[exemptions]\ngroups = ['platform']";
    let jane = create(exempt(REASON, "2026-12-24")).policy(some);
    assert!(
        jane.answer()
            .message
            .contains("Not exempt: you may not write exemptions")
    );
    let ops = Ask {
        user: ("ops", &["platform"]),
        ..jane.clone()
    };
    assert_eq!(ops.answer().outcome, Outcome::Exempted);
    // what the platform's people wrote holds for the others, as long as nobody moves its end
    let mut object = exempt(REASON, "2026-12-24");
    object["spec"]["ingressClassName"] = "nginx".into();
    let mut old = object.clone();
    old["spec"]["ingressClassName"] = Value::Null;
    assert_eq!(
        update(old.clone(), object.clone()).policy(some).answer().outcome,
        Outcome::Exempted
    );
    object["metadata"]["annotations"]["nginx2traefik.io/exempt-until"] = "2026-12-25".into();
    assert_eq!(update(old, object).policy(some).answer().outcome, Outcome::Denied);
}

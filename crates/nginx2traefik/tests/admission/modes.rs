//! How hard the ban is, by rule and by namespace.
use crate::ask::{Ask, create, ingress};
use nginx2traefik::admission::{Outcome, Policy};

const OBJECT: &str =
    "{nginx.ingress.kubernetes.io/enable-cors: 'true', nginx.ingress.kubernetes.io/server-snippet: 'return 200;'}";

fn ask(policy: &str) -> Ask {
    create(ingress("traefik", OBJECT)).policy(policy)
}

#[test]
fn a_mode_is_the_nearest_that_is_said() {
    let cases = [
        ("", Outcome::Denied, "enable-cors,server-snippet"),
        ("mode = 'warn'", Outcome::Warned, ""),
        ("mode = 'audit'", Outcome::Audited, ""),
        (
            "mode = 'audit'\nrules = {snippets = 'deny'}",
            Outcome::Denied,
            "server-snippet",
        ),
        ("rules = {cors = 'warn', server-snippet = 'audit'}", Outcome::Warned, ""),
        (
            "rules = {cors = 'warn', enable-cors = 'deny', snippets = 'audit'}",
            Outcome::Denied,
            "enable-cors",
        ),
        ("[namespaces.shop]\nmode = 'warn'", Outcome::Warned, ""),
        (
            "[namespaces.shop]\nmode = 'warn'\nrules = {snippets = 'deny'}",
            Outcome::Denied,
            "server-snippet",
        ),
        (
            "mode = 'warn'\n[namespaces.shop]\nmode = 'deny'",
            Outcome::Denied,
            "enable-cors,server-snippet",
        ),
        (
            "[namespaces.other]\nmode = 'warn'",
            Outcome::Denied,
            "enable-cors,server-snippet",
        ),
        (
            "mode = 'warn'\nrules = {snippets = 'deny'}\n[namespaces.shop.rules]\ncors = 'audit'",
            Outcome::Denied,
            "server-snippet",
        ),
    ];
    for (policy, outcome, denied) in cases {
        let answer = ask(policy).answer();
        assert_eq!(answer.outcome, outcome, "{policy}");
        assert_eq!(answer.audit["denied"].as_str().unwrap_or_default(), denied, "{policy}");
    }
}

#[test]
fn a_warning_is_for_the_user_and_an_audit_for_the_log() {
    let warned = ask("mode = 'warn'").answer();
    assert_eq!(
        (warned.warnings.len(), warned.audit["warned"].as_str()),
        (2, Some("enable-cors,server-snippet"))
    );
    let audited = ask("mode = 'audit'").answer();
    assert_eq!(
        (audited.warnings.len(), audited.audit["audited"].as_str()),
        (0, Some("enable-cors,server-snippet"))
    );
}

#[test]
fn who_is_exempt_is_not_judged() {
    for policy in [
        "namespaces = ['shop']",
        "namespaces = ['sh*']",
        "users = ['jane']",
        "groups = ['developers']",
    ] {
        let answer = ask(&format!("[exempt]\n{policy}")).answer();
        assert_eq!(answer.outcome, Outcome::Exempt, "{policy}");
        assert!(answer.audit["exempt"].is_string());
    }
}

#[test]
fn a_rule_that_there_is_not_is_a_mistake() {
    let policy: Policy =
        toml::from_str("rules = {ssl-redirects = 'warn', class = 'deny'}\n[namespaces.a.rules]\nwhat = 'audit'")
            .unwrap();
    assert_eq!(
        policy.problems(),
        [
            "there is no rule `ssl-redirects`; did you mean `ssl-redirect`?",
            "there is no rule `what`"
        ]
    );
    assert!(toml::from_str::<Policy>("modes = 'deny'").is_err());
    assert!(toml::from_str::<Policy>("mode = 'off'").is_err());
}

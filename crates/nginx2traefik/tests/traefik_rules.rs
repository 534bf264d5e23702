//! Traefik's rule language: what is read, how it is printed, and its cases.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use nginx2traefik::model::traefik::rule::{Matcher, Rule, cases, parse};
use proptest::prelude::*;

fn printed(rule: &str) -> String {
    parse(rule).expect("a rule").to_string()
}

#[test]
fn precedence_is_gos() {
    let same = [
        "Host(`a.test`) && (Path(`/x`) || PathPrefix(`/x/`))",
        "Host(`a.test`) || Host(`b.test`) && !Method(`GET`)",
        "!(Host(`a.test`) || Path(`/`))",
        "HeaderRegexp(`Cookie`, `(^|; )canary=always`)",
        "PathPrefix(`/`)",
    ];
    for rule in same {
        assert_eq!(printed(rule), rule);
    }
    assert_eq!(printed("((Host(\"a\")) && ((Path(`/`))))"), "Host(`a`) && Path(`/`)");
    assert_eq!(
        printed("!!host(`a`)&&PATHPREFIX(`/x`)"),
        "Host(`a`) && PathPrefix(`/x`)"
    );
    assert_eq!(printed(r#"Path("/\x61\u00e9\101\n")"#), "Path(`/aéA\n`)");
    assert_eq!(printed("Path(\"/`\")"), "Path(\"/`\")");
}

#[test]
fn what_traefik_cannot_read() {
    let wrong = [
        ("", "a matcher is missing"),
        ("Host(`a`", "`,` or `)` is missing"),
        ("Host(`a", "a string does not end"),
        ("Host(\"a\\q\")", "an escape that Go does not know"),
        ("Host(a)", "a string is missing"),
        ("Host(`a`) & Path(`/`)", "`&` has no meaning here"),
        ("Host(`a`) Path(`/`)", "the rule should have ended here"),
        ("(Host(`a`)", "`)` is missing"),
        ("Host", "`(` is missing"),
    ];
    for (rule, message) in wrong {
        assert_eq!(parse(rule).expect_err(rule).to_string(), message, "{rule}");
    }
    assert!(parse(&"(".repeat(100_000)).is_err());
    assert!(parse(&"!".repeat(100_000)).is_err());
}

#[test]
fn cases_of_a_rule() {
    let of = |rule: &str| {
        let cases = cases(&parse(rule).expect("a rule")).expect("few cases");
        let text = |m: &Matcher| m.to_string();
        let one = |case: &nginx2traefik::model::traefik::rule::Case| {
            let holds = case.holds.iter().map(text);
            let not = case.holds_not.iter().map(|m| format!("!{m}"));
            holds.chain(not).collect::<Vec<_>>().join(" ")
        };
        cases.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(
        of("(Host(`a`) || Host(`b`)) && !(Path(`/x`) && Method(`GET`))"),
        [
            "Host(`a`) !Path(`/x`)",
            "Host(`a`) !Method(`GET`)",
            "Host(`b`) !Path(`/x`)",
            "Host(`b`) !Method(`GET`)"
        ]
    );
    let wide = vec!["(Host(`a`) || Host(`b`))"; 20].join(" && ");
    assert!(cases(&parse(&wide.replace("`a`", "`c`")).expect("a rule")).is_err());
}

fn rules() -> impl Strategy<Value = Rule> {
    let name = prop_oneof![Just("Host".to_owned()), Just("Header".to_owned()), "[A-Z][a-z]{1,8}"];
    let matcher = (name, proptest::collection::vec(any::<String>(), 0..3));
    let leaf = matcher.prop_map(|(name, arguments)| Rule::Matcher(Matcher { name, arguments }));
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|rule| Rule::Not(Box::new(rule))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Rule::And),
            proptest::collection::vec(inner, 2..4).prop_map(Rule::Or),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_inside_it(text in any::<String>()) {
        if let Err(error) = parse(&text) {
            prop_assert!(error.at <= text.len());
        }
    }

    #[test]
    fn text_like_a_rule_is_read_or_refused(text in "[!()&|`\",A-Za-z\\\\/ ]{0,60}") {
        if let Ok(rule) = parse(&text) {
            let once = rule.to_string();
            prop_assert_eq!(parse(&once).expect("printed").to_string(), once);
        }
    }

    #[test]
    fn what_is_printed_is_read_again(rule in rules()) {
        let once = parse(&rule.to_string()).expect("printed");
        prop_assert_eq!(&parse(&once.to_string()).expect("printed again"), &once);
    }
}

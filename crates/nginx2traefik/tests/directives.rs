//! Every directive of nginx and of the modules of ingress-nginx is known by name, once, with a grade for each target.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use nginx_snippet::{Meaning, directive_names, meaning_of};
use nginx2traefik::finding::Fidelity;
use nginx2traefik::rules::{Target, registry};

#[test]
fn every_directive_has_one_home() {
    let known: Vec<&str> = registry().directives().collect();
    let all: Vec<&str> = directive_names().collect();
    assert!(all.len() > 600, "the table of nginx's modules");
    assert_eq!(known, all, "a directive in two places is an error of the registry");
}

#[test]
fn every_directive_says_what_it_does_and_what_becomes_of_it() {
    for name in registry().directives() {
        let known = registry().directive(name).expect("a listed directive").directive;
        for text in [&known.summary, &known.instead] {
            assert!(text.len() > 10 && text.ends_with('.'), "{name}: {text:?}");
        }
        assert!(known.also.is_sorted(), "{name}");
    }
}

/// The rule files and what reads the snippets agree.
#[test]
fn what_nobody_misses_is_dropped_and_what_has_no_equivalent_is_not_promised() {
    let mut wrong = Vec::new();
    for name in registry().directives() {
        let known = registry().directive(name).expect("a listed directive");
        let grades = [known.fidelity(Target::Ingress), known.fidelity(Target::Gateway)];
        let by_hand = |f: &Fidelity| matches!(f, Fidelity::Unsupported | Fidelity::Static);
        let agree = match meaning_of(name) {
            Meaning::Nothing(_) => grades == [Fidelity::Default; 2],
            Meaning::Manual(_) => grades.iter().all(by_hand),
            Meaning::Effect(_) | Meaning::Annotation(_) => true,
            Meaning::Unknown => false,
        };
        if !agree {
            wrong.push(format!("{name}: {grades:?} for {:?}", meaning_of(name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

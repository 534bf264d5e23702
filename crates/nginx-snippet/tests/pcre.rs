//! What Go makes of PCRE patterns. The expectations were compared with PCRE2 and Go's `regexp`.

use nginx_snippet::Pcre;

fn go(pattern: &str) -> String {
    match Pcre::new(pattern).to_go() {
        Ok(text) => text,
        Err(reasons) => format!("impossible: {}", reasons.join(", ")),
    }
}

#[test]
fn patterns_of_every_day_stay_as_they_are() {
    for pattern in [
        "^/old/(.*)$",
        r"\.(js|css|gif|jpe?g|png)$",
        r"^https://([a-z]+\.)?a\.example$",
        "bot|crawl",
        r"^(GET|HEAD)$",
        r"^\d{3}-[\w.]+\s*$",
        "(?i)^/api(?:/v[0-9]+)?/",
        r"[^/]+/\-\/a",
        "(?P<name>x)",
        "[[:alpha:]]{2,5}?",
        r"[\w-.]",
        "[a[b]",
        "[a&&b]",
    ] {
        let expected = if pattern == r"[\w-.]" { r"[\w\-.]" } else { pattern };
        assert_eq!(go(pattern), expected);
    }
}

#[test]
fn what_go_reads_otherwise_is_rewritten() {
    for (pattern, expected) in [
        (r"a\hb", r"a[\t ]b"),
        (r"\R", r"(?:\r\n|[\n\x0B\f\r])"),
        (r"a\Z", r"a\n?\z"),
        (r"\Qa.b\E+", r"a\.b+"),
        ("a{,5}", r"a\{,5}"),
        ("a{x}", r"a\{x}"),
        ("{a}", r"\{a}"),
        ("(?<n>a)", "(?P<n>a)"),
        ("(?'n'a)", "(?P<n>a)"),
        ("a(?#comment)b", "ab"),
        (r"\012\e\cA", r"\x0A\x1B\x01"),
        (r"[\hx]", r"[\t x]"),
    ] {
        assert_eq!(go(pattern), expected, "{pattern}");
    }
}

#[test]
fn what_go_cannot_is_named() {
    for (pattern, reason) in [
        ("^/(?!api)", "look-around"),
        ("(?<=a)b", "look-around"),
        (r"(a)\1", "a back-reference"),
        (r"(?<n>a)\k<n>", "a back-reference"),
        ("(?>a)", "an atomic group"),
        ("a++", "a possessive quantifier"),
        ("a{1001}", "a repeat of more than 1000"),
        ("(a{50}){50}", "a repeat of more than 1000"),
        ("(?x) a", "an option other than i, m, s, U"),
        ("(?R)", "recursion or a subroutine call"),
        ("(?|a|b)", "a branch reset group"),
        ("(?(1)a|b)", "a conditional group"),
        (r"a\Kb", r"\K, a match that begins later"),
        ("(*ANYCRLF)a", "a backtracking verb"),
    ] {
        assert_eq!(go(pattern), format!("impossible: {reason}"), "{pattern}");
    }
}

#[test]
fn what_pcre_refuses_is_said_in_its_words() {
    for (pattern, message) in [
        ("^/a(b", "missing closing parenthesis"),
        ("a)", "unmatched closing parenthesis"),
        ("*a", "quantifier does not follow a repeatable item"),
        ("a**", "quantifier does not follow a repeatable item"),
        ("[a", "missing terminating ] for character class"),
        ("a\\", "\\ at end of pattern"),
        (r"\y", "unrecognized character follows \\"),
        (r"(a)\2", "reference to non-existent subpattern"),
    ] {
        assert_eq!(Pcre::new(pattern).invalid.as_deref(), Some(message), "{pattern}");
    }
}

#[test]
fn groups_anchors_and_literals() {
    let pattern = Pcre::new("^(a)(?:b)(?<c>d)$");
    assert_eq!(pattern.groups, ["", "c"]);
    assert!(pattern.anchored());
    assert!(!Pcre::new("^/a|/b").anchored());
    assert!(Pcre::new("^(/a|/b)").anchored());
    assert_eq!(Pcre::new(r"^/robots\.txt$").literal().as_deref(), Some("/robots.txt"));
    assert_eq!(Pcre::new("^/robots.txt").literal(), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_pattern_is_taken_apart_and_covers_itself(pattern in "([\\\\\\[\\](){}?*+^$|<>=!:'a-z0-9,. -]|\\PC){0,30}") {
        let taken = Pcre::new(&pattern);
        let text: String = taken.pieces.iter().map(|piece| piece.text.as_str()).collect();
        proptest::prop_assert!(taken.invalid.is_some() || text == pattern, "{text:?} of {pattern:?}");
        taken.to_go().ok();
    }
}

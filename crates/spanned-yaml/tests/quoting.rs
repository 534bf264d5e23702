//! What is written as a scalar is read back as the same text.

use proptest::prelude::*;
use serde_json::json;
use spanned_yaml::{Editor, apply, parse, quote, to_json};

#[test]
fn plain_where_it_is_safe() {
    for text in [
        "a",
        "a b",
        "http://x/y?z#w",
        "a,b",
        "{}x".trim_start_matches("{}"),
        "10.0.0.0/8",
        "é",
        "/$2",
        "1.2.3",
        "x: ".trim(),
    ] {
        let expected = if text == "x:" {
            "'x:'".to_owned()
        } else {
            text.to_owned()
        };
        assert_eq!(quote(text), expected);
    }
    for text in [
        "", "yes", "on", "n", "0777", "1_0", "~", "null", ".5", "-", "- a", "#x", "*x", "a #b", "a: b", " a", "@a",
        "%a",
    ] {
        assert_eq!(quote(text), format!("'{text}'"));
    }
    assert_eq!(quote("it's"), "it's");
    assert_eq!(quote("'x"), "'''x'");
    assert_eq!(quote("a\nb\t\u{7f}\u{2028}\"\\"), r#""a\nb\t\u007f\u2028\"\\""#);
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-0-9a-eE_+.:xXoOyYnN~ ]{0,6}",
        "[ -~\n\t\r'\"#:{}\\[\\],&*!|>%@`?-]{0,12}",
        "[\n a]{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives_everywhere(text in texts(), key in "[ -~é]{1,10}") {
        prop_assume!(key != "m" && key != "f");
        let files = ["m: {b: 1}\n", "m:\n  b: 1\n", "{\"m\": {\"b\": 1}}", "m:\r\n    b: 1\r\n", "f: {x: 1}\nm:\n"];
        for file in files {
            let parsed = parse(file);
            let mut editor = Editor::new(&parsed.documents[0]);
            editor.insert(&["m"], if key == "b" { "c" } else { &key }, &text).unwrap();
            let edited = apply(file, editor.edits().unwrap()).unwrap();
            let value = to_json(&parse(&edited).documents[0]).unwrap();
            prop_assert_eq!(&value["m"][if key == "b" { "c" } else { &key }], &json!(text));
        }
    }

    #[test]
    fn any_text_can_replace_any_scalar(text in texts()) {
        for file in ["a: x\nb: 1\n", "a: 'x'\n", "a: \"x\"", "a: |\n  x\n  y\nb: 1\n", "a: >+\n x\n\n", "a:\n", "[{a}]", "{\"a\":1}"] {
            let parsed = parse(file);
            let mut editor = Editor::new(&parsed.documents[0]);
            let path: &[&str] = if file.starts_with('[') { &["0", "a"] } else { &["a"] };
            editor.set(path, &text).unwrap();
            let edited = apply(file, editor.edits().unwrap()).unwrap();
            let value = to_json(&parse(&edited).documents[0]).unwrap();
            let value = if file.starts_with('[') { &value[0] } else { &value };
            prop_assert_eq!(&value["a"], &json!(text));
        }
    }
}

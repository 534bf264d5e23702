//! Hostile input is refused with a message, never with a crash or endless work.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helper functions of tests

use serde::Deserialize;
use serde_json::Value;
use spanned_yaml::{Editor, MAX_DEPTH, Spanned, from_document, guard, parse, to_json};

#[derive(Deserialize)]
struct Nested {
    a: Option<Box<Spanned<Nested>>>,
}

fn depth(nested: &Nested) -> usize {
    1 + nested.a.as_ref().map_or(0, |inner| depth(inner))
}

#[test]
fn the_deepest_document_can_be_read_and_edited() {
    let text = format!("{}x: 1{}\n", "{a: ".repeat(MAX_DEPTH - 1), "}".repeat(MAX_DEPTH - 1)).replace("x: 1", "{x: 1}");
    let parsed = parse(&text);
    assert_eq!(parsed.errors, []);
    let document = &parsed.documents[0];
    assert!(to_json(document).is_ok());
    assert_eq!(
        from_document::<Value>(document).unwrap_err().message,
        "nested deeper than 128 levels"
    );
    let path = [vec!["a"; MAX_DEPTH - 1], vec!["x"]].concat();
    let mut editor = Editor::new(document);
    editor.set(&path, "2").unwrap();
    let (edits, expectation) = editor.plan().unwrap();
    assert_eq!(
        guard(&text, edits, &[expectation]).unwrap(),
        text.replace("x: 1", "x: '2'")
    );
}

#[test]
fn types_can_be_nested_as_deep_as_is_sensible() {
    let text = format!("{}{}", "{a: ".repeat(128), "}".repeat(128));
    assert_eq!(
        depth(&from_document::<Nested>(&parse(&text).documents[0]).unwrap()),
        128
    );
}

#[test]
fn deeper_documents_are_refused() {
    for open in ["[", "{a: ", "- "] {
        let parsed = parse(&open.repeat(MAX_DEPTH * 300)).errors;
        assert_eq!(parsed.len(), 1, "{open}");
    }
    let block: String = (0..=MAX_DEPTH)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    assert_eq!(parse(&block).errors.len(), 1);
}

#[test]
fn aliases_cannot_nest_deeper_either() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for at in 1..9 {
        let (open, close) = ("[".repeat(60), "]".repeat(60));
        text.push_str(&format!("a{at}: &a{at} {open}*a{}{close}\n", at - 1));
    }
    let document = &parse(&text).documents[0];
    let expected = "nested deeper than 320 levels: does an anchor contain itself?";
    assert_eq!(to_json(document).unwrap_err().message, expected);
    assert!(from_document::<Value>(document).is_err());
    assert_eq!(
        to_json(&parse("a: &a\n  b: *a\n").documents[0]).unwrap_err().message,
        expected
    );
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..10 {
        let aliases = vec![format!("*a{}", at - 1); 9].join(", ");
        text.push_str(&format!("a{at}: &a{at} [{aliases}]\n"));
    }
    let parsed = parse(&text);
    let document = &parsed.documents[0];
    assert_eq!(to_json(document).unwrap_err().message, "excessive aliasing");
    assert_eq!(
        from_document::<Value>(document).unwrap_err().message,
        "excessive aliasing"
    );
    let mut merges = "a0: &a0 {k: 1}\n".to_owned();
    for at in 1..20 {
        let aliases = vec![format!("*a{}", at - 1); 9].join(", ");
        merges.push_str(&format!("a{at}: &a{at} {{<<: [{aliases}]}}\n"));
    }
    assert_eq!(
        to_json(&parse(&merges).documents[0]).unwrap_err().message,
        "excessive aliasing"
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_located() {
    assert_eq!(spanned_yaml::decode(b"a: \xff").unwrap_err().offset, 3);
    assert_eq!(spanned_yaml::decode("a: é".as_bytes()), Ok("a: é"));
}

#[test]
fn an_error_does_not_hide_the_other_documents() {
    let text = "a: 1\n---\nb: [\n---\nc: @x\n---\nd: *none\n---\ne: 2\n";
    let parsed = parse(text);
    assert_eq!(
        parsed
            .documents
            .iter()
            .map(|document| document.index)
            .collect::<Vec<_>>(),
        [0, 4]
    );
    let places: Vec<&str> = parsed.errors.iter().map(|error| &text[error.span.clone()]).collect();
    assert_eq!(places, ["[", "@", "*"]);
}

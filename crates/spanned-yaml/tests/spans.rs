//! Spans of keys and values.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helper functions of tests

use serde::Deserialize;
use spanned_yaml::{Kind, Node, Spanned, SpannedMap, from_document, parse};

/// Every node of the first document as `depth text`, in source order.
fn outline(text: &str) -> Vec<String> {
    fn walk(text: &str, node: &Node<'_>, depth: usize, lines: &mut Vec<String>) {
        lines.push(format!("{depth} {}", &text[node.span.clone()]));
        match &node.kind {
            Kind::Sequence { items, .. } => items.iter().for_each(|item| walk(text, item, depth + 1, lines)),
            Kind::Mapping { entries, .. } => {
                for (key, value) in entries {
                    walk(text, key, depth + 1, lines);
                    walk(text, value, depth + 1, lines);
                }
            }
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
    }
    let parsed = parse(text);
    assert_eq!(parsed.errors, []);
    let mut lines = Vec::new();
    walk(text, parsed.documents[0].root.as_ref().unwrap(), 0, &mut lines);
    lines
}

#[test]
fn block_collections_end_with_their_last_value() {
    let text = "a:\n  # c\n  b: 1 # d\n  # t\n# u\nc:\n- 1\n- - 2\n-\n";
    let expected = [
        "0 a:\n  # c\n  b: 1 # d\n  # t\n# u\nc:\n- 1\n- - 2\n-",
        "1 a",
        "1 b: 1",
        "2 b",
        "2 1",
        "1 c",
    ];
    let list = ["1 - 1\n- - 2\n-", "2 1", "2 - 2", "3 2", "2 "];
    assert_eq!(outline(text), [&expected[..], &list[..]].concat());
}

#[test]
fn block_scalars_include_their_header_and_end_before_the_next_token() {
    let text = "m:\n  a: |-  # | no\n\n    x\n     y\n\n  # c\n  b: >+\n    k\n\n\n  c: |\n  d: 'q'\n";
    let lines = outline(text);
    assert_eq!(lines[4], "2 |-  # | no\n\n    x\n     y");
    assert_eq!(lines[6], "2 >+\n    k\n\n");
    assert_eq!(lines[8], "2 |");
    assert_eq!(lines[10], "2 'q'");
}

#[test]
fn values_that_are_not_written_stand_behind_their_colon() {
    let text = "a: # c\nb: &x\n? c\nd: {e, f: , \"g\": 1}\n";
    let parsed = parse(text);
    let document = &parsed.documents[0];
    let start = |path: &[&str]| document.find(path).unwrap().1.span.clone();
    assert_eq!(start(&["a"]), 2..2);
    assert_eq!(start(&["b"]), 12..12);
    assert_eq!(start(&["c"]), 16..16);
    assert_eq!(start(&["d", "f"]), 26..26);
    assert_eq!(&text[start(&["d", "g"])], "1");
}

#[test]
fn offsets_count_from_the_start_of_the_file() {
    let text = "\u{FEFF}# first\na: é\n---\r\n# second\r\nb: [x, \"y\"]\r\n--- # third\nc: 1\n";
    let parsed = parse(text);
    let spans: Vec<&str> = parsed
        .documents
        .iter()
        .map(|document| &text[document.span.clone()])
        .collect();
    assert_eq!(spans, ["# first\na: é\n", "# second\r\nb: [x, \"y\"]\r\n", "c: 1\n"]);
    let (_, value) = parsed.documents[1].find(&["b", "1"]).unwrap();
    assert_eq!(&text[value.span.clone()], "\"y\"");
    assert_eq!(&text[parsed.documents[1].comments[0].clone()], "# second");
    assert_eq!(parsed.documents[2].index, 2);
}

#[derive(Debug, Deserialize)]
struct Metadata {
    name: Spanned<String>,
    #[serde(default)]
    annotations: SpannedMap<String>,
    labels: Option<SpannedMap<String>>,
    #[serde(default)]
    ports: Vec<Spanned<u16>>,
}

#[test]
fn typed_values_keep_their_places() {
    let text = "x: &n app\ny: &a {on: 'v', \"k\": w}\nmeta: {name: *n, annotations: {<<: *a, k: z}, labels: null}\n";
    #[derive(Deserialize)]
    struct Top {
        meta: Metadata,
    }
    let Top { meta } = from_document(&parse(text).documents[0]).unwrap();
    assert_eq!((&text[meta.name.span.clone()], meta.name.as_str()), ("app", "app"));
    assert_eq!(meta.name.alias.clone().map(|alias| &text[alias]), Some("*n"));
    let entries: Vec<_> = meta
        .annotations
        .iter()
        .map(|e| (e.key.as_str(), &text[e.value.span.clone()]))
        .collect();
    assert_eq!(entries, [("true", "'v'"), ("k", "z")]);
    assert_eq!(
        meta.annotations
            .get("true")
            .unwrap()
            .value
            .alias
            .clone()
            .map(|alias| &text[alias]),
        Some("*a")
    );
    assert_eq!(meta.annotations.get("k").unwrap().value.alias, None);
    assert!(meta.labels.is_none() && meta.ports.is_empty());
}

#[test]
fn null_is_absent_in_structs_and_zero_elsewhere() {
    let text = "name: a\nannotations:\n  x:\n  y: ~\nports: null\n";
    let meta: Metadata = from_document(&parse(text).documents[0]).unwrap();
    assert!(meta.annotations.iter().all(|entry| entry.value.is_empty()));
    assert_eq!(meta.annotations.len(), 2);
    let error = from_document::<Metadata>(&parse("name:\n").documents[0]).unwrap_err();
    assert_eq!(error.message, "missing field `name`");
}

#[test]
fn errors_point_at_the_value_that_does_not_fit() {
    let text = "name: a\nannotations: {x: true}\n";
    let error = from_document::<Metadata>(&parse(text).documents[0]).unwrap_err();
    assert_eq!(error.message, "invalid type: boolean `true`, expected a string");
    assert_eq!(&text[error.span], "true");
    let text = "name: a\nports: [80, 70000]\n";
    let error = from_document::<Metadata>(&parse(text).documents[0]).unwrap_err();
    assert_eq!(&text[error.span], "70000");
}

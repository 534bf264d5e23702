//! Edits keep every byte that they need not touch.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helper functions of tests

use serde_json::json;
use spanned_yaml::{Document, EditError, Editor, apply, guard, parse};

/// Edits the first document of `text` under the guard.
fn edited<F>(text: &str, plan: F) -> String
where
    F: FnOnce(&mut Editor<'_, '_>) -> Result<(), EditError>,
{
    let parsed = parse(text);
    assert_eq!(parsed.errors, []);
    let mut editor = Editor::new(&parsed.documents[0]);
    plan(&mut editor).expect("the plan is possible");
    let (edits, expectation) = editor.plan().expect("the edit is possible");
    guard(text, edits, &[expectation]).expect("the edit is safe")
}

fn removed(text: &str, paths: &[&[&str]]) -> String {
    edited(text, |editor| {
        paths.iter().try_for_each(|path| editor.remove(path).map(drop))
    })
}

fn refused(text: &str, plan: impl FnOnce(&mut Editor<'_, '_>) -> Result<(), EditError>) -> EditError {
    let parsed = parse(text);
    let mut editor = Editor::new(&parsed.documents[0]);
    match plan(&mut editor) {
        Err(error) => error,
        Ok(()) => editor.plan().expect_err("the edit must be refused"),
    }
}

const INGRESS: &str = "# head\nmetadata:\n    name: app   # the name\n    annotations:\n        # about a\n        a.io/a: \"on\" # trail\n\n        a.io/b: |\n            x {\n              y;\n            }\n        # about c\n        a.io/c: 'z'\n    labels: {k: v}\nspec:\n    ingressClassName: nginx\n";

#[test]
fn an_annotation_goes_with_its_lines_and_nothing_else() {
    let text = removed(INGRESS, &[&["metadata", "annotations", "a.io/a"]]);
    assert_eq!(text, INGRESS.replace("        a.io/a: \"on\" # trail\n", ""));
    let text = removed(INGRESS, &[&["metadata", "annotations", "a.io/b"]]);
    let block = "        a.io/b: |\n            x {\n              y;\n            }\n";
    assert_eq!(text, INGRESS.replace(block, ""));
    let crlf = INGRESS.replace('\n', "\r\n");
    assert_eq!(
        removed(&crlf, &[&["metadata", "annotations", "a.io/b"]]),
        text.replace('\n', "\r\n")
    );
}

#[test]
fn the_last_entry_takes_its_mapping_along() {
    let paths: [&[&str]; 3] = [
        &["metadata", "annotations", "a.io/a"],
        &["metadata", "annotations", "a.io/b"],
        &["metadata", "annotations", "a.io/c"],
    ];
    let start = INGRESS.find("    annotations").unwrap();
    let end = INGRESS.find("    labels").unwrap();
    assert_eq!(
        removed(INGRESS, &paths),
        format!("{}{}", &INGRESS[..start], &INGRESS[end..])
    );
    assert_eq!(removed("a:\n  b: 1\n", &[&["a", "b"]]), "{}\n");
    assert_eq!(removed("- a: 1\n  b: 2\n", &[&["0", "a"], &["0", "b"]]), "- {}\n");
}

#[test]
fn all_annotations_make_room_for_one() {
    let text = edited(INGRESS, |editor| {
        for key in ["a.io/a", "a.io/b", "a.io/c"] {
            editor.remove(&["metadata", "annotations", key])?;
        }
        editor.insert(&["metadata", "annotations"], "t.io/m", "default-app@kubernetescrd")?;
        editor.set(&["spec", "ingressClassName"], "traefik").map(drop)
    });
    let expected = "# head\nmetadata:\n    name: app   # the name\n    annotations:\n        # about a\n        t.io/m: default-app@kubernetescrd\n\n        # about c\n    labels: {k: v}\nspec:\n    ingressClassName: traefik\n";
    assert_eq!(text, expected);
}

#[test]
fn several_changes_of_one_mapping_compose() {
    let text = edited("m:\n  a: 1\n  b: 2\n  c: 3\n  d: 4", |editor| {
        editor
            .remove(&["m", "d"])?
            .remove(&["m", "b"])?
            .rename(&["m", "c"], "g")?;
        editor
            .insert(&["m"], "e", "0777")?
            .insert(&["z", "o"], "p", "q")?
            .insert(&["z", "o"], "r", "s")
            .map(drop)
    });
    assert_eq!(text, "m:\n  a: 1\n  g: 3\n  e: '0777'\n\nz:\n  o:\n    p: q\n    r: s");
}

#[test]
fn missing_mappings_are_made() {
    let insert = |text: &str| {
        edited(text, |editor| {
            editor.insert(&["metadata", "annotations"], "k", "v").map(drop)
        })
    };
    assert_eq!(
        insert("metadata:\n  name: a\nspec: 1\n"),
        "metadata:\n  name: a\n  annotations:\n    k: v\nspec: 1\n"
    );
    assert_eq!(
        insert("metadata:\n   name: a"),
        "metadata:\n   name: a\n   annotations:\n      k: v"
    );
    let null = "metadata:\n  annotations: # none\n  name: a\n";
    assert_eq!(insert(null), "metadata:\n  annotations: # none\n    k: v\n  name: a\n");
    assert_eq!(
        insert("metadata:\n  annotations: ~\n"),
        "metadata:\n  annotations: {k: v}\n"
    );
    assert_eq!(
        insert("metadata: {name: a}\n"),
        "metadata: {name: a, annotations: {k: v}}\n"
    );
    assert_eq!(
        insert("metadata:\n  annotations: {}\n"),
        "metadata:\n  annotations: {k: v}\n"
    );
    assert_eq!(
        insert("kind: x\r\nmetadata:\r\n- 1\r\n".replace("- 1", "  a: 1").as_str()),
        "kind: x\r\nmetadata:\r\n  a: 1\r\n  annotations:\r\n    k: v\r\n"
    );
    let json = "{\n  \"metadata\": {\n    \"name\": \"a\"\n  }\n}\n";
    let expected = "{\n  \"metadata\": {\n    \"name\": \"a\",\n    \"annotations\": {\"k\": \"v\"}\n  }\n}\n";
    assert_eq!(insert(json), expected);
}

#[test]
fn flow_entries_go_with_their_comma() {
    assert_eq!(removed("m: {a: 1, b: 2, c: 3}\n", &[&["m", "a"]]), "m: {b: 2, c: 3}\n");
    assert_eq!(
        removed("m: {a: 1, b: 2, c: 3}\n", &[&["m", "b"], &["m", "c"]]),
        "m: {a: 1}\n"
    );
    assert_eq!(
        removed("m: {a: 1, b: 2, c: 3}\n", &[&["m", "a"], &["m", "c"]]),
        "m: {b: 2}\n"
    );
    assert_eq!(removed("m: {a: 1}\nn: 2\n", &[&["m", "a"]]), "n: 2\n");
    assert_eq!(removed("m: {a: 1, b: 2,}\n", &[&["m", "b"]]), "m: {a: 1,}\n");
    let json = "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    2\n  ],\n  \"c\": 3\n}";
    assert_eq!(removed(json, &[&["b"]]), "{\n  \"a\": 1,\n  \"c\": 3\n}");
    assert_eq!(
        removed(json, &[&["c"]]),
        "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    2\n  ]\n}"
    );
    let commented = "m: {\n  a: 1, # one\n  # two\n  b: 2, # b\n  # three\n  c: 3 # c\n}\n";
    assert_eq!(
        removed(commented, &[&["m", "b"]]),
        commented.replace("  b: 2, # b\n", "")
    );
    assert_eq!(
        removed(commented, &[&["m", "a"]]),
        commented.replace("  a: 1, # one\n", "")
    );
    assert_eq!(
        removed(commented, &[&["m", "c"]]),
        "m: {\n  a: 1, # one\n  # two\n  b: 2 # b\n  # three\n}\n"
    );
    let inserted = edited(commented, |editor| editor.insert(&["m"], "d", "x").map(drop));
    assert_eq!(inserted, commented.replace("c: 3 # c\n", "c: 3, # c\n  d: x\n"));
}

#[test]
fn compact_lists_and_explicit_keys() {
    assert_eq!(removed("- a: 1\n  b: 2\n", &[&["0", "a"]]), "- b: 2\n");
    assert_eq!(removed("- a: 1\n  # b\n  b: 2\n", &[&["0", "a"]]), "-\n  # b\n  b: 2\n");
    assert_eq!(
        removed("- a: 1\n  b: 2\n  c: 3\n", &[&["0", "a"], &["0", "b"]]),
        "- c: 3\n"
    );
    assert_eq!(removed("? k\n: v\n? l\n: w\n", &[&["k"]]), "? l\n: w\n");
    assert_eq!(removed("x:\n- a\n- b\n", &[&["x", "0"]]), "x:\n- b\n");
    assert_eq!(removed("x:\n- a\ny: 1\n", &[&["x", "0"]]), "y: 1\n");
    let appended = edited("x:\n- a # a\nz: [1]\n", |editor| {
        editor
            .append(&["x"], &json!({"b": 1, "c": ["d"]}))?
            .append(&["z"], &json!("v"))
            .map(drop)
    });
    assert_eq!(appended, "x:\n- a # a\n- b: 1\n  c:\n    - d\nz: [1, v]\n");
}

#[test]
fn set_keeps_the_quotes() {
    let set = |text: &str, value: &str| edited(text, |editor| editor.set(&["a"], value).map(drop));
    assert_eq!(set("a: x # c\n", "v"), "a: v # c\n");
    assert_eq!(set("a: x # c\n", "yes"), "a: 'yes' # c\n");
    assert_eq!(set("a: 'x'\n", "it's"), "a: 'it''s'\n");
    assert_eq!(set("a: \"x\"\n", "q\"\\"), "a: \"q\\\"\\\\\"\n");
    assert_eq!(set("a: x\n", "two\nlines"), "a: \"two\\nlines\"\n");
    assert_eq!(set("a: |\n  x\n  y\n\nb: 1\n", "z"), "a: z\n\nb: 1\n");
    assert_eq!(set("a: |\n  x\n  y\nb: 1\n", "k\nl\n"), "a: |\n  k\n  l\nb: 1\n");
    assert_eq!(set("a: >-\n  x\n  y", "k l"), "a: k l");
    assert_eq!(set("a:\nb: 1\n", "v"), "a: v\nb: 1\n");
    assert_eq!(set("{a: , b: 1}", "v"), "{a: v , b: 1}");
    assert_eq!(set("{a, b: 1}", "v,w"), "{a: 'v,w', b: 1}");
    assert_eq!(set("{\"a\": 1}", "v"), "{\"a\": \"v\"}");
    assert_eq!(set("a: &x !!str 5\nb: 1\n", "6"), "a: &x !!str '6'\nb: 1\n");
    assert_eq!(set("b: &x 1\na: *x\n", "6"), "b: &x 1\na: '6'\n");
}

#[test]
fn set_value_replaces_collections() {
    let set = |text: &str, value| edited(text, |editor| editor.set_value(&["a"], &value).map(drop));
    assert_eq!(
        set("a:\n- 1\nb: 2\n", json!({"c": [true]})),
        "a:\n  c:\n    - true\nb: 2\n"
    );
    assert_eq!(set("a:\n  x: 1\nb: 2\n", json!("s")), "a: s\nb: 2\n");
    assert_eq!(set("a: [1, 2] # c\n", json!(["v"])), "a: [v] # c\n");
    assert_eq!(set("a: 1 # c\n", json!(80)), "a: 80 # c\n");
}

#[test]
fn shared_values_are_refused() {
    let base = "base: &b\n  k: 1\nx: *b\nz:\n  <<: *b\n  l: 2\n";
    let shared = |path: &'static [&'static str]| refused(base, |editor| editor.remove(path).map(drop));
    assert!(matches!(shared(&["x", "k"]), EditError::Shared { .. }));
    assert!(matches!(shared(&["z", "k"]), EditError::Shared { .. }));
    assert!(matches!(shared(&["base", "k"]), EditError::Shared { .. }));
    assert_eq!(removed(base, &[&["x"]]), base.replace("x: *b\n", ""));
    assert_eq!(removed(base, &[&["z", "l"]]), base.replace("  l: 2\n", ""));
    let error = refused("a: &x 1\nb: *x\n", |editor| editor.remove(&["a"]).map(drop));
    assert!(matches!(error, EditError::Shared { .. }));
    let error = refused("m:\n  a: [&x 1]\nb: *x\n", |editor| {
        editor.remove(&["m", "a"]).map(drop)
    });
    assert!(matches!(error, EditError::AnchorInUse { .. }));
}

#[test]
fn shared_values_can_be_changed_on_request() {
    let text = "base: &b\n  k: v\nx: *b\n";
    let parsed = parse(text);
    let mut editor = Editor::new(&parsed.documents[0]).allow_shared();
    editor.set(&["x", "k"], "w").unwrap();
    assert_eq!(
        apply(text, editor.edits().unwrap()).unwrap(),
        "base: &b\n  k: w\nx: *b\n"
    );
}

#[test]
fn duplicates_go_together() {
    assert_eq!(removed("a: 1\nb: 2\na: 3\n", &[&["a"]]), "b: 2\n");
}

#[test]
fn contradictions_and_wrong_places_are_refused() {
    let text = "a: {b: 1}\nc: x\n";
    let error = refused(text, |editor| editor.remove(&["a", "z"]).map(drop));
    assert_eq!(error.to_string(), "there is no `a.z`");
    let error = refused(text, |editor| editor.insert(&["a"], "b", "2").map(drop));
    assert_eq!(error.to_string(), "`a.b` exists already");
    let error = refused(text, |editor| editor.insert(&["c"], "b", "2").map(drop));
    assert_eq!(error.to_string(), "`c` is not a mapping");
    let error = refused(text, |editor| editor.remove(&["c"])?.set(&["c"], "2").map(drop));
    assert_eq!(error.to_string(), "changes of `c` contradict each other");
}

#[test]
fn a_block_scalar_at_the_end_without_line_break_stays_as_it_is() {
    let text = edited("a: 1\nb: |\n  x", |editor| editor.insert(&[], "c", "2").map(drop));
    assert_eq!(text, "c: '2'\na: 1\nb: |\n  x");
    let text = edited("a: |+\n  x\n\nb: 1\n", |editor| {
        editor.remove(&["b"])?.insert(&[], "c", "d").map(drop)
    });
    assert_eq!(text, "a: |+\n  x\n\nc: d\n");
}

#[test]
fn other_documents_keep_their_bytes() {
    let text = "a: 1\n--- # x\nm:\n  k: v\n---\nc: 3";
    let parsed = parse(text);
    let document: &Document<'_> = &parsed.documents[1];
    let mut editor = Editor::new(document);
    editor.remove(&["m", "k"]).unwrap().insert(&[], "z", "w").unwrap();
    let (edits, expectation) = editor.plan().unwrap();
    assert_eq!(
        guard(text, edits, &[expectation]).unwrap(),
        "a: 1\n--- # x\nz: w\n---\nc: 3"
    );
}

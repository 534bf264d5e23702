//! Edits of whole documents keep the others apart and as they are.

use serde_json::json;
use spanned_yaml::{
    Change, Expectation, GuardError, guard, insert_document_after, parse, remove_document, replace_document,
};

fn expect(index: usize, change: Change) -> [Expectation; 1] {
    [Expectation { index, change }]
}

#[test]
fn a_removed_document_takes_one_separator_along() {
    let remove = |text: &str, index: usize| {
        let edit = remove_document(&parse(text).documents[index]);
        guard(text, vec![edit], &expect(index, Change::Removed)).unwrap()
    };
    assert_eq!(remove("a: 1\n---\nb: 2\n---\nc: 3\n", 1), "a: 1\n---\nc: 3\n");
    assert_eq!(remove("a: 1\n---\nb: 2\n", 0), "b: 2\n");
    assert_eq!(remove("a: 1\n---\nb: 2", 1), "a: 1\n");
    assert_eq!(
        remove("---\n# c\na: 1\r\n--- # x\r\nb: 2\r\n", 0),
        "--- # x\r\nb: 2\r\n"
    );
    assert_eq!(remove("a: 1\n", 0), "");
}

#[test]
fn a_document_can_be_replaced_and_followed() {
    let text = "a: 1\r\n---\r\nb: 2";
    let parsed = parse(text);
    let edits = vec![
        replace_document(&parsed.documents[0], "x: 9"),
        insert_document_after(&parsed.documents[0], "w: 8"),
        insert_document_after(&parsed.documents[1], "z: 7\r\n"),
    ];
    let expected = [
        Expectation {
            index: 0,
            change: Change::Value(json!({"x": 9})),
        },
        Expectation {
            index: 0,
            change: Change::Followed(vec![json!({"w": 8})]),
        },
        Expectation {
            index: 1,
            change: Change::Followed(vec![json!({"z": 7})]),
        },
    ];
    let edited = guard(text, edits, &expected).unwrap();
    assert_eq!(edited, "x: 9\r\n---\r\nw: 8\r\n---\r\nb: 2\r\n---\r\nz: 7\r\n");
}

#[test]
fn the_guard_refuses_what_was_not_planned() {
    let text = "a: 1\n---\nb: 2\n";
    let edit = |range, text: &str| {
        vec![spanned_yaml::Edit {
            range,
            text: text.to_owned(),
        }]
    };
    let planned = expect(0, Change::Value(json!({"a": 5})));
    assert_eq!(
        guard(text, edit(3..4, "5"), &planned),
        Ok("a: 5\n---\nb: 2\n".to_owned())
    );
    assert!(matches!(
        guard(text, edit(3..4, "6"), &planned),
        Err(GuardError::Value { index: 0, .. })
    ));
    assert!(matches!(
        guard(text, edit(3..4, "["), &planned),
        Err(GuardError::Invalid { .. })
    ));
    assert!(matches!(
        guard(text, edit(3..4, "5\n---\nc: 1"), &planned),
        Err(GuardError::Documents { .. })
    ));
    assert!(matches!(
        guard(text, edit(12..13, "5"), &[]),
        Err(GuardError::Touched { index: 1 })
    ));
    let twice = [edit(3..5, ""), edit(4..5, "")].concat();
    assert!(matches!(guard(text, twice, &planned), Err(GuardError::Apply(_))));
}

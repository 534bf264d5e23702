//! What must hold for any text at all. Used by the fuzz target and by a bounded test of `spanned-yaml`.

use serde_json::Value;
use spanned_yaml::{
    Document, Edit, Editor, Kind, Node, Spanned, apply, duplicate_keys, from_document, guard, parse, to_json,
};
use std::ops::Range;

/// Parses `text`, checks every span, reads it in each way and tries edits everywhere.
pub(crate) fn exercise(text: &str) {
    let parsed = parse(text);
    for error in &parsed.errors {
        check_span(text, &error.span);
    }
    let mut last = 0;
    for document in &parsed.documents {
        check_span(text, &document.span);
        assert!(last <= document.span.start, "documents overlap: {text:?}");
        last = document.span.end;
        check_document(text, document);
    }
}

fn check_document(text: &str, document: &Document<'_>) {
    let value = to_json(document);
    let typed: Result<Value, _> = from_document(document);
    match (&value, &typed) {
        (Ok(value), Ok(typed)) => assert_eq!(value, typed, "two readers disagree: {text:?}"),
        (Err(error), _) | (_, Err(error)) => check_span(text, &error.span),
    }
    drop(duplicate_keys(document));
    drop(from_document::<Spanned<Value>>(document));
    if let Some(root) = &document.root {
        check_node(text, &document.span, root);
        let mut paths = Vec::new();
        collect_paths(root, &mut Vec::new(), &mut paths);
        // a bound on the work, not on what is worth trying
        for path in paths.iter().take(12) {
            try_edits(text, document, path);
        }
    }
}

fn check_span(text: &str, span: &Range<usize>) {
    assert!(
        text.get(span.clone()).is_some(),
        "a span off the text or off a character: {span:?} in {text:?}"
    );
}

fn check_node(text: &str, outer: &Range<usize>, node: &Node<'_>) {
    check_span(text, &node.span);
    assert!(
        outer.start <= node.span.start && node.span.end <= outer.end,
        "{:?} not in {outer:?}: {text:?}",
        node.span
    );
    match &node.kind {
        Kind::Scalar { text: decoded, .. } => {
            for (offset, _) in decoded.char_indices().take(64) {
                let at = node.offset_in_source(text, offset);
                assert!(
                    at <= node.span.end && text.is_char_boundary(at),
                    "offset {offset} leads to {at}: {text:?}"
                );
            }
        }
        Kind::Sequence { items, .. } => items.iter().for_each(|item| check_node(text, &node.span, item)),
        Kind::Mapping { entries, .. } => {
            for (key, value) in entries {
                check_node(text, &node.span, key);
                check_node(text, &node.span, value);
            }
        }
        Kind::Alias(_) => {}
    }
}

fn collect_paths(node: &Node<'_>, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match &node.kind {
        Kind::Sequence { items, .. } => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string());
                paths.push(path.clone());
                collect_paths(item, path, paths);
                path.pop();
            }
        }
        Kind::Mapping { entries, .. } => {
            for (key, value) in entries {
                path.push(key.as_str().unwrap_or("?").to_owned());
                paths.push(path.clone());
                collect_paths(value, path, paths);
                path.pop();
            }
        }
        Kind::Scalar { .. } | Kind::Alias(_) => {}
    }
}

/// Each edit is either refused or passes the guard, alone and together.
fn try_edits(text: &str, document: &Document<'_>, path: &[String]) {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let attempts: [fn(&mut Editor<'_, '_>, &[&str]) -> bool; 6] = [
        |editor, path| editor.remove(path).is_ok(),
        |editor, path| editor.set(path, "new: value").is_ok(),
        |editor, path| editor.rename(path, "new key").is_ok(),
        |editor, path| editor.insert(path, "new", "value").is_ok(),
        |editor, path| editor.insert(&path[..path.len() - 1], "new", "a\nb\n").is_ok(),
        |editor, path| {
            let parent = &path[..path.len() - 1];
            editor.remove(path).is_ok() && editor.insert(parent, "new", "value").is_ok()
        },
    ];
    for attempt in attempts {
        let mut editor = Editor::new(document);
        if !attempt(&mut editor, &path) {
            continue;
        }
        if let Ok((edits, expectation)) = editor.plan() {
            check_edits(text, document, &edits);
            if let Err(error) = guard(text, edits, &[expectation]) {
                panic!("the guard refuses what the editor promised: {error} at {path:?} in {text:?}");
            }
        }
    }
}

fn check_edits(text: &str, document: &Document<'_>, edits: &[Edit]) {
    for edit in edits {
        assert!(
            document.span.start <= edit.range.start && edit.range.end <= document.span.end,
            "{edit:?} in {text:?}"
        );
    }
    assert!(
        apply(text, edits.to_vec()).is_ok(),
        "edits overlap: {edits:?} in {text:?}"
    );
}

//! Any valid document, any edit: the result means what was planned and every byte that is not the edit's stays.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helper functions of tests

use proptest::prelude::*;
use spanned_yaml::{Document, Editor, Kind, Node, guard, parse};
use std::collections::BTreeMap;

/// A value and the ways to write it.
#[derive(Debug, Clone)]
enum Shape {
    /// As written, in block or flow.
    Scalar(&'static str),
    /// A block scalar: header and lines.
    Block(&'static str, Vec<&'static str>),
    Map {
        entries: Vec<(usize, Shape)>,
        flow: Flow,
        commented: bool,
    },
    List {
        items: Vec<Shape>,
        flow: Flow,
        indented: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Flow {
    No,
    Line,
    Lines,
}

/// Distinct keys in different notations.
const KEYS: [&str; 8] = [
    "a",
    "b.io/c-d",
    "\"q r\"",
    "'s'",
    "e",
    "\"json\"",
    "nginx.ingress.kubernetes.io/x",
    "é",
];

fn scalar() -> impl Strategy<Value = Shape> {
    let texts = [
        "x",
        "'it''s'",
        "\"a\\n\\u00e9\"",
        "80",
        "true",
        "",
        "~",
        "http://h/$1",
        "'on'",
        "\"\"",
        "two words",
    ];
    prop::sample::select(texts.to_vec()).prop_map(Shape::Scalar)
}

fn block_scalar() -> impl Strategy<Value = Shape> {
    let headers = prop::sample::select(vec!["|", "|-", "|+", ">", ">-"]);
    let lines = prop::sample::select(vec!["x;", "", "  y {", "# not a comment", "z: 1"]);
    (headers, prop::collection::vec(lines, 0..4)).prop_map(|(header, mut lines)| {
        lines.insert(0, "first");
        Shape::Block(header, lines)
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let flow = || prop::sample::select(vec![Flow::No, Flow::No, Flow::No, Flow::Line, Flow::Lines]);
    prop_oneof![3 => scalar(), 1 => block_scalar()].prop_recursive(4, 24, 4, move |inner| {
        let keys = Just((0..KEYS.len()).collect::<Vec<_>>()).prop_shuffle();
        let map = (keys, prop::collection::vec(inner.clone(), 0..4), flow(), any::<bool>());
        let map = map.prop_map(|(keys, values, flow, commented)| Shape::Map {
            entries: keys.into_iter().zip(values).collect(),
            flow,
            commented,
        });
        let list = (prop::collection::vec(inner, 0..3), flow(), any::<bool>());
        let list = list.prop_map(|(items, flow, indented)| Shape::List { items, flow, indented });
        prop_oneof![3 => map, 1 => list]
    })
}

/// Writes shapes as YAML.
struct Writer {
    text: String,
    step: usize,
}

impl Writer {
    fn indent(&mut self, column: usize) {
        self.text.push_str(&" ".repeat(column));
    }

    /// Writes `shape` behind a colon or dash whose entry stands at `column`; ends the line.
    fn value(&mut self, shape: &Shape, column: usize, behind_dash: bool) {
        match shape {
            Shape::Scalar("") => self.text.push('\n'),
            Shape::Scalar(text) => self.text.push_str(&format!(" {text}\n")),
            Shape::Block(header, lines) => self.block(header, lines, column + self.step),
            Shape::Map {
                entries,
                flow: Flow::No,
                commented,
            } if !entries.is_empty() => {
                let inner = if behind_dash { column + 2 } else { column + self.step };
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.lead(at == 0, behind_dash, *commented, inner);
                    self.text.push_str(&format!("{}:", KEYS[*key]));
                    self.value(value, inner, false);
                }
            }
            Shape::List {
                items,
                flow: Flow::No,
                indented,
            } if !items.is_empty() => {
                let step = if *indented { self.step } else { 0 };
                let inner = if behind_dash { column + 2 } else { column + step };
                for (at, item) in items.iter().enumerate() {
                    self.lead(at == 0, behind_dash, false, inner);
                    self.text.push('-');
                    self.value(item, inner, true);
                }
            }
            _ => {
                self.text.push(' ');
                self.flow(shape, column + self.step);
                self.text.push_str(" # trail\n");
            }
        }
    }

    fn block(&mut self, header: &str, lines: &[&str], column: usize) {
        self.text.push_str(&format!(" {header}\n"));
        for line in lines {
            let indent = if line.is_empty() { 0 } else { column };
            self.text.push_str(&format!("{}{line}\n", " ".repeat(indent)));
        }
    }

    /// What stands before a child of a block collection on its line.
    fn lead(&mut self, first: bool, behind_dash: bool, commented: bool, column: usize) {
        if first && behind_dash {
            self.text.push(' ');
            return;
        }
        if first {
            self.text.push('\n');
        }
        if commented {
            self.indent(column);
            self.text.push_str("# about the next\n");
        }
        self.indent(column);
    }

    fn flow(&mut self, shape: &Shape, column: usize) {
        let (brackets, flow, count) = match shape {
            Shape::Map { entries, flow, .. } => ("{}", *flow, entries.len()),
            Shape::List { items, flow, .. } => ("[]", *flow, items.len()),
            Shape::Scalar(text) => {
                self.text.push_str(if text.is_empty() { "null" } else { text });
                return;
            }
            Shape::Block(_, lines) => {
                self.text.push_str(&format!("\"{}\"", lines.join("\\n")));
                return;
            }
        };
        self.text.push_str(&brackets[..1]);
        let lines = flow == Flow::Lines && count > 0;
        for at in 0..count {
            if lines {
                self.text.push('\n');
                self.indent(column);
            }
            match shape {
                Shape::Map { entries, .. } => {
                    self.text.push_str(&format!("{}: ", KEYS[entries[at].0]));
                    self.flow(&entries[at].1, column + 2);
                }
                Shape::List { items, .. } => self.flow(&items[at], column + 2),
                Shape::Scalar(_) | Shape::Block(..) => {}
            }
            if at + 1 < count {
                self.text.push_str(if lines { ", # next" } else { ", " });
            }
        }
        if lines {
            self.text.push('\n');
            self.indent(column - 1);
        }
        self.text.push_str(&brackets[1..]);
    }
}

fn document() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(shape(), 1..4),
        2..5usize,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(values, step, crlf, eof)| {
            let mut writer = Writer {
                text: "# head\n".to_owned(),
                step,
            };
            for (key, value) in ["kind", "metadata", "spec"].into_iter().zip(&values) {
                writer.text.push_str(&format!("{key}:"));
                writer.value(value, 0, false);
            }
            let mut text = writer.text;
            if eof {
                text.truncate(text.trim_end_matches('\n').len());
            }
            if crlf { text.replace('\n', "\r\n") } else { text }
        })
}

/// Every scalar as it is written, by its path.
fn leaves(text: &str, node: &Node<'_>, path: &mut Vec<String>, found: &mut BTreeMap<Vec<String>, String>) {
    match &node.kind {
        Kind::Mapping { entries, .. } => {
            for (key, value) in entries {
                path.push(key.as_str().unwrap().to_owned());
                leaves(text, value, path, found);
                path.pop();
            }
        }
        Kind::Sequence { items, .. } => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string());
                leaves(text, item, path, found);
                path.pop();
            }
        }
        _ => drop(found.insert(path.clone(), text[node.span.clone()].to_owned())),
    }
}

/// Every path in the document, to collections too.
fn paths(node: &Node<'_>, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let children: Vec<(String, &Node<'_>)> = match &node.kind {
        Kind::Mapping { entries, .. } => entries
            .iter()
            .map(|(k, v)| (k.as_str().unwrap().to_owned(), v))
            .collect(),
        Kind::Sequence { items, .. } => items.iter().enumerate().map(|(at, v)| (at.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        path.push(name);
        found.push(path.clone());
        paths(child, path, found);
        path.pop();
    }
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Set,
    Remove,
    Rename,
    Insert,
    Swap,
}

/// Makes the change at `path`; false when it does not fit there.
fn change(editor: &mut Editor<'_, '_>, node: &Node<'_>, path: &[&str], change: Change) -> bool {
    let (last, parent) = path.split_last().unwrap();
    let in_map = last.parse::<usize>().is_err();
    let is_map = matches!(node.kind, Kind::Mapping { .. });
    match change {
        Change::Set => matches!(node.kind, Kind::Scalar { .. }) && editor.set(path, "yes: no").is_ok(),
        Change::Remove => editor.remove(path).is_ok(),
        Change::Rename => in_map && editor.rename(path, "new key").is_ok(),
        Change::Insert => is_map && editor.insert(path, "new/key", "#1").is_ok(),
        Change::Swap => in_map && editor.remove(path).is_ok() && editor.insert(parent, "new/key", "a, b").is_ok(),
    }
}

fn all_leaves(document: &Document<'_>) -> BTreeMap<Vec<String>, String> {
    let mut found = BTreeMap::new();
    leaves(
        document.source(),
        document.root.as_ref().unwrap(),
        &mut Vec::new(),
        &mut found,
    );
    found
}

fn comments(document: &Document<'_>) -> usize {
    document.comments.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_global_rejects: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_change_what_they_say(
        text in document(),
        wanted in prop::sample::select(vec![Change::Set, Change::Remove, Change::Rename, Change::Insert, Change::Swap]),
        at in any::<prop::sample::Index>(),
    ) {
        let file = format!("first: doc # 1\n---\n{text}");
        let parsed = parse(&file);
        prop_assert_eq!(&parsed.errors, &[], "{}", file);
        let document = &parsed.documents[1];
        let mut found = Vec::new();
        paths(document.root.as_ref().unwrap(), &mut Vec::new(), &mut found);
        let path: Vec<&str> = at.get(&found).iter().map(String::as_str).collect();
        let (_, node) = document.find(&path).unwrap();
        let mut editor = Editor::new(document);
        prop_assume!(change(&mut editor, node, &path, wanted));
        let (edits, expectation) = editor.plan().map_err(|error| TestCaseError::fail(format!("{error}: {wanted:?} {path:?}\n{text}")))?;
        let edited = guard(&file, edits, &[expectation]).map_err(|error| TestCaseError::fail(format!("{error}: {path:?}\n{text}")))?;
        prop_assert!(edited.starts_with("first: doc # 1\n---\n"));
        let after = parse(&edited);
        let now = all_leaves(&after.documents[1]);
        let parent: Vec<String> = path[..path.len() - 1].iter().map(|step| (*step).to_owned()).collect();
        let in_list = path[path.len() - 1].parse::<usize>().is_ok();
        for (leaf, written) in all_leaves(document) {
            let touched = leaf.iter().zip(&path).all(|(a, b)| a == b) || in_list && leaf.starts_with(&parent);
            if !touched {
                prop_assert_eq!(now.get(&leaf), Some(&written), "{:?} {:?}\n{}\n{}", wanted, path, text, edited);
            }
        }
        if matches!(wanted, Change::Insert | Change::Rename) {
            prop_assert_eq!(comments(document), comments(&after.documents[1]), "{}\n{}", text, edited);
        }
        if !text.contains('\r') {
            prop_assert!(!edited.contains('\r'));
        } else {
            let (_, second) = edited.split_once("---\n").unwrap();
            prop_assert_eq!(second.matches('\n').count(), second.matches("\r\n").count(), "{:?}", second);
        }
    }
}

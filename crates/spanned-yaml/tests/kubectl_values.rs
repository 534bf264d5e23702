//! Every file of `fixtures/yaml` read as kubectl reads it. `EXPECTED-sigs-yaml.tsv` was written by sigs.k8s.io/yaml 1.3.0
//! over yaml.v2 2.4.0, with documents cut as k8s.io/apimachinery `YAMLReader` does: one line per file, documents
//! separated by ` ;; `, `strict:ERR(...)` where the strict reader refuses what the usual one takes.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helper functions of tests

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// What we give instead of what the reference gives, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "07-anchor-merge.yaml",
        r#"{"base":{"a":1,"b":2},"true":{"a":1,"b":2},"x":{"a":1,"b":3},"z":{"a":1,"b":2,"c":4}}"#,
        "the values agree; only the strict reader calls a key that overrides a merged one a duplicate",
    ),
    (
        "16-doc-end.yaml",
        r#"{"a":1} ;; ERR(kubectl ignores what follows `...` without a `---` line)"#,
        "kubectl drops the rest silently; we tell of it",
    ),
    (
        "20b-json-slash.yaml",
        r#"{"s":"a/b"}"#,
        "refused as YAML, but kubectl tries JSON first, where `\\/` is an escape",
    ),
    (
        "20c-json-surrogate.yaml",
        r#"{"s":"🎉"}"#,
        "refused as YAML, but kubectl tries JSON first, where pairs are right",
    ),
    (
        "22-json-stream.yaml",
        r#"{"a":1} ;; {"b":2}"#,
        "the reference knows only YAML; kubectl reads a stream of JSON values",
    ),
    (
        "23-sep-content.yaml",
        r#"ERR(nothing but a comment may follow `---` on its line: kubectl refuses the file) ;; {"b":2}"#,
        "kubectl gives up at the separator; we go on with the next document",
    ),
    (
        "24-sep-text.yaml",
        r#"{"a":1} ;; ERR(nothing but a comment may follow `---` on its line: kubectl refuses the file)"#,
        "kubectl also loses the document before the bad separator",
    ),
    (
        "43-nbsp-crlf-tabs-snippet.yaml",
        r#"{"a":"if ($x) {\n\treturn 403;\n}\n","b":1}"#,
        "kubectl refuses a line of a block scalar that holds only a tab",
    ),
];

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yaml")
}

/// One outcome per document or error, in source order, in the notation of the table.
fn ours(bytes: &[u8]) -> String {
    let text = match spanned_yaml::decode(bytes) {
        Ok(text) => text,
        Err(error) => return format!("ERR({error})"),
    };
    let parsed = spanned_yaml::parse(text);
    let mut outcomes: Vec<(usize, String)> = Vec::new();
    for error in &parsed.errors {
        outcomes.push((error.span.start, format!("ERR({})", error.message)));
    }
    for document in &parsed.documents {
        let outcome = match spanned_yaml::to_json(document) {
            Ok(value) if spanned_yaml::duplicate_keys(document).is_empty() => sorted(value).to_string(),
            Ok(value) => format!("{} strict:ERR(duplicate)", sorted(value)),
            Err(error) => format!("ERR({})", error.message),
        };
        outcomes.push((document.span.start, outcome));
    }
    outcomes.sort_by_key(|(start, _)| *start);
    outcomes
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect::<Vec<_>>()
        .join(" ;; ")
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(map) => {
            let map: BTreeMap<String, Value> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(map.into_iter().collect())
        }
        other => other,
    }
}

/// Two outcomes agree when values are equal as JSON and both refuse or none does; wording is not compared.
fn agree(expected: &str, ours: &str) -> bool {
    let (expected, ours): (Vec<_>, Vec<_>) = (expected.split(" ;; ").collect(), ours.split(" ;; ").collect());
    expected.len() == ours.len()
        && expected
            .iter()
            .zip(ours)
            .all(|(expected, ours)| one_agrees(expected, ours))
}

fn one_agrees(expected: &str, ours: &str) -> bool {
    let refused = |outcome: &str| outcome.starts_with("ERR(") || outcome.starts_with("SPLITERR(");
    if refused(expected) || refused(ours) {
        return refused(expected) && refused(ours);
    }
    let parts = |outcome: &str| match outcome.split_once(" strict:ERR(") {
        Some((value, _)) => (value.to_owned(), true),
        None => (outcome.to_owned(), false),
    };
    let ((expected, expected_strict), (ours, ours_strict)) = (parts(expected), parts(ours));
    expected_strict == ours_strict && json(&expected) == json(&ours)
}

/// The value, or the text itself when it is nested too deep for the JSON reader.
fn json(text: &str) -> Value {
    serde_json::from_str(text).map_or_else(|_| Value::String(text.to_owned()), sorted)
}

#[test]
fn values_are_those_of_kubectl() {
    let expected = fs::read_to_string(fixtures().join("EXPECTED-sigs-yaml.tsv")).expect("the table is there");
    let mut found = Vec::new();
    let mut count = 0;
    for line in expected.lines() {
        let (file, expected) = line.split_once('\t').expect("file and outcome");
        let ours = ours(&fs::read(fixtures().join(file)).expect("the case is there"));
        count += 1;
        if !agree(expected, &ours) {
            found.push((file.to_owned(), ours));
        }
    }
    assert_eq!(count, 54);
    let listed: Vec<_> = DIFFERENCES
        .iter()
        .map(|(file, ours, _)| ((*file).to_owned(), (*ours).to_owned()))
        .collect();
    assert_eq!(found, listed);
}

/// Values that the files do not hold, each as sigs.k8s.io/yaml 1.3.0 gives it.
const RARE: &[(&str, &str)] = &[
    (
        "[.2_178, ._5, 1_0.5, 0x_1F, -0b11, +9223372036854775808]",
        "[0.2178,\"._5\",10.5,31,-3,9.223372036854775808e18]",
    ),
    (
        "[! 1, !x yes, !!str 1, !!int '2', !!float 3, !!binary aGk=]",
        "[\"1\",\"yes\",\"1\",2,3,\"hi\"]",
    ),
    (
        "{1e6: a, 1.50: b, 1e-5: c, 5e87: d, 0x10: e}",
        r#"{"1e+06":"a","1.5":"b","1e-05":"c",".inf":"d","16":"e"}"#,
    ),
    (
        "{x: &x {a: 1, b: 2}, m: {b: 3, <<: *x}}",
        r#"{"x":{"a":1,"b":2},"m":{"a":1,"b":2}}"#,
    ),
    (
        "{x: &x {a: 1}, z: &z {a: 2}, m: {<<: [*x, *z]}}",
        r#"{"x":{"a":1},"z":{"a":2},"m":{"a":1}}"#,
    ),
    ("{x: &x {a: 1}, m: {'<<': *x}}", r#"{"x":{"a":1},"m":{"<<":{"a":1}}}"#),
    (
        "{m: {<<: 1}}",
        "map merge requires map or sequence of maps as the value",
    ),
    ("!!int x", "cannot read `x` as !!int"),
    (".inf", "infinity and not-a-number cannot be JSON values"),
    ("~: 1", "invalid map key: only text, numbers and booleans can be keys"),
];

#[test]
fn rare_values_are_those_of_kubectl() {
    let value = |text: &str| match spanned_yaml::to_json(&spanned_yaml::parse(text).documents[0]) {
        Ok(value) => value.to_string(),
        Err(error) => error.message,
    };
    for (text, expected) in RARE {
        let wanted: Result<Value, _> = serde_json::from_str(expected);
        let found = value(text);
        match wanted {
            Ok(wanted) => assert_eq!(
                sorted(serde_json::from_str(&found).expect("a value")),
                sorted(wanted),
                "{text}"
            ),
            Err(_) => assert_eq!(found, *expected, "{text}"),
        }
    }
}

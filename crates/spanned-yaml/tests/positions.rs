//! Offsets in decoded text lead back to the bytes of the file.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helper functions of tests

use spanned_yaml::parse;

/// Every character of the value of `a` that is written as itself must be found where it is written.
fn check(text: &str, decoded: &str) {
    let parsed = parse(text);
    let document = &parsed.documents[0];
    let (_, node) = document.find(&["a"]).unwrap();
    assert_eq!(node.as_str(), Some(decoded), "{text}");
    for (offset, c) in decoded.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let at = document.offset_in_source(node, offset);
        let found = text[at..].chars().next();
        assert!(
            found == Some(c) || found == Some('\\') || text[at..].starts_with("''"),
            "{text}: {c} at {at}"
        );
    }
    assert!(
        node.span
            .contains(&(document.offset_in_source(node, decoded.len()) - 1)),
        "{text}: the end"
    );
}

#[test]
fn block_scalars() {
    check(
        "a: |\n  if ($x) {\n    return 4é3;\n\n  \tdeny;\n  }\nb: 1\n",
        "if ($x) {\n  return 4é3;\n\n\tdeny;\n}\n",
    );
    check("a: |2-\n    x\n   y\r\n  z\n", "  x\n y\nz");
    check(
        "a: >-\n  one\n  two\n\n  three\n    more\n  end",
        "one two\nthree\n  more\nend",
    );
    check("a: >\r\n\r\n  x\r\n\r\n\r\n  yz\r\n", "\nx\n\nyz\n");
}

#[test]
fn quoted_and_plain_scalars() {
    check(
        "a: \"b\\tc\\u00e9\\x41d\\U0001F389e\\ud83c\\udf89f\\\n   g\"\n",
        "b\tcéAd🎉e🎉fg",
    );
    check("a: \"one\n  two\n\n  three \\\" x\"\n", "one two\nthree \" x");
    check("a: 'it''s  fine\n  é'\n", "it's  fine é");
    check("a: one\r\n  two   three\r\n\r\n  four # c\r\n", "one two   three\nfour");
}

#[test]
fn a_place_in_a_snippet() {
    let text = "x:\n  a: |\n    location / {\n      deny all;\n    }\n";
    let parsed = parse(text);
    let (_, node) = parsed.documents[0].find(&["x", "a"]).unwrap();
    let offset = node.as_str().unwrap().find("deny").unwrap();
    assert_eq!(node.offset_in_source(text, offset), text.find("deny").unwrap());
}

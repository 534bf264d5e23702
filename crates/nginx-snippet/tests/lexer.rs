//! nginx's token rules, as nginx itself decides them.

use nginx_snippet::{Body, Directive, Tree, parse};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

fn words(text: &str) -> Vec<Vec<String>> {
    let tree = parse(text);
    assert_eq!(tree.errors, [], "{text:?}");
    tree.directives.iter().map(all).collect()
}

fn all(directive: &Directive) -> Vec<String> {
    std::iter::once(&directive.name)
        .chain(&directive.args)
        .map(|word| word.text.clone())
        .collect()
}

fn error(text: &str) -> String {
    parse(text).errors.first().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn escapes_of_quotes_backslash_and_controls_are_undone() {
    assert_eq!(
        words(r#"a "x\"y" 'q\'r' b\\c t\tn "l\nl" \d+;"#),
        [["a", "x\"y", "q'r", "b\\c", "t\tn", "l\nl", "\\d+"]]
    );
    assert_eq!(words(r"set $a b\ c;"), [["set", "$a", r"b\ c"]]);
    assert_eq!(words(r"set $a b\;c;"), [["set", "$a", r"b\;c"]]);
}

#[test]
fn braces_hashes_and_quotes_inside_a_word_are_plain() {
    assert_eq!(
        words("set $a b#c; # a comment; {\nset $b ${host}x;"),
        [["set", "$a", "b#c"], ["set", "$b", "${host}x"]]
    );
    assert_eq!(
        words("set $a b}c; set $a b\"c\";"),
        [["set", "$a", "b}c"], ["set", "$a", "b\"c\""]]
    );
    assert_eq!(
        words("proxy_set_header\r\n  X\r\n  y;"),
        [["proxy_set_header", "X", "y"]]
    );
}

#[test]
fn a_brace_ends_an_unquoted_regex() {
    let tree = parse("location ~ ^/a{2}$ { return 200; }");
    assert_eq!(all(&tree.directives[0].children()[0]), ["2}$"]);
    assert_eq!(tree.errors[0].to_string(), "unexpected end of file, expecting \"}\"");
    assert_eq!(parse("location ~ \"^/a{2}$\" { return 200; }").errors, []);
    assert_eq!(
        all(&parse("location ~ /a${ return 200; }").directives[0]),
        ["location", "~", "/a${", "return", "200"]
    );
}

#[test]
fn an_error_is_worded_as_nginx_words_it() {
    assert_eq!(error("set $a \"b\"c;"), "unexpected \"c\"");
    assert_eq!(error("return 200"), "unexpected end of file, expecting \";\" or \"}\"");
    assert_eq!(
        error("if ($a) { return 200;"),
        "unexpected end of file, expecting \"}\""
    );
    assert_eq!(error("return 200; }"), "unexpected \"}\"");
    assert_eq!(error(";"), "unexpected \";\"");
    assert_eq!(
        error("set $a \"b;"),
        "too long parameter, probably missing terminating \"\"\" character"
    );
    assert_eq!(error(&format!("set $a {};", "x".repeat(5000))), "too long parameter");
}

#[test]
fn a_parenthesis_may_follow_a_quote() {
    assert_eq!(
        words("if ($http_x ~ \"a b\") { return 403; }")[0],
        ["if", "($http_x", "~", "a b", ")"]
    );
}

#[test]
fn lua_is_kept_raw() {
    let code = " ngx.say('}', \"{\", [[}]]) -- }\n if x then y = {} end --[==[ } ]==] ";
    let tree = parse(&format!("content_by_lua_block {{{code}}} return 200;"));
    assert_eq!(tree.errors, []);
    assert_eq!(
        tree.directives[0].block.as_ref().map(|block| &block.body),
        Some(&Body::Lua(code.to_owned()))
    );
    assert_eq!(tree.directives.len(), 2);
    assert!(error("content_by_lua_block { ngx.say('}') ").starts_with("Lua code block missing"));
}

#[test]
fn spans_cover_what_was_written() {
    let text = "if ($a = \"b c\") { set $x 'y'; }";
    let tree = parse(text);
    let inner = &tree.directives[0].children()[0];
    assert_eq!(inner.span.of(text), "set $x 'y';");
    assert_eq!(inner.args[1].span.of(text), "'y'");
    assert_eq!(tree.directives[0].span.of(text), text);
}

/// The tree without positions and quotes.
fn shape(list: &[Directive]) -> Vec<(Vec<String>, Option<String>, Vec<String>)> {
    let inner = |one: &Directive| shape(one.children()).iter().map(|part| format!("{part:?}")).collect();
    let lua = |one: &Directive| match one.block.as_ref().map(|block| &block.body) {
        Some(Body::Lua(code)) => Some(code.clone()),
        Some(Body::Directives(_)) => Some(String::new()),
        None => None,
    };
    list.iter().map(|one| (all(one), lua(one), inner(one))).collect()
}

fn holds(text: &str) -> Result<(), String> {
    let tree: Tree = parse(text);
    if let Some(error) = tree
        .errors
        .iter()
        .find(|error| error.span.end > text.len() || error.span.start > error.span.end)
    {
        return Err(format!("{error:?} is outside of {text:?}"));
    }
    let unfinished_lua = tree.errors.iter().any(|error| error.to_string().starts_with("Lua"));
    let again = parse(&tree.to_string());
    if !unfinished_lua && shape(&again.directives) != shape(&tree.directives) {
        return Err(format!("{tree} reads as {again:?}"));
    }
    Ok(())
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_bytes_lex_or_fail_inside_the_text(bytes in any::<Vec<u8>>()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let held = holds(&text);
        prop_assert!(held.is_ok(), "{held:?}");
    }

    #[test]
    fn anything_like_a_configuration_prints_to_itself(text in "([a-z$#/\\\\]{1,3}|[ \n]|[;{}'\")(]|\\$\\{|x_by_lua_block \\{|--|\\[\\[){0,40}") {
        let held = holds(&text);
        prop_assert!(held.is_ok(), "{held:?}");
    }

    #[test]
    fn a_comment_changes_nothing(text in "[a-z ;]{0,30}") {
        let commented = format!("# x ; {{\n{text}");
        prop_assert_eq!(shape(&parse(&commented).directives), shape(&parse(&text).directives));
    }
}

#[test]
fn a_quote_inside_of_a_word_is_no_closing_one() {
    assert_eq!(holds("${\" )\n"), Ok(()));
}

#[test]
fn deep_and_long_texts_are_read_in_linear_steps() {
    for piece in [
        "a{",
        "{",
        "}",
        "\"",
        "'",
        "\\",
        "$",
        "${",
        "#",
        ";",
        "a;",
        "x_by_lua_block{",
        "[",
        "[=",
        "--[[",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let tree = parse(&text);
        assert!(
            tree.errors.iter().all(|error| error.span.end <= text.len()),
            "{piece:?}"
        );
    }
}

//! What must hold for any text read as nginx configuration. Used by the fuzz target and by a bounded test of
//! `nginx-snippet`.

use nginx_snippet::{
    Body, Context, Directive, Pcre, Program, RequestFacts, Span, check, evaluate, hints, parse, read, redact, secrets,
};

/// Reads `text` in every way: no panic, places inside the text, and what is printed reads back the same.
pub(crate) fn exercise(text: &str) {
    let tree = parse(text);
    for error in &tree.errors {
        inside(text, error.span);
    }
    let lua_is_open = tree.errors.iter().any(|error| error.to_string().starts_with("Lua"));
    let again = parse(&tree.to_string());
    assert!(
        lua_is_open || shape(&again.directives) == shape(&tree.directives),
        "printed otherwise: {text:?}"
    );
    for context in [Context::Location, Context::Server, Context::Http] {
        check(&tree, context)
            .iter()
            .for_each(|problem| inside(text, problem.span));
    }
    hints(&tree).iter().for_each(|hint| inside(text, hint.span));
    for directive in &tree.directives {
        inside(text, directive.span);
        secrets(directive).iter().for_each(|secret| inside(text, secret.span));
        drop(redact(directive));
        directive.args.iter().for_each(|arg| drop(Pcre::new(&arg.text).to_go()));
    }
    let request = RequestFacts::new("GET", "http", "a.example", "/a/b?c=d").header("Origin", "https://b.example");
    for program in [Program::location(&tree), Program::server(&tree)] {
        drop(evaluate(&program, &request));
        let reading = read(&program);
        let taken = reading
            .branches()
            .filter(|branch| branch.applies(&request) == Some(true));
        drop(taken.map(nginx_snippet::Branch::idiom).collect::<Vec<_>>());
    }
}

fn inside(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is not in {text:?}");
}

fn shape(list: &[Directive]) -> Vec<String> {
    let one = |directive: &Directive| {
        let words: Vec<&str> = std::iter::once(&directive.name)
            .chain(&directive.args)
            .map(|word| word.text.as_str())
            .collect();
        let lua = match directive.block.as_ref().map(|block| &block.body) {
            Some(Body::Lua(code)) => code.as_str(),
            Some(Body::Directives(_)) => "{}",
            None => ";",
        };
        format!("{words:?} {lua} {:?}", shape(directive.children()))
    };
    list.iter().map(one).collect()
}

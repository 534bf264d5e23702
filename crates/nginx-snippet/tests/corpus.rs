//! What people write in snippets, written anew after their pattern, and what becomes of each.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::PathBuf;

use nginx_snippet::{Branch, Context, Effect, Guard, Program, Test, check, parse, read, secrets};

struct Text {
    name: String,
    context: Context,
    text: String,
}

fn texts() -> Vec<Text> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/snippets/corpus"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(read_text).collect()
}

/// The first line says where the snippet stands.
fn read_text(file: &PathBuf) -> Text {
    let text = std::fs::read_to_string(file).unwrap();
    let context = match text.lines().next().unwrap() {
        "# in a location" | "# in an auth location" => Context::Location,
        "# in a server" => Context::Server,
        "# in a http" => Context::Http,
        "# in a stream" => Context::Stream,
        other => panic!("{file:?} begins with {other:?}"),
    };
    Text {
        name: file.file_stem().unwrap().to_str().unwrap().to_owned(),
        context,
        text,
    }
}

fn guard(guard: &Guard) -> String {
    let test = match &guard.test {
        Test::Equals(text) => format!("= {text:?}"),
        Test::Matches(pattern) => format!("~{} {:?}", if pattern.caseless { "*" } else { "" }, pattern.source),
        Test::Truthy => "is set".to_owned(),
    };
    format!("{:?} {test}", guard.subject)
}

/// An effect in a few words.
fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Answer { status, text } => format!(
            "answer {status} {}",
            text.as_ref().map(ToString::to_string).unwrap_or_default()
        ),
        Effect::Redirect {
            status,
            target,
            keep_query,
            ..
        } => format!(
            "redirect {status} {target}{}",
            if *keep_query { " + query" } else { "" }
        ),
        Effect::Rewrite {
            pattern, target, again, ..
        } => format!(
            "path {:?} -> {target}{}",
            pattern.source,
            if *again { ", looked up again" } else { "" }
        ),
        Effect::SetResponseHeader { name, value, .. } => format!("answer's {name}: {value}"),
        Effect::AddResponseHeader { name, value, always } => {
            format!("answer's {name}: {value} added{}", if *always { " always" } else { "" })
        }
        Effect::ClearResponseHeader { name, .. } => format!("answer's {name} removed"),
        Effect::SetRequestHeader { name, duplicate, .. } => {
            format!("backend's {name} set{}", if *duplicate { ", a second one" } else { "" })
        }
        Effect::ClearRequestHeader { name } => format!("backend's {name} removed"),
        Effect::Setting { annotation, args, .. } => {
            format!("{annotation} {}", args.join(" ").lines().next().unwrap_or_default())
        }
        Effect::Untranslatable { why, advice } => format!("BY HAND {why}: {advice}"),
        other => format!("{other:?}"),
    }
}

fn describe(branch: &Branch, out: &mut String) {
    let guards: Vec<String> = branch.positive().map(guard).collect();
    let when = if guards.is_empty() {
        "else".to_owned()
    } else {
        guards.join(" and ")
    };
    let idiom = branch.idiom().map(|idiom| format!(" ({idiom:?})")).unwrap_or_default();
    writeln!(out, "  {when}{idiom}").unwrap();
    for intent in &branch.intents {
        writeln!(out, "    {}", effect(&intent.effect)).unwrap();
    }
}

/// `true` when everything has another way to be said, or need not be.
fn verdict(text: &Text, out: &mut String) -> bool {
    let tree = parse(&text.text);
    let problems = check(&tree, text.context);
    for problem in problems.iter().filter(|problem| problem.unless.is_none()) {
        writeln!(out, "  nginx refuses it: {}", problem.message).unwrap();
    }
    for secret in tree.directives.iter().flat_map(secrets) {
        writeln!(out, "  a secret under {}", secret.name).unwrap();
    }
    let program = match text.context {
        Context::Location => Program::location(&tree),
        _ => Program::server(&tree),
    };
    let reading = read(&program);
    for branch in reading.branches() {
        describe(branch, out);
    }
    reading.untranslatable().is_empty()
}

#[test]
fn every_text_has_a_verdict() {
    let (mut all, mut resolved, mut lua, mut report) = (0u32, 0u32, 0, String::new());
    for text in texts() {
        let mut lines = String::new();
        let whole = verdict(&text, &mut lines);
        let is_lua = text.text.contains("_by_lua");
        lua += u32::from(is_lua);
        all += u32::from(!is_lua);
        resolved += u32::from(whole && !is_lua);
        writeln!(
            report,
            "{}: {}\n{lines}",
            text.name,
            if whole { "resolved" } else { "by hand" }
        )
        .unwrap();
    }
    println!(
        "corpus: {resolved} of {all} texts without Lua resolved ({} %), {lua} with Lua",
        100 * resolved / all
    );
    insta::assert_snapshot!(report);
    assert!(resolved * 100 >= all * 80);
}

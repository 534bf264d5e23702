//! The line that data walks: a stage imports only the stages before it.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The stages in their order. What knows nothing of the line stands before those that use it.
const LINE: &[&str] = &[
    "hidden",
    "source",
    "finding",
    "settings_file",
    "rules",
    "settings_file",
    "model",
    "installation",
    "effective",
    "controller_config",
    "secrets",
    "lint",
    "admission",
    "cel",
    "plan",
    "walk",
    "emit",
    "report",
];

fn rank(stage: &str) -> usize {
    let found = LINE.iter().position(|known| *known == stage);
    found
        .unwrap_or_else(|| panic!("`{stage}` has no place in the line: add it to LINE and to the page ARCHITECTURE.md"))
}

/// The stage that a path inside the crate belongs to. A feature reads its settings in `effective` and says them in Traefik's
/// words in `plan`: there stand `traefik.rs` and what is `planned`.
fn stage(path: &[String], planned: &BTreeSet<Vec<String>>) -> String {
    let of_plan = |path: &[String]| planned.iter().any(|p| path.starts_with(p));
    match path {
        [first, ..] if first == "features" && of_plan(path) => "plan".into(),
        [first, ..] if first == "features" => "effective".into(),
        [first, ..] => first.clone(),
        [] => String::new(),
    }
}

/// Files of features that belong to `plan`: `traefik.rs`, and those beside it that import `plan`. Never `nginx.rs`.
fn planned(files: &BTreeMap<Vec<String>, Vec<Vec<String>>>) -> BTreeSet<Vec<String>> {
    let of_plan = |(path, imports): (&Vec<String>, &Vec<Vec<String>>)| {
        let [features, _, file, ..] = path.as_slice() else {
            return None;
        };
        let uses_plan = imports.iter().any(|i| i.first().is_some_and(|stage| stage == "plan"));
        let is = features == "features" && file != "nginx" && file != "mod" && (file == "traefik" || uses_plan);
        is.then(|| path.clone())
    };
    files.iter().filter_map(of_plan).collect()
}

/// Every path that begins with `crate::`, as segments; `crate::{a, b::c}` gives two.
fn imports(text: &str) -> Vec<Vec<String>> {
    let path = Regex::new(r"\bcrate::(\{[^}]*\}|[a-z0-9_]+(?:::[a-z0-9_]+)*)").expect("a regex");
    let split = |path: &str| path.trim().split("::").map(str::to_owned).collect::<Vec<_>>();
    let mut found = Vec::new();
    for capture in path.captures_iter(text) {
        match capture[1].strip_prefix('{').and_then(|g| g.strip_suffix('}')) {
            Some(group) => found.extend(group.split(',').filter(|p| !p.trim().is_empty()).map(split)),
            None => found.push(split(&capture[1])),
        }
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && path.file_name().is_some_and(|n| n != "lib.rs") {
            found.push(path);
        }
    }
}

/// Each source file, as the segments of its path, with its imports; the `super::` of a feature is written out.
fn read() -> BTreeMap<Vec<String>, Vec<Vec<String>>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let one = |file: PathBuf| {
        let inside = file.strip_prefix(&root).expect("below src").with_extension("");
        let path: Vec<String> = inside.iter().filter_map(|s| s.to_str()).map(str::to_owned).collect();
        // between the files of one feature
        let siblings = match path.as_slice() {
            [features, feature, _] if features == "features" => format!("crate::features::{feature}::"),
            _ => "super::".to_owned(),
        };
        let text = std::fs::read_to_string(&file).expect("a source file");
        (path, imports(&text.replace("super::", &siblings)))
    };
    files.into_iter().map(one).collect()
}

#[test]
fn a_stage_imports_only_the_stages_before_it() {
    let files = read();
    let planned = planned(&files);
    let mut wrong = Vec::new();
    for (path, imports) in &files {
        let own = stage(path, &planned);
        for import in imports {
            if rank(&stage(import, &planned)) > rank(&own) {
                wrong.push(format!(
                    "{} ({own}) imports crate::{}",
                    path.join("/"),
                    import.join("::")
                ));
            }
        }
    }
    assert!(files.len() > 50, "the test looks at nothing");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn groups_are_read() {
    let found = imports("use crate::{plan, emit::Emitted};\nuse crate::features::cors::traefik;");
    assert_eq!(
        found,
        [
            vec!["plan"],
            vec!["emit", "Emitted"],
            vec!["features", "cors", "traefik"]
        ]
    );
}

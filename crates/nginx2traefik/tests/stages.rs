//! The line that data walks: a stage imports only the stages before it.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use regex::Regex;
use std::path::{Path, PathBuf};

/// The stages in their order. What knows nothing of the line stands before those that use it.
const LINE: &[&str] = &[
    "source",
    "finding",
    "settings_file",
    "rules",
    "settings_file",
    "model",
    "installation",
    "effective",
    "controller_config",
    "lint",
    "plan",
    "emit",
    "report",
];

fn rank(stage: &str) -> usize {
    let found = LINE.iter().position(|known| *known == stage);
    found
        .unwrap_or_else(|| panic!("`{stage}` has no place in the line: add it to LINE and to the page ARCHITECTURE.md"))
}

/// The stage that a path inside the crate belongs to. A feature reads its settings in `effective`, and says them in Traefik's
/// words (`traefik.rs`) in `plan`.
fn stage(segments: &[&str]) -> String {
    match segments {
        ["features", rest @ ..] if rest.iter().any(|s| s.starts_with("traefik")) => "plan".into(),
        ["features", ..] => "effective".into(),
        [first, ..] => (*first).into(),
        [] => String::new(),
    }
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

#[test]
fn a_stage_imports_only_the_stages_before_it() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    let mut wrong = Vec::new();
    for file in &files {
        let inside = file.strip_prefix(&root).expect("below src").with_extension("");
        let segments: Vec<&str> = inside.iter().filter_map(|s| s.to_str()).collect();
        // the list of features names both halves of each
        if segments == ["features", "mod"] {
            continue;
        }
        let own = stage(&segments);
        for import in imports(&std::fs::read_to_string(file).expect("a source file")) {
            let import: Vec<&str> = import.iter().map(String::as_str).collect();
            if rank(&stage(&import)) > rank(&own) {
                wrong.push(format!(
                    "{} ({own}) imports crate::{}",
                    inside.display(),
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

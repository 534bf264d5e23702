//! Where the result goes.
use super::result::{Migrated, ResultFile};
use super::shared;
use crate::args::Mode;
use crate::{output, render};
use anyhow::{Context, Error};
use nginx2traefik::emit;
use nginx2traefik::hidden::Hidden;
use std::fs;
use std::path::Path;

/// Writes in the mode that was asked for. Gives what could not be written; all the rest was.
pub(super) fn results(mode: &Mode, migrated: &Migrated, hidden: &Hidden) -> anyhow::Result<Vec<Error>> {
    if let Some(dir) = &mode.output_dir {
        folder(dir, migrated)
    } else if mode.write {
        in_place(migrated)
    } else if mode.diff {
        diff(migrated, hidden).map(|()| Vec::new())
    } else if mode.check {
        Ok(Vec::new())
    } else {
        documents(migrated).map(|()| Vec::new())
    }
}

fn folder(dir: &Path, migrated: &Migrated) -> anyhow::Result<Vec<Error>> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
    let mut failed = Vec::new();
    for result in &migrated.files {
        let text = result.new.as_deref().unwrap_or(&result.old);
        failed.extend(below(dir, &result.file.below, text.as_bytes()).err());
    }
    for file in &migrated.untouched {
        if let Some(path) = &file.path {
            let copied = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()));
            failed.extend(copied.and_then(|bytes| below(dir, &file.below, &bytes)).err());
        }
    }
    for (name, text) in [
        ("traefik.yaml", &migrated.static_config),
        ("traefik-values.yaml", &migrated.helm_values),
    ] {
        match text {
            Some(text) => failed.extend(output::file(&dir.join(name), text.as_bytes()).err()),
            None if migrated.untouched.iter().any(|file| file.below == Path::new(name)) => {}
            // of an earlier run into this folder: it would ask for what is no longer needed
            None => failed.extend(remove(&dir.join(name)).err()),
        }
    }
    let made = migrated
        .files
        .iter()
        .any(|result| result.file.below == Path::new(shared::NAME));
    if !made && is_own(&dir.join(shared::NAME)) {
        failed.extend(remove(&dir.join(shared::NAME)).err());
    }
    Ok(failed)
}

/// Of an earlier run, and not somebody else's.
fn is_own(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.starts_with(emit::SHARED))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

fn below(dir: &Path, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let path = dir.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make the folder `{}`", parent.display()))?;
    }
    output::file(&path, bytes)
}

fn in_place(migrated: &Migrated) -> anyhow::Result<Vec<Error>> {
    let mut failed = Vec::new();
    for result in &migrated.files {
        let Some(new) = &result.new else { continue };
        match &result.file.path {
            Some(path) if result.is_new() => failed.extend(output::file(path, new.as_bytes()).err()),
            Some(path) => failed.extend(output::in_place(path, &result.file.root, new.as_bytes()).err()),
            None => {
                output::stdout(new.as_bytes())?;
            }
        }
    }
    Ok(failed)
}

/// For people to look at: without the secrets that a snippet may hold.
fn diff(migrated: &Migrated, hidden: &Hidden) -> anyhow::Result<()> {
    let mut out = String::new();
    for result in &migrated.files {
        if let Some(new) = &result.new {
            let diff = similar::TextDiff::from_lines(&*result.old, new);
            let name = &result.file.shown;
            let old = if result.is_new() {
                "/dev/null".to_owned()
            } else {
                format!("a/{name}")
            };
            out += &diff
                .unified_diff()
                .context_radius(3)
                .header(&old, &format!("b/{name}"))
                .to_string();
        }
    }
    output::stdout(hidden.shown(&out).as_bytes()).map(drop)
}

fn documents(migrated: &Migrated) -> anyhow::Result<()> {
    let shown: Vec<&ResultFile> = migrated.files.iter().filter(|f| f.shown).collect();
    let mut out = String::new();
    for result in &shown {
        let text = result.new.as_deref().unwrap_or(&result.old);
        if shown.len() > 1 {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            out += &format!("---\n# Source: {}\n", render::sanitize(&result.file.shown));
        }
        out += text;
    }
    output::stdout(out.as_bytes()).map(drop)
}

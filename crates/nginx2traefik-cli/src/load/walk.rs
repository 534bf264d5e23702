//! Which files there are.
use super::InputFile;
use ignore::WalkBuilder;
use nginx2traefik::emit::OWN;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files, in order.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// Each once.
    pub(crate) files: Vec<InputFile>,
    /// What could not be walked.
    pub(crate) problems: Vec<WalkProblem>,
}

/// A path that could not be walked.
#[derive(Debug)]
pub(crate) struct WalkProblem {
    /// As the user would write it.
    pub(crate) shown: String,
    /// Why.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: String,
}

/// Files of the paths as given: folders are walked (what git ignores and hidden files are left out), all else is taken as it is.
pub(super) fn files(paths: &[PathBuf], output_dir: Option<&Path>) -> Walked {
    let mut walked = Walked::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            folder(path, output_dir, &mut walked);
        } else {
            walked.files.push(named(path));
        }
    }
    // a folder and a file in it, or two links to one file: the first mention counts
    walked.files.retain(|file| match &file.path {
        Some(path) => seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())),
        None => seen.insert(PathBuf::from("-")),
    });
    apart(&mut walked.files);
    walked
}

/// A file that the user named.
pub(super) fn named(path: &Path) -> InputFile {
    if path == Path::new("-") {
        return InputFile {
            path: None,
            shown: "<stdin>".into(),
            below: "stdin.yaml".into(),
            root: PathBuf::new(),
            named: true,
        };
    }
    let name = path
        .file_name()
        .map_or_else(|| PathBuf::from("input.yaml"), PathBuf::from);
    InputFile {
        path: Some(path.to_path_buf()),
        shown: shown(path),
        below: name,
        root: path.parent().map(Path::to_path_buf).unwrap_or_default(),
        named: true,
    }
}

fn folder(root: &Path, output_dir: Option<&Path>, walked: &mut Walked) {
    let output = output_dir.and_then(|dir| dir.canonicalize().ok());
    let walk = WalkBuilder::new(root)
        .follow_links(true)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(move |entry| output.is_none() || entry.depth() == 0 || entry.path().canonicalize().ok() != output)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if is_manifest(entry.path()) && !entry.file_type().is_some_and(|kind| kind.is_dir()) => {
                walked.files.push(InputFile {
                    path: Some(entry.path().to_path_buf()),
                    shown: shown(entry.path()),
                    below: entry.path().strip_prefix(root).unwrap_or(entry.path()).to_path_buf(),
                    root: root.to_path_buf(),
                    named: false,
                });
            }
            Ok(_) => {}
            Err(error) => walked.problems.push(problem(root, &error)),
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| {
        ["yaml", "yml", "json"]
            .iter()
            .any(|known| e.eq_ignore_ascii_case(known))
    })
}

fn problem(root: &Path, error: &ignore::Error) -> WalkProblem {
    let (path, message, help) = match cause(error) {
        (_, ignore::Error::Loop { ancestor, child }) => (
            Some(child.as_path()),
            format!("this link leads back to the folder `{}` that holds it", shown(ancestor)),
            "the link was not followed; remove it, or name the folders one by one",
        ),
        (Some(path), ignore::Error::Io(_)) if path.is_symlink() && !path.exists() => (
            Some(path),
            "this link leads nowhere".to_owned(),
            "nothing was read from it; all other files were",
        ),
        (path, other) => (
            path,
            format!("this path cannot be read: {}", plain(path, other)),
            "nothing in it was looked at; all other files were",
        ),
    };
    WalkProblem {
        shown: shown(path.unwrap_or(root)),
        message,
        help: help.into(),
    }
}

/// The innermost error, and the path that it is about.
fn cause(error: &ignore::Error) -> (Option<&Path>, &ignore::Error) {
    match error {
        ignore::Error::WithPath { path, err } => {
            let (inner, err) = cause(err);
            (inner.or(Some(path)), err)
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => cause(err),
        other => (None, other),
    }
}

/// The reason without the path, which is told already.
fn plain(path: Option<&Path>, error: &ignore::Error) -> String {
    let asked = path.and_then(|path| path.metadata().err());
    asked.map_or_else(|| error.to_string(), |io| io.to_string())
}

/// As the user would write it: without `./`, with forward slashes.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    path.display().to_string().replace('\\', "/")
}

/// Files that the tool itself writes into an output folder.
const TAKEN: [&str; 2] = ["traefik.yaml", "traefik-values.yaml"];

fn is_own(path: &Path) -> bool {
    let mut head = [0; OWN.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *OWN.as_bytes()
}

/// Two inputs never go to one place below an output folder: the later ones get a number before their extension.
fn apart(files: &mut [InputFile]) {
    let mut taken: BTreeSet<PathBuf> = TAKEN.iter().map(PathBuf::from).collect();
    for file in files {
        // that of an earlier run keeps its name: what this run needs beyond it takes its place
        if TAKEN.iter().any(|name| file.below == Path::new(name)) && file.path.as_deref().is_some_and(is_own) {
            continue;
        }
        let (stem, extension) = (
            file.below.with_extension(""),
            file.below.extension().map(|e| e.to_os_string()),
        );
        let mut number = 2;
        while !taken.insert(file.below.clone()) {
            let mut name = stem.clone().into_os_string();
            name.push(format!("-{number}"));
            let mut path = PathBuf::from(name);
            if let Some(extension) = &extension {
                path.set_extension(extension);
            }
            file.below = path;
            number += 1;
        }
    }
}

//! Files and standard input, as texts. The only stage that reads the file system.
mod read;
mod relevant;
mod walk;

pub(crate) use walk::Walked;

use crate::progress::Progress;
use nginx2traefik::finding::Finding;
use nginx2traefik::source::{SourceId, Sources, Span};
use rayon::prelude::*;
use read::Content;
use std::path::{Path, PathBuf};

/// An input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InputFile {
    /// Where it is; none for standard input.
    pub(crate) path: Option<PathBuf>,
    /// As the user would write it, with forward slashes.
    pub(crate) shown: String,
    /// Where it goes below an output folder.
    pub(crate) below: PathBuf,
    /// The folder that the user named, or the file's own: what `--write` stays inside.
    pub(crate) root: PathBuf,
    /// The user named this very file.
    pub(crate) named: bool,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The texts.
    pub(crate) sources: Sources,
    /// The file of each source, by [`SourceId`]; none for configuration files.
    pub(crate) files: Vec<Option<InputFile>>,
    /// Sources that hold manifests to be read.
    pub(crate) manifests: Vec<SourceId>,
    /// Files that cannot hold anything of ours.
    pub(crate) untouched: Vec<InputFile>,
    /// What could not be read, and files that are no text.
    pub(crate) findings: Vec<Finding>,
    /// Something could not be read at all.
    pub(crate) failed: bool,
}

impl Loaded {
    /// Reads all inputs; the order is that of the command line, folders sorted by name.
    pub(crate) fn read(paths: &[PathBuf], output_dir: Option<&Path>, limit: u64) -> Self {
        let progress = Progress::new("reading");
        let Walked { files, problems } = walk::files(paths, output_dir);
        let contents: Vec<Content> = files
            .par_iter()
            .map(|file| {
                let content = read::content(file, limit);
                progress.tick(files.len());
                content
            })
            .collect();
        progress.done();
        let mut loaded = Loaded::default();
        for problem in problems {
            loaded.unreadable(&problem.shown, &problem.message, &problem.help);
        }
        for (file, content) in files.into_iter().zip(contents) {
            loaded.add(file, content);
        }
        loaded
    }

    /// There was no file, and no problem with one.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.untouched.is_empty() && self.findings.is_empty()
    }

    fn add(&mut self, file: InputFile, content: Content) {
        match content {
            Content::Text(text) => {
                let id = self.sources.add(file.shown.clone(), text);
                self.files.push(Some(file));
                self.manifests.push(id);
            }
            Content::Irrelevant => self.untouched.push(file),
            Content::Unreadable { message, help } => self.unreadable(&file.shown, &message, &help),
            Content::NotUtf8 { lossy, at } => {
                let id = self.sources.add(file.shown.clone(), lossy);
                self.files.push(None);
                let span = Span::new(id, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
                self.findings.push(not_utf8(span));
            }
        }
    }

    fn unreadable(&mut self, shown: &str, message: &str, help: &str) {
        let id = self.sources.add(shown, "");
        self.files.push(None);
        self.failed = true;
        let finding = Finding::error("unreadable-input", Span::new(id, 0..0), message).help(help);
        self.findings.push(finding);
    }

    /// A configuration file. Without it the result would rest on defaults that the user knows to be wrong: nothing goes on.
    pub(crate) fn configuration(&mut self, path: &Path, limit: u64) -> anyhow::Result<SourceId> {
        let file = walk::named(path);
        let wrong = match read::content(&file, limit) {
            Content::Text(text) => {
                let id = self.sources.add(file.shown, text);
                self.files.push(None);
                return Ok(id);
            }
            Content::Unreadable { message, .. } => message,
            Content::NotUtf8 { .. } => "this file is not UTF-8 text".into(),
            Content::Irrelevant => "this file says nothing".into(),
        };
        anyhow::bail!("`{}`: {wrong}", file.shown)
    }
}

fn not_utf8(span: Span) -> Finding {
    Finding::error(
        "invalid-utf8",
        span,
        "this file is not UTF-8 text, so nothing in it was read",
    )
    .label("the first byte that is not UTF-8")
    .help("save the file as UTF-8; `iconv -f ISO-8859-1 -t UTF-8` does it for Latin-1")
}

//! The examples of the rule files: what stands in them, read once for all who run them.
//!
//! A section with a block `yaml nginx` is an example; a block `http` beside it holds requests with the answers of ingress-nginx
//! (the form is in `nginx2traefik::rules`), a block `yaml controller` the settings of the controller that it needs.
#![deny(missing_docs)]

mod http;
mod page;
mod place;

pub use http::{Exchange, Expected, expected_of, parse};
pub use page::{Block, Section, sections};
pub use place::{in_namespace, with_authority};

use nginx2traefik::controller_config;
use nginx2traefik::effective::Controller;
use nginx2traefik::source::{Sources, Span};
use std::io;
use std::path::{Path, PathBuf};

/// Opens the manifests of an example.
pub const INPUT: &str = "yaml nginx";

/// Opens the settings of the controller that an example needs.
pub const CONTROLLER: &str = "yaml controller";

/// One section with an input.
#[derive(Debug, Clone)]
pub struct Example {
    /// The rule file, without `.md`.
    pub feature: String,
    /// The section's title.
    pub title: String,
    /// Manifests.
    pub input: String,
    /// Requests and answers.
    pub http: Option<String>,
    /// Settings of the controller.
    pub controller: Option<String>,
}

impl Example {
    /// `cors: One origin`
    pub fn name(&self) -> String {
        format!("{}: {}", self.feature, self.title)
    }

    /// A controller that believes X-Forwarded-For, so that an example can choose the client's address, with the example's own
    /// settings.
    pub fn controller(&self, sources: &mut Sources) -> Controller {
        let mut controller = Controller::default();
        if let Some(text) = &self.controller {
            let id = sources.add("controller.yaml", text.as_str());
            controller_config::read(&mut controller, id, text);
        }
        let id = sources.add("controller", "use-forwarded-headers");
        let on = ("true".to_owned(), Span::new(id, 0..0));
        controller.config.insert("use-forwarded-headers".to_owned(), on);
        controller.given = true;
        controller
    }
}

/// The examples of one rule file.
///
/// # Errors
/// A fence that is not closed.
pub fn of_page(feature: &str, text: &str) -> Result<Vec<Example>, String> {
    let sections = sections(text).map_err(|error| format!("{feature}: {error}"))?;
    let with_input = sections.iter().filter_map(|section| {
        let text = |info: &str| section.block(info).map(|block| block.text.clone());
        Some(Example {
            feature: feature.to_owned(),
            title: section.title.clone(),
            input: text(INPUT)?,
            http: text("http"),
            controller: text(CONTROLLER),
        })
    });
    Ok(with_input.collect())
}

/// The rule files of a folder with their texts, in the order of their names.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn pages(folder: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ext| ext == "md") {
            let text = std::fs::read_to_string(&path)?;
            pages.push((path, text));
        }
    }
    pages.sort();
    Ok(pages)
}

/// All examples of a folder of rule files.
///
/// # Errors
/// The folder or a file cannot be read, or a fence is not closed.
pub fn of_folder(folder: &Path) -> io::Result<Vec<Example>> {
    let mut examples = Vec::new();
    for (path, text) in pages(folder)? {
        let feature = path.file_stem().unwrap_or_default().to_string_lossy();
        let of_page = of_page(&feature, &text);
        examples.extend(of_page.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?);
    }
    Ok(examples)
}

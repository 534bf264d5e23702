//! The stages that every command begins with: inputs, what is installed, and what ingress-nginx makes of it.
use crate::args::Settings;
use crate::load::Loaded;
use crate::profile::Profile;
use crate::progress::Progress;
use anyhow::bail;
use nginx2traefik::controller_config;
use nginx2traefik::effective::{self, Controller, Effective};
use nginx2traefik::finding::Finding;
use nginx2traefik::installation::{self, Form, Installation};
use nginx2traefik::model::{self, Manifests};
use nginx2traefik::secrets;
use nginx2traefik::source::SourceId;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Everything that is known before anything is planned.
#[derive(Debug)]
pub(crate) struct Project {
    /// The texts.
    pub(crate) loaded: Loaded,
    /// The objects in them.
    pub(crate) manifests: Manifests,
    /// What ingress-nginx serves from them.
    pub(crate) effective: Effective,
    /// Traefik as installed.
    pub(crate) installation: Installation,
    /// What is to be said of files and installations.
    pub(crate) findings: Vec<Finding>,
    /// The profile.
    pub(crate) profile: Profile,
}

impl Project {
    /// Reads and understands everything. What lies in `output_dir` is no input.
    pub(crate) fn read(paths: &[PathBuf], settings: &Settings, output_dir: Option<&Path>) -> anyhow::Result<Self> {
        let profile = Profile::find(settings, paths)?;
        let mut loaded = Loaded::read(paths, output_dir, settings.max_file_size);
        if loaded.is_empty() {
            bail!(
                "there is no .yaml, .yml or .json file in what was named; hidden files and those that git ignores do not count"
            );
        }
        let manifests = model::join(parts(&loaded));
        let mut findings = Vec::new();
        let controller = controller(&mut loaded, &profile, settings, &mut findings)?;
        let installation = installation(&mut loaded, &profile, settings, &mut findings)?;
        if !controller.given {
            findings.extend(controller_config::among(&manifests));
        }
        findings.extend(controller_config::streams(&manifests));
        loaded.sources.hide(secrets::of(&manifests, &controller));
        let effective = effective::build(&manifests, controller);
        findings.append(&mut loaded.findings);
        findings.extend(manifests.findings.iter().cloned());
        Ok(Project {
            loaded,
            manifests,
            effective,
            installation,
            findings,
            profile,
        })
    }
}

/// Texts that are larger are read in pieces, so that one large file keeps every processor busy.
const LARGE: usize = 1024 * 1024;
/// Documents in a piece.
const PIECE: usize = 256;

/// The objects of all texts, in their order.
fn parts(loaded: &Loaded) -> Vec<Manifests> {
    let progress = Progress::new("parsing");
    let texts = &loaded.manifests;
    let read = |id: &SourceId| {
        let text = &loaded.sources.get(*id).text;
        let parts = if text.len() < LARGE {
            vec![model::read(*id, text)]
        } else {
            large(*id, text)
        };
        progress.tick(texts.len());
        parts
    };
    let parts: Vec<Vec<Manifests>> = texts.par_iter().map(read).collect();
    progress.done();
    parts.into_iter().flatten().collect()
}

fn large(id: SourceId, text: &str) -> Vec<Manifests> {
    let pieces = model::split(text);
    let starts: Vec<usize> = (0..pieces.documents.len().max(1)).step_by(PIECE).collect();
    let piece = |start: usize| model::read_documents(id, text, &pieces, start..start + PIECE);
    starts.into_par_iter().map(piece).collect()
}

fn controller(
    loaded: &mut Loaded,
    profile: &Profile,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Controller> {
    let mut controller = profile.controller();
    for path in profile.controller_config(settings) {
        let id = loaded.configuration(&path, settings.max_file_size)?;
        let found = controller_config::read(&mut controller, id, &loaded.sources.get(id).text);
        readable(loaded, &found)?;
        findings.extend(found);
    }
    Ok(controller)
}

/// A configuration file with an error in its YAML is as bad as none.
fn readable(loaded: &Loaded, findings: &[Finding]) -> anyhow::Result<()> {
    let Some(wrong) = findings.iter().find(|finding| finding.rule == "invalid-yaml") else {
        return Ok(());
    };
    let at = loaded.sources.position(&wrong.primary.span);
    let path = &loaded.sources.get(wrong.primary.span.source).path;
    bail!("`{path}:{}:{}`: {}", at.line, at.column, wrong.message)
}

fn installation(
    loaded: &mut Loaded,
    profile: &Profile,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Installation> {
    let named = profile.release(settings);
    let (values, config) = profile.traefik(settings);
    for (form, path) in [(Form::Values, values), (Form::Static, config)] {
        let Some(path) = path else { continue };
        let id = loaded.configuration(&path, settings.max_file_size)?;
        let reading = installation::read(form, id, &loaded.sources.get(id).text, named);
        readable(loaded, &reading.findings)?;
        findings.extend(reading.findings);
        return Ok(reading.installation);
    }
    let mut installation = Installation::default();
    if let Some(named) = named {
        installation.version = named.nearest();
    }
    Ok(installation)
}

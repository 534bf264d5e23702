//! The stages that every command begins with: inputs, what is installed, and what ingress-nginx makes of it.
use crate::args::{Input, Settings};
use crate::load::Loaded;
use nginx2traefik::controller_config;
use nginx2traefik::effective::{self, Controller, Effective};
use nginx2traefik::finding::Finding;
use nginx2traefik::installation::{self, Form, Installation};
use nginx2traefik::model::{self, Manifests};
use rayon::prelude::*;
use std::path::Path;

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
}

impl Project {
    /// Reads and understands everything.
    pub(crate) fn read(input: &Input, output_dir: Option<&Path>) -> anyhow::Result<Self> {
        let settings = &input.settings;
        let mut loaded = Loaded::read(&input.paths, output_dir, settings.max_file_size);
        let parts: Vec<Manifests> = loaded
            .manifests
            .par_iter()
            .map(|id| model::read(*id, &loaded.sources.get(*id).text))
            .collect();
        let manifests = model::join(parts);
        let mut findings = Vec::new();
        let controller = controller(&mut loaded, settings, &mut findings);
        let installation = installation(&mut loaded, settings, &mut findings);
        let effective = effective::build(&manifests, controller);
        findings.append(&mut loaded.findings);
        findings.extend(manifests.findings.iter().cloned());
        Ok(Project {
            loaded,
            manifests,
            effective,
            installation,
            findings,
        })
    }
}

fn controller(loaded: &mut Loaded, settings: &Settings, findings: &mut Vec<Finding>) -> Controller {
    let mut controller = Controller::default();
    for path in &settings.controller_config {
        if let Some(id) = loaded.configuration(path, settings.max_file_size) {
            findings.extend(controller_config::read(
                &mut controller,
                id,
                &loaded.sources.get(id).text,
            ));
        }
    }
    controller
}

fn installation(loaded: &mut Loaded, settings: &Settings, findings: &mut Vec<Finding>) -> Installation {
    let named = settings.traefik_version;
    let given = [
        (Form::Values, &settings.traefik_values),
        (Form::Static, &settings.traefik_config),
    ];
    for (form, path) in given {
        let Some(path) = path else { continue };
        if let Some(id) = loaded.configuration(path, settings.max_file_size) {
            let reading = installation::read(form, id, &loaded.sources.get(id).text, named);
            findings.extend(reading.findings);
            return reading.installation;
        }
    }
    let mut installation = Installation::default();
    if let Some(named) = named {
        installation.version = named.nearest();
    }
    installation
}

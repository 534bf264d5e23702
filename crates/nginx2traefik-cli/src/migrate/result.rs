//! The result, file by file.
use super::shared;
use crate::load::{InputFile, Loaded};
use nginx2traefik::emit::Emitted;
use nginx2traefik::model::Manifests;
use nginx2traefik::plan::Plan;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One input file after the migration.
#[derive(Debug)]
pub(crate) struct ResultFile {
    /// The file.
    pub(crate) file: InputFile,
    /// Its text as it was.
    pub(crate) old: Arc<str>,
    /// Its text as it is to be; none where nothing changes.
    pub(crate) new: Option<String>,
    /// It holds an Ingress that was looked at, or the user named it.
    pub(crate) shown: bool,
}

impl ResultFile {
    /// It was not there before.
    pub(crate) fn is_new(&self) -> bool {
        self.old.is_empty() && self.file.path.as_ref().is_some_and(|path| !path.exists())
    }
}

/// Everything that is to be written.
#[derive(Debug)]
pub(crate) struct Migrated {
    /// Input files that were parsed, in order.
    pub(crate) files: Vec<ResultFile>,
    /// Input files that cannot hold anything of ours, in order.
    pub(crate) untouched: Vec<InputFile>,
    /// `traefik.yaml`
    pub(crate) static_config: Option<String>,
    /// `traefik-values.yaml`
    pub(crate) helm_values: Option<String>,
}

impl Migrated {
    /// Puts texts to files.
    pub(crate) fn new(loaded: &Loaded, plan: &Plan, manifests: &Manifests, emitted: Emitted) -> Self {
        let ours: BTreeSet<_> = plan
            .ingresses
            .iter()
            .map(|i| manifests.ingress(i.id).place.span.source)
            .collect();
        let mut texts: BTreeMap<_, _> = emitted.texts.into_iter().collect();
        let files = loaded.manifests.iter().filter_map(|id| {
            let file = loaded.files[id.0 as usize].clone()?;
            let old = loaded.sources.get(*id).text.clone();
            let new = texts.remove(id).filter(|new| **new != *old);
            Some(ResultFile {
                shown: file.named || new.is_some() || ours.contains(id),
                file,
                old,
                new,
            })
        });
        let mut files: Vec<ResultFile> = files.collect();
        if let Some(text) = emitted.shared {
            shared::add(&mut files, text);
        }
        Migrated {
            files,
            untouched: loaded.untouched.clone(),
            static_config: emitted.static_config,
            helm_values: emitted.helm_values,
        }
    }

    /// How many files change.
    pub(crate) fn changes(&self) -> usize {
        self.files.iter().filter(|f| f.new.is_some()).count()
    }
}

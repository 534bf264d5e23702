//! Every object that the recordings migrate to is one that a real API server takes.
use crate::case::{Case, objects};
use crate::migrate::{Wish, migrate};
use anyhow::{Context, Result};
use nginx2traefik::installation::Version;
use nginx2traefik::rules::Target;
use serde_json::Value;
use stand::kubeapi::KubeApi;
use std::collections::BTreeSet;
use std::path::Path;

/// What was held to the schemas.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// How many objects.
    pub(crate) objects: usize,
    /// What the API server said of those that it refuses.
    pub(crate) refused: Vec<String>,
}

/// Migrates every recorded configuration and asks the API server, without storing anything.
pub(crate) fn recorded(api: &mut KubeApi, folder: &Path) -> Result<Checked> {
    let mut checked = Checked::default();
    let mut seen = BTreeSet::new();
    for case in cases(folder)? {
        let originals: Vec<Value> = case
            .texts
            .iter()
            .flat_map(|(_, text)| objects(text).unwrap_or_default())
            .collect();
        for wish in wishes() {
            for mut object in migrate(&case, wish)?.objects {
                // what the user wrote may be refused: some recordings are about that
                if originals.contains(&object) || !seen.insert(without_names(&mut object)) {
                    continue;
                }
                checked.objects += 1;
                if let Err(error) = api.validate(&object) {
                    api.alive()?;
                    checked
                        .refused
                        .push(format!("{}: {}: {error:#}", case.name, object["kind"]));
                }
            }
        }
    }
    Ok(checked)
}

fn wishes() -> impl Iterator<Item = Wish> {
    let version = Version::V3_7;
    [Target::Ingress, Target::Gateway]
        .into_iter()
        .flat_map(move |target| [false, true].map(|exact| Wish { target, version, exact }))
}

/// Objects that differ in their place only are asked once; nothing is stored, so all may stand in `default`.
fn without_names(object: &mut Value) -> String {
    if object["metadata"]["namespace"].is_string() {
        object["metadata"]["namespace"] = Value::String("default".to_owned());
    }
    object.to_string()
}

fn cases(folder: &Path) -> Result<Vec<Case>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "yaml"));
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path)?;
        let documents = objects(&text).with_context(|| path.display().to_string())?;
        for entry in documents.iter().filter_map(Value::as_array).flatten() {
            found.push(of_entry(entry));
        }
    }
    Ok(found)
}

fn of_entry(entry: &Value) -> Case {
    let mut settings = String::new();
    for (key, value) in entry["controller"].as_object().into_iter().flatten() {
        settings += &format!("{key}: {value}\n");
    }
    settings +=
        "use-forwarded-headers: \"true\"\nallow-snippet-annotations: \"true\"\nannotations-risk-level: Critical\n";
    Case {
        name: entry["id"].as_str().unwrap_or_default().to_owned(),
        feature: "recorded".to_owned(),
        texts: vec![(
            "recorded.yaml".to_owned(),
            entry["manifests"].as_str().unwrap_or_default().to_owned(),
        )],
        around: Vec::new(),
        controller: vec![settings],
        exchanges: Vec::new(),
        digest: String::new(),
    }
}

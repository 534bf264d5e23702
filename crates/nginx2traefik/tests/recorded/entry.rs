//! One entry of a recording.
use nginx2traefik::effective::Controller;
use nginx2traefik::model::{self, Manifests};
use nginx2traefik::source::{SourceId, Span};
use serde_json::Value;
use std::path::Path;

/// What was applied, and what came of it.
pub(crate) struct Entry {
    /// `family/number`.
    pub(crate) id: String,
    /// The recording's file, by its name.
    pub(crate) family: String,
    pub(crate) controller: Controller,
    pub(crate) manifests: Manifests,
    /// Names of the Ingresses that the admission webhook refused.
    pub(crate) refused: Vec<String>,
    /// nginx could not load the configuration: what it said.
    pub(crate) broken: Option<String>,
    /// Requests and answers, as recorded.
    pub(crate) answers: Vec<Value>,
}

/// The entries of a file.
pub(crate) fn read(file: &Path) -> Vec<Entry> {
    let text = std::fs::read_to_string(file).expect("a recording");
    let parsed = spanned_yaml::parse(&text);
    assert!(parsed.errors.is_empty(), "{}: {:?}", file.display(), parsed.errors);
    let family = file.file_stem().expect("a name").to_string_lossy().into_owned();
    let mut entries = Vec::new();
    for document in &parsed.documents {
        let Value::Array(items) = spanned_yaml::to_json(document).expect("values") else {
            panic!("{} is no list", file.display());
        };
        let shared = shared(&items);
        entries.extend(items.into_iter().map(|item| entry(&family, item, &shared)));
    }
    entries
}

/// ConfigMaps that the controllers of several entries name: they stand in one of them only.
fn shared(items: &[Value]) -> Manifests {
    let mut shared = Manifests::default();
    for item in items {
        let controller = item["controller"].as_object().into_iter().flatten();
        let named: Vec<String> = controller.map(|(_, value)| value.to_string()).collect();
        let text = item["manifests"].as_str().expect("manifests");
        let is_named = |name: &str| named.iter().any(|n| n.contains(&format!("/{name}\"")));
        let maps = model::read(SourceId(0), text).config_maps;
        shared
            .config_maps
            .extend(maps.into_iter().filter(|m| is_named(&m.name)));
    }
    shared
}

fn entry(family: &str, item: Value, shared: &Manifests) -> Entry {
    let text = item["manifests"].as_str().expect("manifests");
    let list = |key: &str| item[key].as_array().cloned().unwrap_or_default();
    let refused = item["refused"].as_object().map(|r| r.keys().cloned().collect());
    Entry {
        id: item["id"].as_str().expect("an id").to_owned(),
        family: family.to_owned(),
        controller: controller(&item),
        manifests: model::join([model::read(SourceId(0), text), shared.clone()]),
        refused: refused.unwrap_or_default(),
        broken: item.get("broken").map(crate::ask::scalar),
        answers: list("answers"),
    }
}

/// The controller of the recordings (README), or the entry's own.
fn controller(item: &Value) -> Controller {
    let mut controller = Controller {
        given: true,
        complete: true,
        ssl_passthrough: false,
        ..Controller::default()
    };
    let mut set = |key: &str, value: &str| {
        let span = Span::new(SourceId(0), 0..0);
        controller.config.insert(key.into(), (value.into(), span));
    };
    set("use-forwarded-headers", "true");
    match item["controller"].as_object() {
        Some(own) => own
            .iter()
            .for_each(|(key, value)| set(key, value.as_str().expect("a string"))),
        None => {
            set("allow-snippet-annotations", "true");
            set("annotations-risk-level", "Critical");
        }
    }
    if item.get("controller").is_none() {
        set("global-allowed-response-headers", "X-Custom-Header,X-Frame-Options");
    }
    for flag in item["flags"].as_array().into_iter().flatten() {
        let (name, value) = flag.as_str().and_then(|f| f.split_once('=')).expect("a flag");
        match name {
            "--enable-annotation-validation" => controller.annotation_validation = value == "true",
            "--watch-ingress-without-class" => controller.watch_without_class = value == "true",
            "--default-backend-service" => controller.default_backend = Some(value.into()),
            other => panic!("unknown flag {other}"),
        }
    }
    controller
}

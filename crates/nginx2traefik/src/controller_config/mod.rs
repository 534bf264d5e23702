//! The controller as the user shows it: its ConfigMap, its Deployment, the values of its Helm chart, or a plain list of its settings.
mod manifests;
mod streams;
mod values;

pub use streams::streams;

use crate::effective::Controller;
use crate::finding::{Fidelity, Finding};
use crate::model::{ConfigMap, Layouts, Manifests};
use crate::rules::registry;
use crate::settings_file::{self, Node};
use crate::source::{SourceId, Span};

/// Adds what a file says to what is known. Several files add up; what comes later wins.
pub fn read(controller: &mut Controller, source: SourceId, text: &str) -> Vec<Finding> {
    let (nodes, mut findings) = settings_file::read(source, text);
    let mut found = Found::default();
    let objects: Vec<&Node> = nodes.iter().flat_map(items).collect();
    for node in &objects {
        if node.entry("apiVersion").is_some() && node.entry("kind").is_some() {
            manifests::read(node, &mut found);
        } else if let Some(chart) = values::chart(node) {
            values::read(chart, &mut found);
        } else {
            found.settings(node);
        }
    }
    if !found.anything && findings.is_empty() {
        findings.push(nothing(source));
    }
    findings.extend(found.entries.iter().filter_map(unknown));
    findings.append(&mut found.streams);
    controller.layouts.extend(found.layouts(text));
    found.into(controller);
    findings
}

/// A ConfigMap among the inputs that looks like the controller's, where none was given: it is told, not used, because a repository
/// may hold those of several clusters.
pub fn among(manifests: &Manifests) -> Option<Finding> {
    let known = |map: &&ConfigMap| {
        let keys = map
            .data
            .iter()
            .filter(|entry| registry().configmap_key(&entry.name.value).is_some());
        manifests::is_controllers(&map.name) || keys.count() > 1
    };
    let map = manifests.config_maps.iter().find(known)?;
    let place = map.data.first().map_or(map.place.span, |entry| entry.name.span);
    let message = format!(
        "ConfigMap {}/{} looks like the controller's, and was not used",
        map.namespace, map.name
    );
    let finding = Finding::warning("controller-config", place, message).fidelity(Fidelity::Exact);
    Some(finding.help("give its file with --controller-config, so that its settings count"))
}

/// The objects of a `List`, or the document itself.
fn items(node: &Node) -> Vec<&Node> {
    match node.get("items").map(|items| &items.value) {
        Some(settings_file::Any::List(items))
            if node
                .get("kind")
                .and_then(Node::text)
                .is_some_and(|k| k.ends_with("List")) =>
        {
            items.iter().collect()
        }
        _ => vec![node],
    }
}

/// A setting of the ConfigMap.
#[derive(Debug, Clone, PartialEq)]
struct Setting {
    key: String,
    key_span: Span,
    value: String,
    span: Span,
}

/// What one file says.
#[derive(Debug, Default)]
struct Found {
    /// The file is one that says something of the controller, if only that all is as by default.
    anything: bool,
    /// Settings of the ConfigMap.
    entries: Vec<Setting>,
    /// Flags without dashes, with their values.
    flags: Vec<(String, String)>,
    /// Classes of the controller, from the chart's values.
    classes: Vec<String>,
    /// An IngressClass of the controller is the default class.
    default_class: bool,
    /// Ports without an Ingress.
    streams: Vec<Finding>,
}

impl Found {
    /// The entries of a map whose values are scalars.
    fn settings(&mut self, node: &Node) {
        for entry in node.entries() {
            if let Some(value) = entry.node.text() {
                self.anything = true;
                self.entries.push(Setting {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value,
                    span: entry.node.span,
                });
            }
        }
    }

    /// A flag as on the command line: `--watch-ingress-without-class=true`, `--v=2`.
    fn argument(&mut self, text: &str) {
        if let Some(flag) = text.strip_prefix("--") {
            let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
            self.flags.push((name.to_owned(), value.to_owned()));
        }
    }

    /// How the texts of snippets lie in the file.
    fn layouts(&self, text: &str) -> Layouts {
        let snippets: Vec<&Setting> = self.entries.iter().filter(|s| s.key.contains("snippet")).collect();
        if snippets.is_empty() {
            return Layouts::new();
        }
        let parsed = spanned_yaml::parse(text);
        let layout = |setting: &Setting| {
            let mut nodes = parsed.documents.iter().filter_map(|d| d.scalar_at(setting.span.start));
            Some((setting.span, nodes.next()?.layout(text)))
        };
        snippets.into_iter().filter_map(layout).collect()
    }

    fn into(self, controller: &mut Controller) {
        controller.given |= self.anything;
        for setting in self.entries {
            controller.config.insert(setting.key, (setting.value, setting.span));
        }
        controller.watch_without_class |= self.default_class;
        for class in self.classes {
            add_class(controller, class);
        }
        for (name, value) in self.flags {
            let on = value == "true";
            match name.as_str() {
                "annotations-prefix" => controller.annotations_prefix = value,
                "controller-class" => controller.controller_class = value,
                "ingress-class" => add_class(controller, value),
                "watch-ingress-without-class" => controller.watch_without_class = on,
                "default-backend-service" => controller.default_backend = Some(value),
                "default-ssl-certificate" => controller.default_certificate = Some(value),
                "enable-annotation-validation" => controller.annotation_validation = on,
                _ => {}
            }
        }
    }
}

fn add_class(controller: &mut Controller, class: String) {
    if !class.is_empty() && !controller.class_names.contains(&class) {
        controller.class_names.push(class);
    }
}

fn nothing(source: SourceId) -> Finding {
    Finding::warning("controller-config", Span::new(source, 0..0), "this file says nothing of ingress-nginx")
        .fidelity(Fidelity::Exact)
        .help("give the controller's ConfigMap, or the values of its Helm chart: `helm get values -a ingress-nginx -n ingress-nginx`")
}

/// A key that the controller does not know does nothing.
fn unknown(setting: &Setting) -> Option<Finding> {
    let registry = registry();
    if registry.configmap_key(&setting.key).is_some() {
        return None;
    }
    let message = format!("`{}` is no setting of ingress-nginx: it does nothing", setting.key);
    let finding = Finding::warning("controller-config", setting.key_span, message).fidelity(Fidelity::Exact);
    let near = registry
        .configmap()
        .map(|known| known.name.as_str())
        .find(|known| alike(known, &setting.key));
    Some(match near {
        Some(known) => finding.help(format!("`{known}` is one")),
        None if registry.annotation(&setting.key).is_some() => {
            finding.help("it is an annotation of an Ingress, not a key of the ConfigMap")
        }
        None => finding.help("remove it"),
    })
}

/// The same letters, whatever stands between the words.
fn alike(known: &str, written: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    letters(known) == letters(written)
}

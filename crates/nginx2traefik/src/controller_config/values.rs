//! Values of the Helm chart ingress-nginx.
use super::{Found, Setting, streams};
use crate::settings_file::{Any, Entry, Node};

/// The chart's own values in a document: those of an umbrella chart hold them under the chart's name.
pub(super) fn chart(root: &Node) -> Option<&Node> {
    let is_chart = |node: &&Node| {
        node.entry("controller")
            .is_some_and(|c| matches!(c.node.value, Any::Map(_) | Any::Null))
    };
    let below = root.entry("ingress-nginx").map(|entry| &entry.node);
    Some(root)
        .filter(is_chart)
        .or_else(|| below.filter(|node| is_chart(node)))
}

/// Reads them. The keys are those of the chart's values.yaml.
pub(super) fn read(chart: &Node, found: &mut Found) {
    found.anything = true;
    found.streams.extend(streams::of_chart(chart));
    let Some(controller) = chart.get("controller") else {
        return;
    };
    // the chart writes its own switch into the ConfigMap first, and the user's `config` over it
    if let Some(entry) = controller.entry("allowSnippetAnnotations") {
        setting(found, "allow-snippet-annotations", entry);
    }
    if let Some(config) = controller.get("config") {
        found.settings(config);
    }
    let on = |key: &str| controller.get(key).and_then(Node::bool).unwrap_or(false);
    if on("watchIngressWithoutClass") {
        found.argument("--watch-ingress-without-class=true");
    }
    let text = |key: &str| controller.get(key).and_then(Node::text);
    if controller.get("ingressClassResource.enabled").and_then(Node::bool) != Some(false) {
        found.classes.extend(text("ingressClassResource.name"));
        found.default_class |= on("ingressClassResource.default");
    }
    if let Some(value) = text("ingressClassResource.controllerValue") {
        found.argument(&format!("--controller-class={value}"));
    }
    found.classes.extend(text("ingressClass"));
    let arguments = controller.get("extraArgs").map(Node::entries).unwrap_or_default();
    for entry in arguments {
        let value = entry.node.text().unwrap_or_else(|| "true".into());
        found.argument(&format!(
            "--{}={}",
            entry.key,
            if value.is_empty() { "true" } else { &value }
        ));
    }
}

fn setting(found: &mut Found, key: &str, entry: &Entry) {
    if let Some(value) = entry.node.text() {
        found.entries.push(Setting {
            key: key.to_owned(),
            key_span: entry.key_span,
            value,
            span: entry.node.span,
        });
    }
}

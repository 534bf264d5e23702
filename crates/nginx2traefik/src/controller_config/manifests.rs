//! Kubernetes objects of the controller: ConfigMap, Deployment or DaemonSet, IngressClass.
use super::{Found, streams};
use crate::rules::registry;
use crate::settings_file::{Any, Node};

/// Reads one object; of other kinds nothing.
pub(super) fn read(object: &Node, found: &mut Found) {
    match object.get("kind").and_then(Node::text).as_deref() {
        Some("ConfigMap") => config_map(object, found),
        Some("Deployment" | "DaemonSet") => workload(object, found),
        Some("IngressClass") => class(object, found),
        _ => {}
    }
}

/// The controller's ConfigMap, told from others (tcp-services, headers) by its keys: an empty one of its name is it, too.
fn config_map(object: &Node, found: &mut Found) {
    let known = |data: &Node| {
        data.entries()
            .iter()
            .any(|entry| registry().configmap_key(&entry.key).is_some())
    };
    let name = object.get("metadata.name").and_then(Node::text).unwrap_or_default();
    match object.get("data") {
        Some(data) if known(data) => found.settings(data),
        Some(data) if is_controllers(&name) => found.settings(data),
        Some(data) => found.streams.extend(streams::of_config_map(&name, data)),
        _ => {}
    }
    found.anything |= is_controllers(&name);
}

/// The usual names of the controller's ConfigMap: `ingress-nginx-controller`, `nginx-configuration`, ...
pub(super) fn is_controllers(name: &str) -> bool {
    name.contains("nginx") && (name.ends_with("controller") || name.contains("config"))
}

fn workload(object: &Node, found: &mut Found) {
    let Some(Any::List(containers)) = object.get("spec.template.spec.containers").map(|node| &node.value) else {
        return;
    };
    for container in containers {
        let arguments: Vec<String> = ["command", "args"]
            .iter()
            .filter_map(|key| container.get(key))
            .flat_map(|list| list.items())
            .map(|(text, _)| text)
            .collect();
        // other workloads stand in the same file
        if arguments
            .iter()
            .any(|text| text.contains("nginx-ingress-controller") || text.starts_with("--controller-class"))
        {
            found.anything = true;
            arguments.iter().for_each(|text| found.argument(text));
        }
    }
}

fn class(object: &Node, found: &mut Found) {
    let controller = object.get("spec.controller").and_then(Node::text).unwrap_or_default();
    if !controller.starts_with("k8s.io/ingress-nginx") {
        return;
    }
    found.anything = true;
    found.classes.extend(object.get("metadata.name").and_then(Node::text));
    let annotations = object
        .get("metadata.annotations")
        .map(Node::entries)
        .unwrap_or_default();
    let default = annotations
        .iter()
        .find(|entry| entry.key == "ingressclass.kubernetes.io/is-default-class");
    found.default_class |= default.and_then(|entry| entry.node.bool()) == Some(true);
}

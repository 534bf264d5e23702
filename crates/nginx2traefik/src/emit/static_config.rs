//! What the result needs of Traefik's own settings: as static configuration, and as values of its Helm chart.
use crate::plan::Requirement;
use serde_json::Value;
use std::collections::BTreeMap;

/// `traefik.yaml`; none where nothing is needed.
pub(super) fn file(requirements: &[Requirement]) -> Option<String> {
    if requirements.is_empty() {
        return None;
    }
    let mut tree = Tree::default();
    for requirement in requirements {
        let path: Vec<_> = requirement.key.split('.').collect();
        tree.put(&path, &requirement.value, &requirement.reason);
    }
    let mut text =
        "# What the migrated objects need of Traefik's static configuration, beside what is there already.\n"
            .to_owned();
    tree.write(0, &mut text);
    Some(text)
}

/// `traefik-values.yaml`; none where nothing is needed. Options that the chart has no value for are arguments.
pub(super) fn values(requirements: &[Requirement]) -> Option<String> {
    if requirements.is_empty() {
        return None;
    }
    let (known, other): (Vec<_>, Vec<_>) = requirements.iter().partition(|r| is_value(&r.key));
    let mut tree = Tree::default();
    for requirement in known {
        value(requirement, &mut tree);
    }
    let mut text = "# What the migrated objects need of Traefik, as values of its Helm chart.\n".to_owned();
    if !other.is_empty() {
        text.push_str("additionalArguments:\n");
        for requirement in other {
            text.push_str(&format!("  # {}\n", requirement.reason));
            text.push_str(&format!(
                "  - \"--{}={}\"\n",
                requirement.key,
                argument(&requirement.value)
            ));
        }
    }
    tree.write(0, &mut text);
    Some(text)
}

/// The chart has a value for it.
fn is_value(key: &str) -> bool {
    key.starts_with("providers.") && !key.ends_with(".qps") && !key.ends_with(".burst")
}

/// The chart has a switch for each provider, and would make a Gateway and a GatewayClass of its own
/// (traefik-helm-chart:traefik/values.yaml).
fn value(requirement: &Requirement, tree: &mut Tree) {
    let mut path: Vec<_> = requirement.key.split('.').collect();
    if !requirement.value.is_object() {
        tree.put(&path, &requirement.value, &requirement.reason);
        return;
    }
    path.push("enabled");
    tree.put(&path, &Value::Bool(true), &requirement.reason);
    if requirement.key == "providers.kubernetesGateway" {
        let reason = "the migrated objects bring their own";
        tree.put(&["gateway", "enabled"], &Value::Bool(false), reason);
        tree.put(&["gatewayClass", "enabled"], &Value::Bool(false), reason);
    }
}

fn argument(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(argument).collect::<Vec<_>>().join(","),
        Value::Object(_) => "true".to_owned(),
        other => other.to_string(),
    }
}

/// Keys, and at the leaves a value with its reasons.
#[derive(Debug, Default)]
struct Tree {
    children: BTreeMap<String, Tree>,
    leaf: Option<(Value, Vec<String>)>,
}

impl Tree {
    fn put(&mut self, path: &[&str], value: &Value, reason: &str) {
        match path.split_first() {
            Some((first, rest)) => self
                .children
                .entry((*first).to_owned())
                .or_default()
                .put(rest, value, reason),
            None => {
                let (_, reasons) = self.leaf.get_or_insert_with(|| (value.clone(), Vec::new()));
                reasons.push(reason.to_owned());
            }
        }
    }

    fn write(&self, depth: usize, text: &mut String) {
        let indent = "  ".repeat(depth);
        for (key, child) in &self.children {
            match &child.leaf {
                Some((value, reasons)) if child.children.is_empty() => {
                    for reason in reasons {
                        text.push_str(&format!("{indent}# {reason}\n"));
                    }
                    text.push_str(&format!("{indent}{key}: {}\n", flow(value)));
                }
                _ => {
                    text.push_str(&format!("{indent}{key}:\n"));
                    child.write(depth + 1, text);
                }
            }
        }
    }
}

/// JSON is YAML, and short values read well so.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().all(|c| c.is_ascii_alphanumeric()) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn need(key: &str, value: Value, reason: &str) -> Requirement {
        Requirement {
            key: key.into(),
            value,
            reason: reason.into(),
            from: Vec::new(),
        }
    }

    #[test]
    fn every_line_has_its_reason() {
        let needs = [
            need("entryPoints.websecure.http.tls", json!({}), "https everywhere"),
            need("providers.kubernetesCRD.allowEmptyServices", json!(true), "503"),
        ];
        assert_eq!(
            file(&needs).unwrap_or_default(),
            "# What the migrated objects need of Traefik's static configuration, beside what is there already.\n\
             entryPoints:\n  websecure:\n    http:\n      # https everywhere\n      tls: {}\n\
             providers:\n  kubernetesCRD:\n    # 503\n    allowEmptyServices: true\n"
        );
        assert_eq!(
            values(&needs).unwrap_or_default(),
            "# What the migrated objects need of Traefik, as values of its Helm chart.\n\
             additionalArguments:\n  # https everywhere\n  - \"--entryPoints.websecure.http.tls=true\"\n\
             providers:\n  kubernetesCRD:\n    # 503\n    allowEmptyServices: true\n"
        );
        assert_eq!(file(&[]), None);
    }

    #[test]
    fn the_chart_switches_the_provider_on_and_makes_no_gateway_of_its_own() {
        let needs = [need("providers.kubernetesGateway", json!({}), "routes")];
        assert_eq!(
            values(&needs).unwrap_or_default(),
            "# What the migrated objects need of Traefik, as values of its Helm chart.\n\
             gateway:\n  # the migrated objects bring their own\n  enabled: false\n\
             gatewayClass:\n  # the migrated objects bring their own\n  enabled: false\n\
             providers:\n  kubernetesGateway:\n    # routes\n    enabled: true\n"
        );
    }
}

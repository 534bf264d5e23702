//! What the API server is told of the backends.
use super::{APPS, App};
use serde_json::{Value, json};

/// The Service of every application, for a namespace.
pub fn services(namespace: &str) -> Vec<Value> {
    APPS.iter()
        .map(|app| {
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": app.name, "namespace": namespace},
                   "spec": {"selector": {"app": app.name},
                            "ports": [{"name": app.port_name(), "port": app.port, "targetPort": app.port}]}})
        })
        .collect()
}

/// The EndpointSlice that the controller of a real cluster would write for a Service; none where nothing is selected.
pub fn endpoint_slice(service: &Value) -> Option<Value> {
    let selected = service["spec"]["selector"]["app"].as_str()?;
    let app = APPS.iter().find(|a| a.name == selected)?;
    let ready = json!({"ready": true, "serving": true, "terminating": false});
    let endpoints: Vec<Value> = app
        .addresses()
        .map(|a| json!({"addresses": [a.to_string()], "conditions": ready}))
        .collect();
    let ports: Vec<Value> = service["spec"]["ports"]
        .as_array()?
        .iter()
        .map(|p| json!({"name": p["name"].as_str().unwrap_or(""), "port": app.port, "protocol": "TCP"}))
        .collect();
    let name = service["metadata"]["name"].as_str()?;
    let namespace = service["metadata"]["namespace"].as_str()?;
    Some(json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": {"name": format!("{name}-1"), "namespace": namespace,
                             "labels": {"kubernetes.io/service-name": name}},
                "addressType": "IPv4", "ports": ports, "endpoints": endpoints}))
}

/// The names under which cluster DNS knows an application.
pub fn names(app: App, namespaces: &[String]) -> Vec<String> {
    let mut names = vec![app.name.to_owned()];
    for namespace in namespaces {
        let short = format!("{}.{namespace}", app.name);
        names.extend([format!("{short}.svc.cluster.local"), format!("{short}.svc"), short]);
    }
    names
}

/// Lines of `/etc/hosts` for the Services of a namespace: what cluster DNS would answer.
pub fn hosts(namespace: &str) -> Vec<String> {
    let line = |app: &App| {
        let address = app.addresses().next()?;
        let names = names(*app, &[namespace.to_owned()]);
        Some(format!("{address} {}", names[1..].join(" ")))
    };
    APPS.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_has_the_addresses_of_what_its_service_selects() {
        let service = services("shop").into_iter().find(|s| s["metadata"]["name"] == "multi");
        let slice = endpoint_slice(&service.unwrap_or_default()).unwrap_or_default();
        assert_eq!(slice["metadata"]["namespace"], "shop");
        assert_eq!(slice["endpoints"].as_array().map(Vec::len), Some(6));
        assert_eq!(slice["endpoints"][5]["addresses"][0], "10.244.9.6");
    }

    #[test]
    fn a_service_that_selects_a_stranger_has_no_slice() {
        let service = json!({"metadata": {"name": "a", "namespace": "b"}, "spec": {"selector": {"app": "other"}}});
        assert_eq!(endpoint_slice(&service), None);
    }
}

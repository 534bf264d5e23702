//! Secrets that people write into nginx configuration, so that no report prints them.
use crate::effective::Controller;
use crate::hidden::Hidden;
use crate::model::Manifests;
use nginx_snippet::{parse, secrets};

/// Every secret in a snippet, of whatever controller: of the Ingresses, of ConfigMaps and of the controller's own.
pub fn of(manifests: &Manifests, controller: &Controller) -> Hidden {
    let of_ingresses = manifests.ingresses.iter().flat_map(|i| &i.annotations);
    let of_maps = manifests.config_maps.iter().flat_map(|m| &m.data);
    let written = of_ingresses.chain(of_maps).map(|e| (&e.name.value, &e.value.value));
    let of_controller = controller.config.iter().map(|(key, (text, _))| (key, text));
    let texts = written.chain(of_controller).filter(|(key, _)| key.contains("snippet"));
    Hidden::new(texts.flat_map(|(_, text)| of_text(text)))
}

/// Those of one piece of nginx configuration.
pub fn of_text(text: &str) -> Vec<String> {
    let tree = parse(text);
    let found = tree.directives.iter().flat_map(secrets);
    found.map(|secret| secret.reveal().to_owned()).collect()
}

//! What the result rests on because nobody showed it.
use crate::effective::Controller;
use crate::installation::Installation;
use crate::rules::registry;

/// Keys of the ConfigMap whose defaults clients notice.
const NOTICED: [&str; 6] = [
    "ssl-redirect",
    "hsts",
    "hsts-max-age",
    "proxy-body-size",
    "proxy-read-timeout",
    "use-forwarded-headers",
];

/// One sentence for each side that was not shown.
pub fn assumed(controller: &Controller, installation: &Installation) -> Vec<String> {
    let mut notes = Vec::new();
    if !controller.given {
        let known = NOTICED.iter().filter_map(|key| registry().configmap_key(key));
        let defaults: Vec<String> = known.map(|key| format!("{}: {}", key.name, key.default)).collect();
        notes.push(format!(
            "Nothing was shown of the controller (--controller-config), so the defaults of ingress-nginx are assumed: {}. \
             Snippets and risky annotations are taken to be allowed, since somebody wrote them.",
            defaults.join(", ")
        ));
    }
    if !installation.given {
        notes.push(format!(
            "Nothing was shown of Traefik (--traefik-values or --traefik-config), so Traefik {} as its Helm chart installs it is assumed: \
             entryPoints web and websecure, no redirect between them, nobody's X-Forwarded headers believed.",
            installation.version.as_str()
        ));
    }
    notes
}

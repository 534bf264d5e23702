//! Manifests as a large cluster holds them: the same for the same numbers.
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Annotations as people combine them, from the plainest to the longest.
const ANNOTATIONS: [&str; 6] = [
    "",
    "    nginx.ingress.kubernetes.io/proxy-body-size: 20m\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"300\"  # 5 minutes\n",
    "    nginx.ingress.kubernetes.io/rewrite-target: /$2\n    cert-manager.io/cluster-issuer: letsencrypt\n",
    "    nginx.ingress.kubernetes.io/enable-cors: \"true\"\n    nginx.ingress.kubernetes.io/cors-allow-origin: 'https://a.example.com, https://*.b.example.com'\n",
    "    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8,192.0.2.0/24\n    nginx.ingress.kubernetes.io/ssl-redirect: \"false\"\n",
    "    # carts live in memory\n    nginx.ingress.kubernetes.io/affinity: cookie\n    nginx.ingress.kubernetes.io/session-cookie-name: cart\n    nginx.ingress.kubernetes.io/session-cookie-max-age: \"172800\"\n",
];

/// One Ingress with its comments and labels; every fourth host is shared by two.
fn ingress(number: usize) -> String {
    let host = number - number % 4 / 3;
    let annotations = ANNOTATIONS[number % ANNOTATIONS.len()];
    let path = if annotations.contains("rewrite-target") {
        format!("/app{number}(/|$)(.*)")
    } else {
        format!("/app{number}")
    };
    let annotations = match annotations {
        "" => String::new(),
        some => format!("  annotations:\n{some}"),
    };
    format!(
        "# Source: app/templates/ingress.yaml\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app-{number}\n  \
         namespace: team-{team}\n  labels:\n    app.kubernetes.io/name: app-{number}\n    app.kubernetes.io/managed-by: Helm\n    \
         helm.sh/chart: app-1.2.{team}\n{annotations}spec:\n  ingressClassName: nginx\n  tls:\n    - hosts:\n        - \
         app-{host}.example.com\n      secretName: app-{host}-tls\n  rules:\n    - host: app-{host}.example.com\n      http:\n        \
         paths:\n          - path: {path}\n            pathType: ImplementationSpecific\n            backend:\n              \
         service:\n                name: app-{number}\n                port:\n                  number: 8080\n",
        team = number % 50,
    )
}

/// One file with this many Ingresses.
pub(crate) fn ingresses(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        write!(text, "---\n{}", ingress(number)).expect("a string");
    }
    text
}

/// A manifest that is no Ingress, of the size that people write.
fn other(number: usize) -> String {
    let mut text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\n  namespace: team-{}\nspec:\n  replicas: 2\n  \
         selector:\n    matchLabels: {{app: app-{number}}}\n  template:\n    metadata:\n      labels: {{app: app-{number}}}\n    \
         spec:\n      containers:\n        - name: app\n          image: registry.example.com/app-{number}:1.0\n          env:\n",
        number % 50
    );
    for variable in 0..10 + number % 30 {
        write!(
            text,
            "            - name: SETTING_{variable}\n              value: \"{}\"\n",
            number * variable
        )
        .expect("a string");
    }
    text
}

/// A tree of `count` small files; one of twenty holds an Ingress.
pub(crate) fn tree(root: &Path, count: usize) {
    for number in 0..count {
        let folder = root
            .join(format!("team-{}", number % 50))
            .join(format!("app-{}", number / 50));
        fs::create_dir_all(&folder).expect("a folder");
        let (name, text) = match number % 20 {
            0 => ("ingress.yaml", ingress(number)),
            _ => ("deployment.yaml", other(number)),
        };
        fs::write(folder.join(name), text).expect("a file");
    }
}

//! `lint --as admission`: what the ban would refuse, by namespace.
use crate::program::Folder;
use std::fs::File;

fn ingress(namespace: &str, name: &str, class: &str, annotations: &str) -> String {
    format!(
        "- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {{namespace: {namespace}, name: {name}, annotations: {{{annotations}}}}}
  spec: {{{class}defaultBackend: {{service: {{name: a, port: {{number: 80}}}}}}}}
"
    )
}

fn class(name: &str, controller: &str) -> String {
    format!(
        "- {{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {{name: {name}}}, spec: {{controller: {controller}}}}}\n"
    )
}

/// As `kubectl get ingress,ingressclass -A -o yaml` prints it.
fn cluster() -> String {
    let nginx = "ingressClassName: nginx, ";
    let objects = [
        ingress(
            "shop",
            "web",
            nginx,
            "nginx.ingress.kubernetes.io/rewrite-target: /$1, nginx.ingress.kubernetes.io/server-snippet: 'return 200;'",
        ),
        ingress("shop", "new", "ingressClassName: traefik, ", ""),
        ingress(
            "blog",
            "blog",
            "ingressClassName: traefik, ",
            "ingress.kubernetes.io/ssl-redirect: 'true'",
        ),
        ingress(
            "lab",
            "old",
            "",
            "kubernetes.io/ingress.class: nginx, nginx.ingress.kubernetes.io/client-max-body-size: 8m",
        ),
        ingress(
            "vendor",
            "chart",
            nginx,
            "nginx2traefik.io/exempt-reason: their chart, nginx2traefik.io/exempt-until: 9999-12-31",
        ),
        class("nginx", "k8s.io/ingress-nginx"),
        class("internal", "k8s.io/ingress-nginx"),
        class("traefik", "traefik.io/ingress-controller"),
    ];
    format!("apiVersion: v1\nkind: List\nitems:\n{}", objects.concat())
}

fn folder() -> Folder {
    Folder::with(&[
        ("cluster.yaml", &cluster()),
        (
            "nginx2traefik.toml",
            "[admission]\nmode = 'warn'\nnamespaces.blog.mode = 'deny'\nexemptions.max-days = 4000000\n",
        ),
    ])
}

#[test]
fn a_cluster_is_told_by_namespace() {
    let folder = folder();
    let input = File::open(folder.path("cluster.yaml")).unwrap();
    let output = folder.run_with(&["lint", "-", "--as", "admission"], input.into());
    insta::assert_snapshot!(folder.shown(&output));
}

#[test]
fn many_objects_of_a_namespace_are_counted() {
    let many: Vec<String> = (0..12)
        .map(|n| ingress("shop", &format!("a{n:02}"), "ingressClassName: nginx, ", ""))
        .collect();
    let text = format!("apiVersion: v1\nkind: List\nitems:\n{}", many.concat());
    let folder = Folder::with(&[("a.yaml", &text)]);
    assert!(
        folder
            .said(&["lint", "a.yaml", "--as", "admission"])
            .contains("and 2 more")
    );
    assert!(
        folder
            .said(&["lint", "a.yaml", "--as", "admission", "--all"])
            .contains("a11")
    );
}

#[test]
fn the_json_has_every_sentence() {
    let folder = folder();
    let output = folder.run(&["lint", "cluster.yaml", "--as", "admission", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = |object: &serde_json::Value| -> Vec<String> {
        let findings = object["findings"].as_array().unwrap().iter();
        findings
            .map(|f| format!("{} {}", f["severity"].as_str().unwrap(), f["rule"].as_str().unwrap()))
            .collect()
    };
    let web = report["objects"]
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o["name"] == "web")
        .unwrap();
    assert_eq!(
        rules(web),
        ["error rewrite-target", "error server-snippet", "error class"]
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_is_migrated_is_ready() {
    let text = ingress(
        "shop",
        "web",
        "ingressClassName: nginx, ",
        "nginx.ingress.kubernetes.io/app-root: /start",
    );
    let text = text.replacen("- ", "", 1).replace("\n  ", "\n");
    let folder = Folder::with(&[("in/a.yaml", &text)]);
    folder.run(&["migrate", "in", "--target", "ingress", "--output-dir", "out"]);
    let said = folder.said(&["lint", "out", "--as", "admission"]);
    assert!(
        said.contains("Ready for deny: shop") && said.ends_with("exit code 0"),
        "{said}"
    );
}

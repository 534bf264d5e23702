//! What becomes of ModSecurity: of the rules of an Ingress, and of those that the ConfigMap puts around it.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use nginx2traefik::controller_config;
use nginx2traefik::effective::{Controller, build};
use nginx2traefik::installation::Installation;
use nginx2traefik::model;
use nginx2traefik::plan::{self, Api, GatewaySettings, Options};
use nginx2traefik::source::Sources;

/// Findings about ModSecurity, as `line what`; `!` before what blocks.
fn told(annotations: &str, values: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let rules = "spec:\n  ingressClassName: nginx\n  rules:\n  - host: shop.example\n    http:\n      paths:\n      - path: /\n        \
                 pathType: Prefix\n        backend: {service: {name: shop, port: {number: 80}}}\n";
    let text = format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:\n    a: b\n{annotations}{rules}"
    );
    let id = sources.add("shop.yaml", text.clone());
    let manifests = model::join([model::read(id, &text)]);
    let mut controller = Controller::default();
    if !values.is_empty() {
        let text = format!("allow-snippet-annotations: \"true\"\nannotations-risk-level: Critical\n{values}");
        let id = sources.add("controller.yaml", text.clone());
        controller_config::read(&mut controller, id, &text);
    }
    let effective = build(&manifests, controller);
    let options = Options {
        api: Api::Ingress,
        exact: false,
        installation: Installation::default(),
        gateway: GatewaySettings::default(),
    };
    let plan = plan::plan(&manifests, &effective, &options);
    let about = plan
        .findings
        .iter()
        .filter(|f| f.rule.contains("modsecurity") || f.rule.contains("owasp"));
    let line = |f: &nginx2traefik::finding::Finding| {
        let blocks = if f.blocks { "!" } else { "" };
        format!("{}{blocks} {}", sources.position(&f.primary.span).line, f.message)
    };
    about.map(line).collect()
}

const ON: &str = "    nginx.ingress.kubernetes.io/enable-modsecurity: \"true\"\n";

#[test]
fn every_rule_that_refuses_is_named_at_its_line() {
    let rules = "    nginx.ingress.kubernetes.io/modsecurity-snippet: |
      SecRuleEngine On
      SecRule ARGS \\\"@rx x\\\" \\\"id:1,pass,log\\\"
      SecRule ARGS \\\"@rx y\\\" \\\"id:2,deny,status:406\\\"
      SecAction \\\"id:3,drop\\\"
";
    assert_eq!(
        told(&format!("{ON}{rules}"), ""),
        [
            "11! ModSecurity: rule 2 refuses requests with 406",
            "12! ModSecurity: rule 3 refuses requests"
        ]
    );
}

#[test]
fn a_file_of_the_controller_decides_where_there_is_no_snippet() {
    let found = told(ON, "");
    assert_eq!(
        found,
        [
            "7! ModSecurity: whether requests are refused is up to the file modsecurity.conf of the controller's container"
        ]
    );
    assert!(told("", "").is_empty());
}

#[test]
fn what_the_configmap_says_holds_for_every_ingress() {
    let detects = "enable-modsecurity: \"true\"\nmodsecurity-snippet: |\n  SecRuleEngine DetectionOnly\n";
    assert_eq!(
        told("", detects),
        [
            "3 enable-modsecurity is left out: the firewall only detects (SecRuleEngine DetectionOnly), so that clients see no difference"
        ]
    );
    let core = format!("{detects}enable-owasp-modsecurity-crs: \"true\"\n");
    let on = "    nginx.ingress.kubernetes.io/modsecurity-snippet: SecRuleEngine On\n";
    assert_eq!(
        told(on, &core),
        ["6! ModSecurity: the OWASP core rules refuse what they take for an attack with 403"]
    );
    let off = "    nginx.ingress.kubernetes.io/enable-modsecurity: \"false\"\n";
    assert_eq!(
        told(off, &core),
        [
            "7 enable-modsecurity is left out: Traefik has no firewall that had to be switched off, so that clients see no difference"
        ]
    );
}

#[test]
fn what_cannot_be_read_keeps_the_ingress() {
    let include = "    nginx.ingress.kubernetes.io/modsecurity-snippet: |\n      SecRuleEngine Off\n      Include /etc/own/*.conf\n";
    assert_eq!(
        told(&format!("{ON}{include}"), ""),
        ["10! ModSecurity: whether requests are refused is up to the file /etc/own/*.conf"]
    );
}

//! What is read of the controller's own settings.
use nginx2traefik::controller_config::read;
use nginx2traefik::effective::Controller;
use nginx2traefik::source::Sources;

fn controller(texts: &[&str]) -> (Controller, String) {
    let (mut sources, mut controller, mut said) = (Sources::default(), Controller::default(), String::new());
    for text in texts {
        let id = sources.add("controller.yaml", *text);
        for finding in read(&mut controller, id, text) {
            let at = sources.position(&finding.primary.span);
            said += &format!("{}:{} {} ({})\n", at.line, at.column, finding.message, finding.help);
        }
    }
    (controller, said)
}

fn config(controller: &Controller) -> Vec<(&str, &str)> {
    controller
        .config
        .iter()
        .map(|(key, (value, _))| (key.as_str(), value.as_str()))
        .collect()
}

#[test]
fn a_config_map() {
    let (controller, said) = controller(&[include_str!("../../../fixtures/shop/controller.yaml")]);
    assert!(controller.given);
    assert_eq!(
        config(&controller),
        [
            (
                "global-allowed-response-headers",
                "X-Content-Type-Options,Cross-Origin-Resource-Policy"
            ),
            ("hsts-include-subdomains", "false"),
            ("proxy-body-size", "8m"),
        ]
    );
    assert_eq!(said, "");
}

#[test]
fn an_empty_config_map_says_that_all_is_as_by_default() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller}\n";
    let (controller, said) = controller(&[text]);
    assert!(controller.given && controller.config.is_empty());
    assert_eq!(said, "");
}

#[test]
fn values_of_the_chart() {
    let text = "\
controller:
  config:
    use-forwarded-headers: true
    proxy-body-size: 8m
  allowSnippetAnnotations: true
  watchIngressWithoutClass: true
  ingressClassResource: {name: internal, controllerValue: k8s.io/internal-nginx}
  extraArgs:
    annotations-prefix: ingress.example.com
    default-backend-service: web/fallback
";
    let (controller, said) = controller(&[text]);
    assert_eq!(
        config(&controller),
        [
            ("allow-snippet-annotations", "true"),
            ("proxy-body-size", "8m"),
            ("use-forwarded-headers", "true")
        ]
    );
    assert!(controller.watch_without_class);
    assert_eq!(controller.controller_class, "k8s.io/internal-nginx");
    assert_eq!(controller.class_names, ["nginx", "internal"]);
    assert_eq!(controller.annotations_prefix, "ingress.example.com");
    assert_eq!(controller.default_backend.as_deref(), Some("web/fallback"));
    assert_eq!(said, "");
}

#[test]
fn values_of_an_umbrella_chart() {
    let (controller, _) = controller(&["ingress-nginx:\n  controller:\n    config: {ssl-redirect: 'false'}\n"]);
    assert_eq!(config(&controller), [("ssl-redirect", "false")]);
}

#[test]
fn a_plain_list_of_settings() {
    let (controller, said) = controller(&["ssl-redirect: 'false'\nproxy-body-size: 8m\n"]);
    assert_eq!(
        config(&controller),
        [("proxy-body-size", "8m"), ("ssl-redirect", "false")]
    );
    assert_eq!(said, "");
}

#[test]
fn everything_that_the_chart_renders() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: tcp-services}
data: {'9000': default/example:8080}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: my-nginx}
data: {hsts: 'false'}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller}
spec:
  template:
    spec:
      containers:
        - name: controller
          args: [/nginx-ingress-controller, --watch-ingress-without-class=true, --controller-class=k8s.io/ingress-nginx]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: public}
spec: {controller: k8s.io/ingress-nginx}
";
    let (controller, said) = controller(&[text]);
    assert_eq!(config(&controller), [("hsts", "false")]);
    assert!(controller.watch_without_class);
    assert_eq!(controller.class_names, ["nginx", "public"]);
    assert!(said.contains("TCP port 9000 leads to default/example:8080"), "{said}");
}

#[test]
fn ports_without_an_ingress_are_told() {
    let values = "controller: {}\ntcp: {'5432': data/postgres:5432}\nudp: {'53': dns/dns:53:PROXY}\n";
    let (_, said) = controller(&[values]);
    assert!(said.contains("TCP port 5432 leads to data/postgres:5432"), "{said}");
    assert!(said.contains("UDP port 53 leads to dns/dns:53"), "{said}");
    for other in [
        "{'5432': hello}",
        "{a: data/postgres:5432}",
        "{'5432': data/postgres:5432, note: x}",
    ] {
        let map = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: tcp-services}}\ndata: {other}\n");
        assert!(!controller(&[&map]).1.contains("TCP port"), "{other}");
    }
}

#[test]
fn later_files_win() {
    let (controller, _) = controller(&["hsts: 'false'\n", "hsts: 'true'\n"]);
    assert_eq!(config(&controller), [("hsts", "true")]);
}

#[test]
fn keys_that_do_nothing_are_told() {
    let (_, said) = controller(&["\
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller}
data:
  proxy_body_size: 8m
  client-max-body-size: 8m
  rewrite-target: /
"]);
    insta::assert_snapshot!(said);
}

#[test]
fn a_file_about_something_else_is_told() {
    let (controller, said) = controller(&["apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"]);
    assert!(!controller.given);
    insta::assert_snapshot!(said);
}

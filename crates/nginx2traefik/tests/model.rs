//! What is read of manifests, and what is said of those that the API server would not take.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use nginx2traefik::finding::Severity;
use nginx2traefik::model::{self, ApiVersion, Manifests, PathType, PortRef};
use nginx2traefik::source::{SourceId, Sources};

fn read(text: &str) -> Manifests {
    model::join([model::read(SourceId(0), text)])
}

/// `line: message`, one finding each.
fn findings(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add("a.yaml", text);
    let mut found = read(text).findings;
    nginx2traefik::finding::sort(&mut found);
    let line = |f: &nginx2traefik::finding::Finding| sources.position(&f.primary.span).line;
    found.iter().map(|f| format!("{}: {}", line(f), f.message)).collect()
}

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: app
  annotations:
    nginx.ingress.kubernetes.io/use-regex: \"true\"  # quoted
spec:
  ingressClassName: nginx
  rules:
  - host: app.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
  tls:
  - hosts: [app.example.com]
    secretName: app-tls
";

#[test]
fn an_ingress_is_read_with_the_place_of_each_value() {
    let read = read(INGRESS);
    assert_eq!(findings(INGRESS), [""; 0]);
    let ingress = &read.ingresses[0];
    let written = |span: &nginx2traefik::source::Span| &INGRESS[span.range()];
    assert_eq!(ingress.namespace, "default");
    let annotation = ingress.annotation("nginx.ingress.kubernetes.io/use-regex").unwrap();
    assert_eq!(annotation.value.value, "true");
    assert_eq!(written(&annotation.value.span), "\"true\"");
    let path = &ingress.rules[0].paths[0];
    assert_eq!(path.path_type.as_ref().unwrap().value, PathType::Prefix);
    assert_eq!(path.backend.port.as_ref().unwrap().value, PortRef::Name("http".into()));
    assert_eq!(written(&path.backend.service.as_ref().unwrap().span), "web");
    assert_eq!(ingress.tls[0].hosts[0].value, "app.example.com");
}

#[test]
fn older_versions_mean_the_same() {
    let text = "\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: old, namespace: shop}
spec:
  backend: {serviceName: fallback, servicePort: http}
  rules:
  - http:
      paths:
      - backend: {serviceName: web, servicePort: 80}
";
    let read = read(text);
    let ingress = &read.ingresses[0];
    assert_eq!(ingress.api_version.value, ApiVersion::Extensions);
    let default = ingress.default_backend.as_ref().unwrap();
    assert_eq!(default.port.as_ref().unwrap().value, PortRef::Name("http".into()));
    let path = &ingress.rules[0].paths[0];
    assert_eq!((&path.path, &path.path_type), (&None, &None));
    assert_eq!(path.backend.port.as_ref().unwrap().value, PortRef::Number(80));
    assert!(read.findings.is_empty());
}

#[test]
fn lists_and_json_and_several_documents() {
    let text = "\
{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [
  {\"apiVersion\": \"networking.k8s.io/v1\", \"kind\": \"Ingress\", \"metadata\": {\"name\": \"a\"}, \"spec\": {}},
  {\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"s\"}, \"spec\": {\"ports\": [{\"port\": 80}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressList
items:
- metadata: {name: b}
  spec: {}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: internal}
spec: {controller: k8s.io/ingress-nginx}
";
    let read = read(text);
    let names: Vec<_> = read
        .ingresses
        .iter()
        .map(|i| (i.name.value.as_str(), i.place.document, i.place.item))
        .collect();
    assert_eq!(names, [("a", 0, Some(0)), ("b", 1, Some(0))]);
    assert_eq!(read.services[0].ports[0].port, 80);
    assert_eq!(read.classes[0].controller, "k8s.io/ingress-nginx");
}

#[test]
fn other_kinds_stay_unread() {
    let text = "\
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: knative}
spec: {ports: not a list}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: 5}
";
    assert!(read(text).services.is_empty());
    assert_eq!(findings(text), [""; 0]);
}

#[test]
fn an_annotation_that_is_no_string_is_told_and_read_as_it_was_meant() {
    let text = INGRESS.replace("\"true\"  # quoted", "true");
    let read = read(&text);
    assert_eq!(
        findings(&text),
        [
            "6: The API server refuses this object: annotation nginx.ingress.kubernetes.io/use-regex is a boolean, not a string"
        ]
    );
    assert_eq!(read.ingresses[0].annotations[0].value.value, "true");
    let finding = &read.findings[0];
    assert!(finding.blocks && finding.severity == Severity::Error);
    assert_eq!(finding.object.as_ref().unwrap().name, "app");
    assert_eq!(finding.fix.as_ref().unwrap().edits[0].1, "\"true\"");
}

#[test]
fn what_the_api_server_refuses() {
    let wrong_type = INGRESS.replace("port: {name: http}", "port: {number: eighty}");
    assert_eq!(findings(&wrong_type).len(), 1, "{:?}", findings(&wrong_type));
    assert!(findings(&wrong_type)[0].starts_with("13: The API server refuses this Ingress: "));
    let beta_fields = INGRESS.replace(
        "{service: {name: web, port: {name: http}}}",
        "{serviceName: web, servicePort: 80}",
    );
    assert_eq!(
        findings(&beta_fields),
        ["13: The API server refuses this Ingress: the backend names neither `service` nor `resource`"]
    );
    let no_type = INGRESS.replace("pathType: Prefix, ", "");
    assert_eq!(
        findings(&no_type),
        ["13: The API server refuses this Ingress: the path has no pathType"]
    );
    let odd_type = INGRESS.replace("pathType: Prefix", "pathType: Regex");
    assert_eq!(
        findings(&odd_type),
        ["13: The API server refuses this Ingress: there is no pathType `Regex`"]
    );
}

#[test]
fn a_template_is_one_finding() {
    let text = "\
kind: Ingress
metadata:
  name: {{ .Release.Name }}
  {{- with .Values.annotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
";
    assert_eq!(findings(text).len(), 1);
    assert!(findings(text)[0].starts_with("3: The file is a template"));
    let quoted = INGRESS.replace("app.example.com", "\"{{ .Values.host }}\"");
    assert_eq!(findings(&quoted).len(), 1);
    assert!(read(&quoted).ingresses.is_empty());
}

#[test]
fn one_broken_document_does_not_hide_the_others() {
    let text = format!(
        "{INGRESS}---\nkind: Ingress\nmetadata:\n\tname: tab\n---\n{}",
        INGRESS.replace("name: app", "name: third")
    );
    let names: Vec<_> = read(&text).ingresses.into_iter().map(|i| i.name.value).collect();
    assert_eq!(names, ["app", "third"]);
    assert_eq!(findings(&text).len(), 1);
    assert!(findings(&text)[0].starts_with("20: "), "{:?}", findings(&text));
}

#[test]
fn an_object_that_is_defined_twice() {
    let text = format!("{INGRESS}---\n{INGRESS}");
    assert_eq!(
        findings(&text),
        ["21: Ingress default/app is defined twice among the inputs"]
    );
}

#[test]
fn secrets_are_decoded_and_never_shown() {
    let text = "\
apiVersion: v1
kind: Secret
metadata: {name: users}
data:
  auth: |
    dXNlcjpo
    YXNo
  broken: '***'
stringData:
  plain: word
";
    let read = read(text);
    let secret = read.secret("default", "users").unwrap();
    assert_eq!(secret.data["auth"], b"user:hash");
    assert_eq!(secret.data["plain"], b"word");
    assert!(!secret.data.contains_key("broken"));
    assert!(!format!("{secret:?}").contains("hash"));
}

#[test]
fn no_finding_points_at_a_line_of_a_secret() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  word: hidden\n";
    let twice = format!("{secret}  word: hidden too\n---\n{secret}");
    assert_eq!(
        findings(&twice),
        [
            "1: word is written twice: the last one counts (line 6)",
            "8: Secret default/s is defined twice among the inputs"
        ]
    );
    let broken = format!("{secret}\tword: hidden too\n");
    assert!(findings(&broken)[0].starts_with("1: "), "{:?}", findings(&broken));
    let shown = read(&twice)
        .findings
        .iter()
        .flat_map(|f| std::iter::once(&f.primary).chain(&f.secondary))
        .any(|l| twice[l.span.range()].contains("hidden"));
    assert!(!shown);
}

#[test]
fn gateways_are_read_with_the_routes_that_they_admit() {
    let text = "\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: traefik
  listeners:
    - {name: http, port: 80, protocol: HTTP}
    - name: shop
      port: 443
      protocol: HTTPS
      hostname: shop.example.org
      tls: {certificateRefs: [{name: shop}]}
      allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: shop}}}}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: mesh}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: traefik}
spec: {controllerName: traefik.io/gateway-controller}
";
    let manifests = read(text);
    assert_eq!(manifests.gateway_classes, ["traefik"]);
    let [gateway] = manifests.gateways.as_slice() else {
        panic!("one Gateway of the Gateway API: {:?}", manifests.gateways);
    };
    let admits = |listener: usize, namespace: &str| gateway.listeners[listener].allowed.admits(namespace, "infra");
    assert!(admits(0, "infra") && !admits(0, "shop"));
    assert!(admits(1, "shop") && !admits(1, "infra"));
}

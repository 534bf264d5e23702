//! What is read of Traefik's own settings, and what is said about them.
use nginx2traefik::installation::{Form, Reading, Release, Trust, Version, read};
use nginx2traefik::source::Sources;

fn values(text: &str) -> (Reading, String) {
    reading(Form::Values, "values.yaml", text, None)
}

fn reading(form: Form, path: &str, text: &str, named: Option<&str>) -> (Reading, String) {
    let mut sources = Sources::default();
    let id = sources.add(path, text);
    let reading = read(form, id, text, named.and_then(Release::parse));
    let said = reading.findings.iter().map(|f| {
        let at = sources.position(&f.primary.span);
        format!("{}:{} {}: {}\n", at.line, at.column, f.rule, f.message)
    });
    let said = said.collect();
    (reading, said)
}

#[test]
fn values_that_say_nothing_are_the_charts_defaults() {
    let (reading, said) = values("replicas: 2\n");
    assert!(reading.installation.given);
    assert!(reading.installation.websecure.tls, "the chart has TLS on websecure");
    assert!(reading.installation.providers.allow_empty_services);
    assert!(!reading.installation.web.redirects_to_https);
    assert_eq!(said, "");
}

#[test]
fn a_static_configuration_that_says_nothing_is_traefiks_own_defaults() {
    let (reading, _) = reading(
        Form::Static,
        "traefik.yaml",
        "entryPoints:\n  web: {address: ':80'}\n  websecure: {address: ':443'}\nproviders:\n  kubernetesCRD: {}\n",
        None,
    );
    let installation = reading.installation;
    assert!(!installation.websecure.tls);
    assert!(!installation.providers.allow_empty_services);
    assert!(installation.providers.crd && !installation.providers.ingress);
}

#[test]
fn the_first_users_values() {
    let text = include_str!("../../../fixtures/dataone/traefik-values.yaml");
    let (reading, said) = values(text);
    let installation = reading.installation;
    assert_eq!(installation.version, Version::V3_6);
    assert!(installation.web.redirects_to_https && installation.web.acme_bypass);
    assert_eq!(installation.websecure.read_timeout, 3600);
    assert_eq!(installation.web.trust, Trust::Anyone);
    insta::assert_snapshot!(said);
}

#[test]
fn every_form_of_the_chart_is_understood() {
    for text in [
        "ports: {web: {redirectTo: {port: websecure}}}",
        "ports: {web: {redirections: {entryPoint: {to: websecure, scheme: https}}}}",
        "ports: {web: {http: {redirections: {entryPoint: {to: websecure}}}}}",
        "additionalArguments: ['--entrypoints.web.http.redirections.entrypoint.to=:443']",
    ] {
        assert!(values(text).0.installation.web.redirects_to_https, "{text}");
    }
    for text in [
        "ports: {websecure: {tls: {enabled: false}}}",
        "ports: {websecure: {http: {tls: {enabled: false}}}}",
    ] {
        assert!(!values(text).0.installation.websecure.tls, "{text}");
    }
    for text in [
        "ports: {websecure: {middlewares: [a@file, b@file]}}",
        "ports: {websecure: {http: {middlewares: [a@file, b@file]}}}",
        "additionalArguments: ['--entryPoints.websecure.http.middlewares=a@file,b@file']",
    ] {
        assert_eq!(
            values(text).0.installation.websecure.middlewares,
            ["a@file", "b@file"],
            "{text}"
        );
    }
    let (reading, _) = values("ports: {web: {redirections: {entryPoint: {to: websecure, scheme: http}}}}");
    assert!(!reading.installation.web.redirects_to_https);
}

#[test]
fn providers_and_their_options() {
    let (reading, _) = values(
        "ingressClass: {name: edge}\nproviders:\n  kubernetesCRD: {enabled: false}\n  kubernetesIngress:\n    strictPrefixMatching: true\n    allowEmptyServices: false\n",
    );
    let providers = reading.installation.providers;
    assert_eq!(providers.ingress_class, "edge");
    assert!(providers.ingress && !providers.crd);
    assert!(providers.strict_prefix_matching && !providers.allow_empty_services);
}

#[test]
fn durations_are_those_of_go() {
    for (written, seconds) in [
        ("3600s", 3600),
        ("1h", 3600),
        ("1h30m", 5400),
        ("0", 0),
        ("\"90\"", 90),
        ("1500ms", 2),
    ] {
        let text = format!("ports: {{websecure: {{transport: {{respondingTimeouts: {{readTimeout: {written}}}}}}}}}");
        assert_eq!(
            values(&text).0.installation.websecure.read_timeout,
            seconds,
            "{written}"
        );
    }
    let (_, said) = values("ports:\n  web:\n    transport:\n      respondingTimeouts: {readTimeout: soon}\n");
    insta::assert_snapshot!(said);
}

#[test]
fn entry_points_with_other_names_are_found_by_their_port() {
    let (reading, _) = reading(
        Form::Static,
        "traefik.yaml",
        "entryPoints:\n  plain: {address: ':8000'}\n  secure: {address: ':8443/tcp', http: {tls: {}}}\n",
        None,
    );
    let installation = reading.installation;
    assert_eq!(
        (installation.web.name.as_str(), installation.web.exposed_port),
        ("plain", 80)
    );
    assert_eq!(
        (
            installation.websecure.name.as_str(),
            installation.websecure.exposed_port
        ),
        ("secure", 443)
    );
    assert!(installation.websecure.tls);
}

#[test]
fn what_a_release_does_not_know_is_told() {
    let text = "image: {tag: v3.7.0}\nproviders:\n  kubernetesIngress:\n    crossProviderNamespaces: [a]\n";
    insta::assert_snapshot!(values(text).1);
    assert_eq!(values(&text.replace("3.7.0", "3.7.1")).1, "");
    assert_eq!(
        reading(Form::Values, "v", text, Some("3.7")).1,
        "",
        "the user's word counts more than the tag"
    );
    insta::assert_snapshot!(values("image: {tag: v3.5.1}\n").1);
    insta::assert_snapshot!(reading(Form::Values, "v", "image: {tag: v3.6.1}\n", Some("3.7")).1);
}

#[test]
fn settings_that_open_something_are_told() {
    let text = "\
entryPoints:
  web:
    address: :80
    forwardedHeaders:
      trustedIPs: [10.0.0.0/8, 0.0.0.0/0]
  websecure:
    address: :443
    proxyProtocol: {insecure: true}
  traefik:
    address: :8080
    forwardedHeaders: {insecure: true}
api: {insecure: true}
serversTransport: {insecureSkipVerify: true}
providers:
  kubernetesCRD: {allowCrossNamespace: true}
  kubernetesIngressNGINX: {}
";
    let (reading, said) = reading(Form::Static, "traefik.yaml", text, None);
    assert_eq!(reading.installation.web.trust, Trust::Anyone);
    insta::assert_snapshot!(said);
}

#[test]
fn wrong_addresses_are_told() {
    let (reading, said) =
        values("ports:\n  web:\n    forwardedHeaders:\n      trustedIPs: [10.0.0.0/8, 10.1, '2001:db8::1']\n");
    assert!(matches!(&reading.installation.web.trust, Trust::Networks(networks) if networks.len() == 2));
    insta::assert_snapshot!(said);
}

#[test]
fn listeners_of_gateways_name_the_port_that_traefik_itself_listens_on() {
    let ports = |form, text: &str| {
        let installation = reading(form, "t.yaml", text, None).0.installation;
        (
            installation.web.port,
            installation.websecure.port,
            installation.web.exposed_port,
        )
    };
    assert_eq!(ports(Form::Values, "replicas: 2"), (8000, 8443, 80));
    assert_eq!(ports(Form::Values, "ports: {web: {port: 9080}}"), (9080, 8443, 9080));
    let text = "entryPoints: {web: {address: ':8080'}, websecure: {address: ':443/tcp'}}";
    assert_eq!(ports(Form::Static, text), (8080, 443, 80));
}

#[test]
fn the_chart_makes_a_gateway_class_where_its_gateway_provider_is_on() {
    let class = |text: &str| values(text).0.installation.providers.gateway_class;
    assert_eq!(class("replicas: 2"), None);
    let on = "providers: {kubernetesGateway: {enabled: true}}";
    assert_eq!(class(on).as_deref(), Some("traefik"));
    assert_eq!(
        class(&format!("{on}\ngatewayClass: {{name: edge}}")).as_deref(),
        Some("edge")
    );
    assert_eq!(class(&format!("{on}\ngatewayClass: {{enabled: false}}")), None);
}

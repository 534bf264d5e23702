//! `--target gateway`: which words there are for the way to a backend. GRPCRoute and BackendTLSPolicy say it for a whole host and a
//! whole port; where that would say too much, a TraefikService does.
use super::{Migrated, ingress, run};
use nginx2traefik::plan::Api;

fn to_gateway(text: &str) -> Migrated {
    run(text, Api::Gateway, false)
}

/// Kinds and names of routes and of what says how a backend is spoken to.
fn objects(text: &str) -> Vec<String> {
    let parsed = spanned_yaml::parse(text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let documents = parsed.documents.iter().map(|d| spanned_yaml::to_json(d).unwrap());
    let named = documents.map(|value| {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        format!("{} {}", text(&value["kind"]), text(&value["metadata"]["name"]))
    });
    let wanted = [
        "HTTPRoute",
        "GRPCRoute",
        "TraefikService",
        "ServersTransport",
        "BackendTLSPolicy",
        "ConfigMap",
    ];
    named
        .filter(|line| wanted.iter().any(|kind| line.starts_with(&format!("{kind} "))))
        .collect()
}

fn service(name: &str, port: &str) -> String {
    format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{{port}}}]}}\n")
}

/// Of the host `calls.test`, which has a certificate.
fn calls(paths: &[(&str, &str, &str, &str)]) -> String {
    let text = ingress("calls", &[("backend-protocol", "GRPC")], paths);
    format!("{text}  tls: [{{hosts: [calls.test], secretName: calls-tls}}]\n")
}

const ALL: [(&str, &str, &str, &str); 1] = [("calls.test", "Prefix", "/", "greeter")];

#[test]
fn a_host_of_one_grpc_service_is_a_grpcroute() {
    let text = calls(&ALL) + &service("greeter", "name: grpc, port: 80");
    let got = objects(&to_gateway(&text).text);
    assert_eq!(got, ["HTTPRoute calls-http", "GRPCRoute calls"]);
}

#[test]
fn a_grpcroute_takes_no_other_protocol_of_the_port() {
    for (port, is_grpc) in [
        ("port: 80, appProtocol: kubernetes.io/h2c", true),
        ("port: 80, appProtocol: grpc", false),
    ] {
        let text = calls(&ALL) + &service("greeter", port);
        let got = objects(&to_gateway(&text).text);
        assert_eq!(got.contains(&"GRPCRoute calls".to_owned()), is_grpc, "{port}");
        assert_eq!(
            got.contains(&"TraefikService calls-greeter".to_owned()),
            !is_grpc,
            "{port}"
        );
    }
}

#[test]
fn a_service_that_is_not_shown_may_have_any_protocol() {
    let got = objects(&to_gateway(&calls(&ALL)).text);
    assert!(got.contains(&"HTTPRoute calls".to_owned()), "{got:?}");
}

#[test]
fn paths_are_no_services_of_grpc() {
    let paths = [ALL[0], ("calls.test", "Prefix", "/admin", "admin")];
    let text = calls(&paths) + &service("greeter", "port: 80") + &service("admin", "port: 80");
    let got = objects(&to_gateway(&text).text);
    assert!(got.iter().all(|line| !line.starts_with("GRPCRoute")), "{got:?}");
}

#[test]
fn grpc_on_plain_http_would_share_its_listener() {
    let text = calls(&ALL).replace(
        "backend-protocol: 'GRPC'\n",
        "backend-protocol: 'GRPC'\n    nginx.ingress.kubernetes.io/ssl-redirect: 'false'\n",
    );
    let got = objects(&to_gateway(&(text + &service("greeter", "port: 80"))).text);
    assert!(got.iter().all(|line| !line.starts_with("GRPCRoute")), "{got:?}");
}

#[test]
fn a_grpcroute_would_be_below_the_routes_of_a_wildcard() {
    let wide = ingress("wide", &[], &[("*.test", "Prefix", "/", "web")]);
    let text = format!("{}---\n{wide}{}", calls(&ALL), service("greeter", "port: 80"));
    let got = objects(&to_gateway(&text).text);
    assert!(got.iter().all(|line| !line.starts_with("GRPCRoute")), "{got:?}");
}

#[test]
fn grpc_for_some_addresses_keeps_its_guard() {
    let text = calls(&ALL).replace(
        "backend-protocol: 'GRPC'\n",
        "backend-protocol: 'GRPC'\n    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8\n",
    );
    let got = to_gateway(&(text + &service("greeter", "port: 80"))).text;
    assert!(got.contains("kind: HTTPRoute\nmetadata:\n  name: calls\n"), "{got}");
    assert!(got.contains("weight: 0"), "{got}");
}

const CA: &str = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: orders-ca, namespace: default}\nstringData:\n  ca.crt: |\n    \
                  -----BEGIN CERTIFICATE-----\n    AAAA\n    -----END CERTIFICATE-----\n";

fn verified(name: &str, host: &str, path: &str, certificate_of: &str) -> String {
    let annotations = [
        ("backend-protocol", "HTTPS"),
        ("proxy-ssl-secret", "default/orders-ca"),
        ("proxy-ssl-verify", "on"),
        ("proxy-ssl-name", certificate_of),
    ];
    ingress(name, &annotations, &[(host, "Prefix", path, "orders")])
}

#[test]
fn a_policy_says_whose_certificate_a_port_has() {
    let text = verified("a", "a.test", "/", "orders.svc") + CA + &service("orders", "name: tls, port: 80");
    let migrated = to_gateway(&text).text;
    let got = objects(&migrated);
    assert_eq!(got, ["HTTPRoute a", "BackendTLSPolicy orders", "ConfigMap orders-ca"]);
    assert!(migrated.contains("      sectionName: tls\n"), "{migrated}");
}

#[test]
fn two_hosts_share_a_policy() {
    let (a, b) = (
        verified("a", "a.test", "/", "orders.svc"),
        verified("b", "b.test", "/", "orders.svc"),
    );
    let got = objects(&to_gateway(&format!("{a}---\n{b}{CA}")).text);
    let policies = got.iter().filter(|line| line.starts_with("BackendTLSPolicy")).count();
    assert_eq!(policies, 1, "{got:?}");
}

#[test]
fn a_policy_that_another_route_contradicts_is_none() {
    let pods = "---\napiVersion: v1\nkind: Service\nmetadata: {name: orders}\nspec: {selector: {app: orders}, ports: [{name: web, port: 80}]}\n";
    let plain = ingress("b", &[], &[("b.test", "Prefix", "/", "orders")]);
    let other = verified("b", "b.test", "/", "others.svc");
    for second in [plain, other] {
        let first = verified("a", "a.test", "/", "orders.svc");
        let got = objects(&to_gateway(&format!("{first}---\n{second}{CA}{pods}")).text);
        assert!(got.iter().all(|line| !line.starts_with("BackendTLSPolicy")), "{got:?}");
        assert!(got.contains(&"ServersTransport a".to_owned()), "{got:?}");
    }
}

#[test]
fn a_policy_shows_no_certificate_and_takes_no_name_that_is_no_host() {
    let key = "  tls.crt: a\n  tls.key: b\n";
    for (secret, name) in [
        (format!("{CA}{key}"), "orders.svc"),
        (CA.to_owned(), "orders_svc"),
        (String::new(), "orders.svc"),
    ] {
        let text = verified("a", "a.test", "/", name) + &secret;
        let got = objects(&to_gateway(&text).text);
        assert!(got.contains(&"ServersTransport a".to_owned()), "{name}: {got:?}");
    }
}

#[test]
fn a_serverstransport_of_the_users_own_becomes_a_policy() {
    let text = format!(
        "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {{name: a, namespace: default}}\nspec:\n  entryPoints: [web]\n  \
         routes:\n  - match: Host(`a.test`)\n    kind: Rule\n    services: [{{name: orders, port: 80, scheme: https, \
         serversTransport: orders}}]\n---\napiVersion: traefik.io/v1alpha1\nkind: ServersTransport\nmetadata: {{name: orders, namespace: \
         default}}\nspec:\n  serverName: orders.svc\n  rootCAs: [{{secret: orders-ca}}]\n{CA}"
    );
    let got = objects(&to_gateway(&text).text);
    assert!(got.contains(&"BackendTLSPolicy orders".to_owned()), "{got:?}");
    assert!(got.iter().all(|line| !line.starts_with("TraefikService")), "{got:?}");
}

#[test]
fn a_protocol_of_the_port_that_nginx_does_not_read_is_not_followed() {
    for (port, is_plain) in [
        ("port: 80", true),
        ("port: 80, appProtocol: http", true),
        ("port: 80, appProtocol: https", false),
        ("port: 80, appProtocol: grpc", false),
    ] {
        let text = ingress("a", &[], &[("a.test", "Prefix", "/", "web")]) + &service("web", port);
        let got = to_gateway(&text).text;
        assert_eq!(!got.contains("scheme: http\n"), is_plain, "{port}: {got}");
    }
}

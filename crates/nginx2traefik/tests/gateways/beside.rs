//! What other controllers read of Gateways and routes, and what other Gateway implementations understand.
use super::{Migrated, Of, SHOP, ingress, migrate, with};
use nginx2traefik::installation::Installation;
use nginx2traefik::plan::GatewaySettings;
use serde_json::{Value, json};

const ISSUER: (&str, &str) = ("cert-manager.io/cluster-issuer", "letsencrypt");

#[test]
fn cert_manager_reads_the_gateway_where_all_its_certificates_ask_for_the_same() {
    let blog = Of {
        name: "blog",
        host: "blog.example.org",
        secret: "blog-tls",
        annotations: &[ISSUER],
        ..SHOP
    };
    let shop = Of {
        annotations: &[ISSUER],
        ..SHOP
    };
    let migrated = migrate(&[ingress(&shop), ingress(&blog)].concat());
    let annotations = |migrated: &Migrated| migrated.all("Gateway")[0]["metadata"]["annotations"].clone();
    assert_eq!(
        annotations(&migrated),
        json!({"cert-manager.io/cluster-issuer": "letsencrypt"})
    );
    assert!(migrated.all("Certificate").is_empty());
    // a Secret that nobody orders would be written over
    let by_hand = Of {
        annotations: &[],
        ..blog
    };
    let mixed = migrate(&[ingress(&shop), ingress(&by_hand)].concat());
    assert_eq!(annotations(&mixed), Value::Null);
    assert_eq!(mixed.all("Certificate").len(), 1);
    // cert-manager orders no certificate into another namespace than the Gateway's
    let elsewhere = Of {
        namespace: "blog",
        ..by_hand
    };
    let shared = migrate(&[ingress(&shop), ingress(&elsewhere)].concat());
    assert_eq!(shared.all("Certificate").len(), 1);
    assert_eq!(shared.all("Certificate")[0]["metadata"]["namespace"], "shop");
}

#[test]
fn external_dns_reads_the_target_of_the_gateway_and_the_rest_of_every_route() {
    let dns: &[(&str, &str)] = &[
        ("external-dns.alpha.kubernetes.io/target", "lb.example.org"),
        ("external-dns.alpha.kubernetes.io/ttl", "60"),
    ];
    let shop = Of {
        annotations: dns,
        ..SHOP
    };
    let migrated = migrate(&ingress(&shop));
    let target = json!({"external-dns.alpha.kubernetes.io/target": "lb.example.org"});
    assert_eq!(migrated.all("Gateway")[0]["metadata"]["annotations"], target);
    for route in migrated.all("HTTPRoute") {
        let ttl = json!({"external-dns.alpha.kubernetes.io/ttl": "60"});
        assert_eq!(route["metadata"]["annotations"], ttl, "{}", route["metadata"]["name"]);
    }
    let other = Of {
        name: "blog",
        host: "blog.example.org",
        secret: "",
        annotations: &[],
        ..SHOP
    };
    let mixed = migrate(&[ingress(&shop), ingress(&other)].concat());
    assert_eq!(mixed.all("Gateway")[0]["metadata"]["annotations"], Value::Null);
    assert_eq!((migrated.told("external-dns"), mixed.told("external-dns")), (1, 2));
}

#[test]
fn portable_writes_the_gateway_apis_own_filters_and_leaves_what_needs_traefik() {
    let portable = GatewaySettings {
        portable: true,
        ..GatewaySettings::default()
    };
    let auth = Of {
        name: "auth",
        host: "auth.example.org",
        annotations: &[
            ("nginx.ingress.kubernetes.io/auth-type", "basic"),
            ("nginx.ingress.kubernetes.io/auth-secret", "users"),
        ],
        ..SHOP
    };
    let same_host = Of {
        name: "beside",
        host: "auth.example.org",
        ..SHOP
    };
    let text = [
        ingress(&SHOP),
        ingress(&auth),
        ingress(&same_host).replace("\"/\"", "\"/beside\""),
    ]
    .concat();
    let migrated = with(portable, Installation::default(), &text);
    let routes = migrated.all("HTTPRoute");
    let names: Vec<_> = routes
        .iter()
        .map(|route| route["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["shop", "shop-http"]);
    let filters: Vec<_> = routes
        .iter()
        .map(|route| &route["spec"]["rules"][0]["filters"][0]["type"])
        .collect();
    assert_eq!(filters, ["ResponseHeaderModifier", "RequestRedirect"]);
    assert!(migrated.all("Middleware").is_empty() && migrated.all("TraefikService").is_empty());
    assert_eq!(migrated.told("gateway-portable"), 2);
    assert_eq!(migrate(&text).told("gateway-portable"), 0);
}

#[test]
fn a_portable_route_with_an_expression_is_said_to_be_read_otherwise_elsewhere() {
    let portable = GatewaySettings {
        portable: true,
        ..GatewaySettings::default()
    };
    let regex = Of {
        annotations: &[("nginx.ingress.kubernetes.io/use-regex", "true")],
        ..SHOP
    };
    let text = ingress(&regex)
        .replace("\"/\"", "\"/v[0-9]+\"")
        .replace("Prefix", "ImplementationSpecific");
    let migrated = with(portable, Installation::default(), &text);
    assert_eq!(migrated.told("gateway-portability"), 1);
    assert_eq!(migrated.told("gateway-portable"), 0);
}

//! Gateways, their listeners, and what else stands above routes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod beside;

use nginx2traefik::effective::{self, Controller};
use nginx2traefik::emit::{Emitted, emit};
use nginx2traefik::installation::{Installation, Version};
use nginx2traefik::model;
use nginx2traefik::plan::{Api, GatewaySettings, Options, Per, Plan, plan};
use nginx2traefik::source::Sources;
use serde_json::{Value, json};

struct Migrated {
    plan: Plan,
    emitted: Emitted,
}

impl Migrated {
    fn all(&self, kind: &str) -> Vec<&Value> {
        let objects = self.plan.objects.iter().filter(|planned| planned.name.kind == kind);
        objects.map(|planned| &planned.object).collect()
    }

    /// `name:port hostname Secret from`, one listener each.
    fn listeners(&self, gateway: &str) -> Vec<String> {
        let gateways = self.all("Gateway");
        let gateway = gateways.iter().find(|object| object["metadata"]["name"] == gateway);
        let listeners = gateway.map(|object| object["spec"]["listeners"].as_array().unwrap().clone());
        listeners.unwrap_or_default().iter().map(line).collect()
    }

    /// `gateway/section` of each parent of a route.
    fn parents(&self, kind: &str, name: &str) -> Vec<String> {
        let routes = self.all(kind);
        let Some(route) = routes.iter().find(|object| object["metadata"]["name"] == name) else {
            panic!("no {kind} {name}");
        };
        let parent = |parent: &Value| {
            let text = |key: &str| parent[key].as_str().unwrap_or("").to_owned();
            let namespace = parent.get("namespace").map(|_| format!("{}/", text("namespace")));
            format!(
                "{}{}/{}",
                namespace.unwrap_or_default(),
                text("name"),
                text("sectionName")
            )
        };
        route["spec"]["parentRefs"]
            .as_array()
            .unwrap()
            .iter()
            .map(parent)
            .collect()
    }

    fn told(&self, rule: &str) -> usize {
        self.plan.findings.iter().filter(|finding| finding.rule == rule).count()
    }
}

fn line(listener: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let secret = &listener["tls"]["certificateRefs"][0];
    let namespace = secret.get("namespace").map(|_| text(&secret["namespace"]) + "/");
    let mut parts = vec![format!("{}:{}", text(&listener["name"]), listener["port"])];
    parts.push(text(&listener["hostname"]));
    parts.push(namespace.unwrap_or_default() + &text(&secret["name"]));
    parts.push(text(&listener["allowedRoutes"]["namespaces"]["from"]));
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

fn with(settings: GatewaySettings, installation: Installation, text: &str) -> Migrated {
    let mut sources = Sources::default();
    let id = sources.add("input.yaml", text);
    let manifests = model::join([model::read(id, text)]);
    let effective = effective::build(&manifests, Controller::default());
    let options = Options {
        api: Api::Gateway,
        exact: false,
        installation,
        gateway: settings,
    };
    let plan = plan(&manifests, &effective, &options);
    let emitted = emit(&sources, &manifests, &plan, &options);
    Migrated { plan, emitted }
}

fn migrate(text: &str) -> Migrated {
    with(GatewaySettings::default(), Installation::default(), text)
}

/// An Ingress of ingress-nginx for `/` of a host.
struct Of<'a> {
    name: &'a str,
    namespace: &'a str,
    host: &'a str,
    secret: &'a str,
    annotations: &'a [(&'a str, &'a str)],
}

fn ingress(of: &Of<'_>) -> String {
    let annotations: Value = of
        .annotations
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect();
    let mut object = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": of.name, "namespace": of.namespace, "annotations": annotations},
        "spec": {"ingressClassName": "nginx", "rules": [{"http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "app", "port": {"number": 80}}}},
        ]}}]},
    });
    if !of.host.is_empty() {
        object["spec"]["rules"][0]["host"] = json!(of.host);
    }
    if !of.secret.is_empty() {
        object["spec"]["tls"] = json!([{"hosts": [of.host], "secretName": of.secret}]);
    }
    format!("---\n{object}\n")
}

const SHOP: Of<'_> = Of {
    name: "shop",
    namespace: "shop",
    host: "shop.example.org",
    secret: "shop-tls",
    annotations: &[],
};

#[test]
fn a_host_with_a_certificate_has_its_own_listener_and_the_others_share_one() {
    let plain = Of {
        name: "plain",
        host: "plain.example.org",
        secret: "",
        ..SHOP
    };
    let migrated = migrate(&[ingress(&SHOP), ingress(&plain)].concat());
    let expected = [
        "http:80",
        "https:443 shop-tls",
        "https-shop.example.org:443 shop.example.org shop-tls",
    ];
    assert_eq!(migrated.listeners("traefik"), expected);
    assert_eq!(
        migrated.parents("HTTPRoute", "shop"),
        ["traefik/https-shop.example.org"]
    );
    assert_eq!(
        migrated.parents("HTTPRoute", "plain"),
        ["traefik/http", "traefik/https"]
    );
    assert_eq!(migrated.all("GatewayClass").len(), 1);
    let shared = migrated.emitted.shared.unwrap();
    assert!(
        shared.contains("kind: Gateway\nmetadata:\n  name: traefik\n  namespace: shop\n"),
        "{shared}"
    );
}

#[test]
fn without_any_certificate_nothing_serves_https_and_it_is_said() {
    let plain = Of { secret: "", ..SHOP };
    let migrated = migrate(&ingress(&plain));
    assert_eq!(migrated.listeners("traefik"), ["http:80"]);
    assert_eq!(migrated.told("gateway-certificate"), 1);
    let settings = GatewaySettings {
        default_certificate: Some(("infra".into(), "edge".into())),
        ..GatewaySettings::default()
    };
    let named = with(settings, Installation::default(), &ingress(&plain));
    assert_eq!(named.listeners("traefik"), ["http:80", "https:443 infra/edge"]);
    assert_eq!(named.told("gateway-certificate"), 0);
    assert_eq!(named.all("ReferenceGrant")[0]["metadata"]["namespace"], "infra");
}

#[test]
fn a_gateway_of_several_namespaces_admits_only_their_routes() {
    let blog = Of {
        name: "blog",
        namespace: "blog",
        host: "blog.example.org",
        secret: "blog-tls",
        annotations: &[],
    };
    let text = [ingress(&SHOP), ingress(&blog)].concat();
    let migrated = migrate(&text);
    let expected = [
        "http:80 All",
        "https-blog.example.org:443 blog.example.org blog/blog-tls All",
        "https-shop.example.org:443 shop.example.org shop/shop-tls All",
    ];
    assert_eq!(migrated.listeners("traefik"), expected);
    let grants = migrated.all("ReferenceGrant");
    let spec = json!({
        "from": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "traefik"}],
        "to": [{"group": "", "kind": "Secret", "name": "shop-tls"}],
    });
    assert!(
        grants
            .iter()
            .any(|grant| grant["metadata"]["namespace"] == "shop" && grant["spec"] == spec)
    );
    assert_eq!(grants.len(), 2);
    assert_eq!(
        migrated.parents("HTTPRoute", "shop"),
        ["traefik/traefik/https-shop.example.org"]
    );
    let settings = GatewaySettings {
        per: Per::Namespace,
        ..GatewaySettings::default()
    };
    let each = with(settings, Installation::default(), &text);
    assert_eq!(each.all("Gateway").len(), 2);
    assert_eq!(each.all("ReferenceGrant").len(), 0);
    assert_eq!(each.parents("HTTPRoute", "shop"), ["traefik/https-shop.example.org"]);
}

#[test]
fn a_host_below_a_wildcard_certificate_hangs_on_the_wildcards_listener() {
    let wildcard = Of {
        name: "any",
        host: "*.example.org",
        secret: "any-tls",
        ..SHOP
    };
    let below = Of { secret: "", ..SHOP };
    let migrated = migrate(&[ingress(&wildcard), ingress(&below)].concat());
    assert_eq!(
        migrated.parents("HTTPRoute", "shop"),
        ["traefik/http", "traefik/wildcard-example.org"]
    );
}

#[test]
fn what_is_there_already_is_used_and_not_made_again() {
    let there = "---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: traefik}
spec: {controllerName: traefik.io/gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: traefik, namespace: shop}
spec:
  gatewayClassName: traefik
  listeners: [{name: web, port: 80, protocol: HTTP}]
";
    let migrated = migrate(&[&ingress(&SHOP), there].concat());
    assert_eq!(migrated.all("GatewayClass").len(), 0);
    assert_eq!(migrated.parents("HTTPRoute", "shop-http"), ["traefik/web"]);
    assert_eq!(
        migrated.parents("HTTPRoute", "shop"),
        ["traefik-more/https-shop.example.org"]
    );
    assert_eq!(migrated.listeners("traefik-more").len(), 1);
    let settings = GatewaySettings {
        existing: true,
        name: "edge".into(),
        namespace: Some("infra".into()),
        ..GatewaySettings::default()
    };
    let named = with(settings, Installation::default(), &ingress(&SHOP));
    assert_eq!(named.parents("HTTPRoute", "shop"), ["infra/edge/https"]);
    assert!(named.all("Gateway").is_empty() && named.emitted.shared.is_none());
}

const PASSTHROUGH: Of<'_> = Of {
    annotations: &[("nginx.ingress.kubernetes.io/ssl-passthrough", "true")],
    secret: "",
    ..SHOP
};

#[test]
fn passthrough_is_a_tls_route_unless_that_cuts_off_others() {
    let alone = migrate(&ingress(&PASSTHROUGH));
    assert_eq!(alone.parents("TLSRoute", "shop"), ["traefik/tls-shop.example.org"]);
    let listener = &alone.all("Gateway")[0]["spec"]["listeners"][1];
    assert_eq!(listener["tls"], json!({"mode": "Passthrough"}));
    let all_others = Of {
        name: "rest",
        host: "",
        secret: "",
        ..SHOP
    };
    let beside = migrate(&[ingress(&PASSTHROUGH), ingress(&all_others)].concat());
    assert_eq!(
        (beside.all("TLSRoute").len(), beside.all("IngressRouteTCP").len()),
        (0, 1)
    );
    let old = Installation {
        version: Version::V3_6,
        ..Installation::default()
    };
    let old = with(GatewaySettings::default(), old, &ingress(&PASSTHROUGH));
    assert_eq!((old.all("TLSRoute").len(), old.all("IngressRouteTCP").len()), (0, 1));
}

//! Objects of one host that are of different origin, or of which one may not be converted.
use super::{run_as, to_gateway};
use nginx2traefik::finding::Outcome;
use nginx2traefik::installation::Installation;
use nginx2traefik::plan::{Api, GatewaySettings};

const ALL: &str = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: all}\nspec:\n  entryPoints: [web]\n  routes:\n  \
                   - match: Host(`a.test`)\n    kind: Rule\n    services: [{name: app, port: 80}]\n";
const API: &str = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: api}\nspec:\n  entryPoints: [web]\n  routes:\n  \
                   - match: Host(`a.test`) && PathPrefix(`/api/`)\n    kind: Rule\n    middlewares: [{name: strip}]\n    services: [{name: api, port: \
                   80}]\n---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: strip}\nspec: {stripPrefix: {prefixes: [/api]}}\n";

fn ingress(class: &str, path: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: site}}\nspec:\n  ingressClassName: {class}\n  rules:\n  - host: \
         a.test\n    http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: site, port: {{number: 80}}}}}}}}]}}\n"
    )
}

#[test]
fn what_may_not_be_converted_keeps_its_host() {
    let portable = GatewaySettings {
        portable: true,
        ..GatewaySettings::default()
    };
    let text = format!("{ALL}---\n{API}");
    let migrated = run_as(&text, (Api::Gateway, false), Installation::default(), portable);
    assert_eq!(migrated.text, text);
    let outcomes: Vec<Outcome> = migrated.outcomes.iter().map(|(_, outcome)| *outcome).collect();
    assert_eq!(outcomes, [Outcome::Kept, Outcome::Blocked], "{:?}", migrated.messages());
}

#[test]
fn ingresses_and_ingress_routes_of_traefik_are_one_list() {
    let text = format!("{}---\n{API}", ingress("traefik", "/"));
    let migrated = to_gateway(&text);
    assert_eq!(
        migrated.rules(),
        ["a.test / [] site", "a.test ~^/api/ [strip] api"],
        "{:?}",
        migrated.messages()
    );
}

#[test]
fn a_host_of_both_controllers_is_told() {
    let migrated = to_gateway(&format!("{}---\n{API}", ingress("nginx", "/")));
    let both = "ingress-nginx and Traefik both serve a.test";
    assert!(migrated.messages().contains(&both), "{:?}", migrated.messages());
    assert!(migrated.of_kind("IngressRoute").is_empty(), "{}", migrated.text);
}

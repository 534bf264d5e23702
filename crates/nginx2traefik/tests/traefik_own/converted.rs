//! What becomes HTTPRoutes.
use super::{run_with, to_gateway};
use nginx2traefik::finding::Outcome;
use nginx2traefik::installation::Installation;
use nginx2traefik::plan::Api;

/// An Ingress of Traefik's class with one Prefix path.
fn ingress(path: &str, annotations: &str) -> String {
    format!(
        "# the shop\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:{annotations}\nspec:\n  \
         ingressClassName: traefik\n  rules:\n  - host: shop.test\n    http:\n      paths:\n      - path: {path}\n        \
         pathType: Prefix\n        backend:\n          service:\n            name: app\n            port:\n              number: 80\n"
    )
}

fn route(routes: &[&str], more: &str) -> String {
    let list: String = routes.iter().map(|route| format!("  - {route}\n")).collect();
    format!(
        "---\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata:\n  name: app\nspec:\n  routes:\n{list}{more}"
    )
}

fn one(rule: &str) -> String {
    format!("{{match: '{rule}', kind: Rule, services: [{{name: app, port: 80}}]}}")
}

#[test]
fn an_ingress_with_a_middleware() {
    let auth = "---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: auth}\nspec: {basicAuth: {secret: users}}\n";
    let annotation = "\n    traefik.ingress.kubernetes.io/router.middlewares: default-auth@kubernetescrd\n    \
                      traefik.ingress.kubernetes.io/router.entrypoints: web";
    let migrated = to_gateway(&format!("{}{auth}", ingress("/x", annotation)));
    assert_eq!(
        migrated.rules(),
        ["shop.test ~^/x(/|$) [auth] app", "shop.test /x [] app*0"],
        "the Middleware that is there is referred to, and guarded"
    );
    assert!(migrated.text.starts_with("# the shop\n"), "{}", migrated.text);
    assert!(migrated.text.ends_with(auth), "it stays as it was");
    assert_eq!(migrated.outcomes, [("Ingress shop".to_owned(), Outcome::Converted)]);
}

#[test]
fn prefixes_are_text_where_traefik_takes_them_so() {
    let text = ingress("/x", " {}");
    let loose = run_with(&text, Api::Gateway, false, Installation::default());
    assert_eq!(loose.rules(), ["shop.test ~^/x [] app"]);
    assert_eq!(to_gateway(&text).rules(), ["shop.test /x [] app"]);
}

#[test]
fn a_rules_length_is_its_priority() {
    let text = route(
        &[
            &one("Host(`a.test`) && PathPrefix(`/long/path/`)"),
            &one("Host(`a.test`) && Method(`GET`) && (Path(`/x`) || PathPrefix(`/x/`))"),
            "{match: 'Host(`a.test`)', kind: Rule, priority: 1000, middlewares: [{name: m}], services: [{name: first, port: 80}]}",
        ],
        "",
    );
    let rules = to_gateway(&text).rules();
    assert_eq!(
        rules[0], "a.test ~^/ [m] first",
        "an explicit priority is above all lengths"
    );
    assert!(rules[1].starts_with("a.test / [] first*0"), "{rules:?}");
}

#[test]
fn a_service_that_a_traefik_service_names_already_gets_another_name_for_other_settings() {
    let split = "---\napiVersion: traefik.io/v1alpha1\nkind: TraefikService\nmetadata: {name: split}\nspec: {weighted: {services: [{name: app, port: 80}]}}\n\
                 ---\napiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec: {selector: {app: app}, ports: [{name: http, port: 80}]}\n";
    let text = route(
        &["{match: 'Host(`a.test`)', kind: Rule, services: [{name: app, port: 80, passHostHeader: false}]}"],
        "",
    );
    let made = to_gateway(&format!("{text}{split}")).of_kind("TraefikService");
    let child = &made[0]["spec"]["weighted"]["services"][0];
    assert_eq!(
        child.to_string(),
        r#"{"name":"app","port":"http","passHostHeader":false}"#,
        "of two children of one name Traefik loses one's settings"
    );
}

//! What features make of an annotation: the input as a user writes it, the objects that Traefik is given, and what is told.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use nginx2traefik::effective::{self, Controller};
use nginx2traefik::finding::{Fidelity, Outcome};
use nginx2traefik::installation::Installation;
use nginx2traefik::model;
use nginx2traefik::plan::{self, Api, GatewaySettings, Options, Plan};
use nginx2traefik::source::{Sources, Span};
use serde_json::{Value, json};

/// An Ingress of `shop.example` with these annotations, and further documents.
fn ingress(annotations: &[(&str, &str)], path: &str, more: &str) -> String {
    let lines: String = annotations
        .iter()
        .map(|(name, value)| format!("    nginx.ingress.kubernetes.io/{name}: '{value}'\n"))
        .collect();
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:\n{lines}spec:\n  \
         ingressClassName: nginx\n  rules:\n  - host: shop.example\n    http:\n      paths:\n      - path: {path}\n        \
         pathType: ImplementationSpecific\n        backend: {{service: {{name: shop, port: {{number: 80}}}}}}\n{more}"
    )
}

fn migrate(text: &str, exact: bool, config: &[(&str, &str)]) -> Plan {
    let mut sources = Sources::default();
    let id = sources.add("shop.yaml", text);
    let manifests = model::join([model::read(id, text)]);
    let of_controller = sources.add("controller.yaml", "data: {}");
    let mut controller = Controller {
        given: true,
        ..Controller::default()
    };
    for (key, value) in config {
        let value = ((*value).to_owned(), Span::new(of_controller, 0..0));
        controller.config.insert((*key).to_owned(), value);
    }
    let effective = effective::build(&manifests, controller);
    let options = Options {
        api: Api::Ingress,
        exact,
        installation: Installation::default(),
        gateway: GatewaySettings::default(),
    };
    plan::plan(&manifests, &effective, &options)
}

/// Every spec of this kind, and of Middlewares with this field.
fn specs<'a>(plan: &'a Plan, kind: &str) -> Vec<&'a Value> {
    plan.objects
        .iter()
        .filter(|o| o.name.kind == kind)
        .map(|o| &o.object["spec"])
        .collect()
}

fn middlewares<'a>(plan: &'a Plan, field: &str) -> Vec<&'a Value> {
    specs(plan, "Middleware")
        .into_iter()
        .filter_map(|spec| spec.get(field))
        .collect()
}

fn blocked(plan: &Plan) -> bool {
    plan.ingresses.iter().any(|ingress| ingress.outcome == Outcome::Blocked)
}

#[test]
fn any_origin_never_comes_with_credentials() {
    let text = ingress(&[("enable-cors", "true")], "/", "");
    let plain = migrate(&text, false, &[]);
    let cors = middlewares(&plain, "headers")
        .into_iter()
        .find(|h| h.get("accessControlAllowOriginList").is_some());
    let cors = cors.expect("a headers Middleware");
    assert_eq!(cors["accessControlAllowOriginList"], json!(["*"]));
    assert_eq!(cors.get("accessControlAllowCredentials"), None);
    let exact = migrate(&text, true, &[]);
    for headers in middlewares(&exact, "headers") {
        assert_eq!(headers.get("accessControlAllowOriginList"), None);
        assert_eq!(headers.get("accessControlAllowOriginListRegex"), None);
    }
    let routes = specs(&exact, "IngressRoute")[0]["routes"].to_string();
    assert!(
        routes.contains("Method(`OPTIONS`)") && routes.contains("answer-204"),
        "{routes}"
    );
}

#[test]
fn a_list_goes_by_the_peer_or_by_what_a_trusted_proxy_says() {
    let text = ingress(&[("allowlist-source-range", "10.0.0.0/8,198.51.100.0/24")], "/", "");
    let lists = |plan: &Plan| {
        middlewares(plan, "ipAllowList")
            .into_iter()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lists(&migrate(&text, false, &[])),
        [json!({"sourceRange": ["10.0.0.0/8", "198.51.100.0/24"]})]
    );
    let behind = lists(&migrate(&text, false, &[("use-forwarded-headers", "true")]));
    assert!(behind.contains(&json!({"sourceRange": ["10.0.0.0/8", "198.51.100.0/24"], "ipStrategy": {"depth": 1}})));
    // nobody's headers are believed yet: a load balancer in 10.0.0.0/8 would let everybody in
    assert!(
        behind.contains(&json!({"sourceRange": ["198.51.100.0/24"]})),
        "{behind:?}"
    );
}

#[test]
fn users_are_rewritten_where_traefik_reads_another_form() {
    let auth = [("auth-type", "basic"), ("auth-secret", "users"), ("auth-realm", "Shop")];
    let secret = |line: &str| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData: {{auth: \"# staff\\n{line}:note\\n\"}}\n"
        )
    };
    let plan = migrate(
        &ingress(&auth, "/", &secret("ann:{SHA}GpHWL3ymc5liWkNopqtdSjuqYHM=")),
        false,
        &[],
    );
    assert_eq!(
        middlewares(&plan, "basicAuth"),
        [&json!({"secret": "shop-users", "removeHeader": true, "realm": "Shop"})]
    );
    let written = plan.objects.iter().find(|o| o.name.kind == "Secret").expect("a Secret");
    assert_eq!(
        written.object["data"]["users"],
        "YW5uOntTSEF9R3BIV0wzeW1jNWxpV2tOb3BxdGRTanVxWUhNPQo="
    );
    let plan = migrate(&ingress(&auth, "/", &secret("ann:$6$salt$hash")), false, &[]);
    assert!(blocked(&plan));
    assert!(
        !format!("{:?}", plan.findings).contains("salt"),
        "a hash is never printed"
    );
}

#[test]
fn a_redirect_answers_its_own_status_to_every_method() {
    let redirect = [
        ("permanent-redirect", "https://new.example/x"),
        ("permanent-redirect-code", "308"),
    ];
    let plan = migrate(&ingress(&redirect, "/", ""), false, &[]);
    let location = json!({"customResponseHeaders": {"Location": "https://new.example/x"}});
    assert!(middlewares(&plan, "headers").contains(&&location));
    let answer = json!({"sourceRange": ["255.255.255.255/32"], "rejectStatusCode": 308});
    assert!(middlewares(&plan, "ipAllowList").contains(&&answer));
}

#[test]
fn a_host_for_the_backend_is_fixed_or_blocks() {
    let known = migrate(
        &ingress(&[("upstream-vhost", "$service_name.$namespace.svc")], "/", ""),
        false,
        &[],
    );
    let host = json!({"customRequestHeaders": {"Host": "shop.default.svc"}});
    assert!(middlewares(&known, "headers").contains(&&host));
    let unknown = migrate(&ingress(&[("upstream-vhost", "$arg_host")], "/", ""), false, &[]);
    assert!(blocked(&unknown));
    let told = unknown.findings.iter().find(|f| f.blocks).expect("a finding");
    assert_eq!(
        (told.rule.as_str(), told.fidelity),
        ("upstream-vhost", Fidelity::Unsupported)
    );
}

#[test]
fn a_rewrite_replaces_the_whole_path_whatever_its_case() {
    let rewrite = [("rewrite-target", "/$2"), ("use-regex", "true")];
    let plan = migrate(&ingress(&rewrite, "/api(/|$)(.*)", ""), false, &[]);
    let pair = json!({"regex": "(?i)^/api(/|$)(.*)$", "replacement": "/${2}"});
    assert!(middlewares(&plan, "replacePathRegex").contains(&&pair));
}

#[test]
fn a_backend_over_tls_is_not_verified_and_that_is_told() {
    let plan = migrate(&ingress(&[("backend-protocol", "HTTPS")], "/", ""), false, &[]);
    assert_eq!(
        specs(&plan, "ServersTransport"),
        [&json!({"maxIdleConnsPerHost": 200, "insecureSkipVerify": true})]
    );
    assert!(plan.findings.iter().any(|f| f.rule == "backend-protocol"));
}

#[test]
fn a_body_limit_is_an_answer_by_length() {
    let plan = migrate(&ingress(&[("proxy-body-size", "1k")], "/", ""), false, &[]);
    let routes = specs(&plan, "IngressRoute")[0]["routes"].to_string();
    assert!(
        routes.contains("answer-413") && routes.contains("Content-Length"),
        "{routes}"
    );
    assert_eq!(middlewares(&plan, "buffering"), [&json!({"maxRequestBodyBytes": 1024})]);
    let none = migrate(&ingress(&[("proxy-body-size", "0")], "/", ""), false, &[]);
    assert!(specs(&none, "IngressRoute").is_empty());
    assert!(none.requirements.iter().any(|r| r.key.ends_with("readTimeout")));
}

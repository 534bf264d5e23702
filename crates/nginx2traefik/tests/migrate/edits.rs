//! The user's text: what changes, and what stays.
use super::{ingress, migrate};

#[test]
fn an_ingress_stays_one_with_its_comments() {
    let text = "\
# The shop. Ask Anna before touching.
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop   # the only one
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: \"0\" # photos
    team: shop
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.org
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
";
    let migrated = migrate(text);
    let ingress = migrated.text.split("---\n").next().unwrap();
    assert_eq!(
        ingress,
        text.replace("    nginx.ingress.kubernetes.io/proxy-body-size: \"0\" # photos\n", "")
            .replace(
                "    team: shop\n",
                "    team: shop\n    traefik.ingress.kubernetes.io/router.middlewares: default-hsts@kubernetescrd\n"
            )
            .replace("ingressClassName: nginx", "ingressClassName: traefik")
    );
}

#[test]
fn the_result_has_nothing_left_to_migrate() {
    let text = [
        ingress(
            "a",
            &[("rewrite-target", "/$1")],
            &[("a.test", "ImplementationSpecific", "/x/(.*)", "a")],
        ),
        ingress("b", &[("enable-cors", "true")], &[("b.test", "Prefix", "/", "b")]),
    ];
    let once = migrate(&text.join("---\n")).text;
    let again = migrate(&once);
    assert_eq!(again.text, once);
    assert_eq!(again.findings, []);
}

#[test]
fn v1beta1_becomes_v1() {
    let text = "\
apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: old
  annotations:
    kubernetes.io/ingress.class: nginx
spec:
  rules:
  - host: old.test
    http:
      paths:
      - path: /a
        backend:
          serviceName: a
          servicePort: http # by name
";
    let migrated = migrate(text).text;
    let ingress = migrated.split("---\n").next().unwrap();
    assert!(ingress.starts_with("apiVersion: networking.k8s.io/v1\n"), "{ingress}");
    for line in [
        "ingressClassName: traefik",
        "pathType: ImplementationSpecific",
        "name: http",
    ] {
        assert!(ingress.contains(line), "{line} is missing in\n{ingress}");
    }
    for line in ["kubernetes.io/ingress.class", "serviceName", "servicePort"] {
        assert!(!ingress.contains(line), "{line} is left in\n{ingress}");
    }
}

#[test]
fn what_blocks_leaves_its_bytes_alone() {
    let blocked = ingress(
        "a",
        &[("configuration-snippet", "access_by_lua_block { ngx.exit(418) }")],
        &[("a.test", "Prefix", "/", "a")],
    );
    let other = ingress("b", &[], &[("b.test", "Prefix", "/", "b")]);
    let migrated = migrate(&format!("{blocked}---\n{other}"));
    assert!(
        migrated.text.starts_with(&format!("{blocked}---\n")),
        "{}",
        migrated.text
    );
    assert!(migrated.text.contains("ingressClassName: traefik"));
    assert_eq!(migrated.blocked_by().len(), 1);
}

#[test]
fn items_of_a_list_are_edited_or_replaced() {
    let item = |text: String| text.replace('\n', "\n    ").trim_end().to_owned();
    let plain = item(ingress("plain", &[], &[("p.test", "Prefix", "/", "p")]));
    let regex = item(ingress(
        "regex",
        &[("use-regex", "true")],
        &[("r.test", "Prefix", "/[a-z]+", "r")],
    ));
    let text = format!("apiVersion: v1\nkind: List\nitems:\n  - {plain}\n  - {regex}\n");
    let migrated = migrate(&text).text;
    let parsed = spanned_yaml::parse(&migrated);
    let value = spanned_yaml::to_json(&parsed.documents[0]).unwrap();
    let kinds: Vec<_> = value["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["kind"].clone())
        .collect();
    assert_eq!(kinds, ["Ingress", "Middleware", "IngressRoute"]);
    assert_eq!(value["items"][0]["spec"]["ingressClassName"], "traefik");
}

#[test]
fn json_stays_json() {
    let yaml = ingress("j", &[("use-regex", "true")], &[("j.test", "Prefix", "/[a-z]+", "j")]);
    let parsed = spanned_yaml::parse(&yaml);
    let json = spanned_yaml::to_json(&parsed.documents[0]).unwrap().to_string();
    let migrated: serde_json::Value = serde_json::from_str(&migrate(&json).text).unwrap();
    assert_eq!(migrated["kind"], "List");
    assert_eq!(migrated["items"][0]["kind"], "IngressRoute");
}

#[test]
fn a_text_that_yaml_would_misread_stays_text() {
    let mut text = ingress(
        "a",
        &[("auth-type", "basic"), ("auth-secret", "users"), ("auth-realm", "Yes")],
        &[("a.test", "Prefix", "/", "a")],
    );
    text.push_str("---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: users\nstringData:\n  auth: 'u:{SHA}GpHWL3ymc5liWkNopqtdSjucYHI='\n");
    let migrated = migrate(&text).text;
    assert!(migrated.contains("realm: 'Yes'"), "{migrated}");
}

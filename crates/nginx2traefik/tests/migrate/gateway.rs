//! `--target gateway`: the order of rules in Traefik's own priorities, guards, and what stays with IngressRoutes.
use super::{Migrated, ingress, run};
use nginx2traefik::plan::Api;
use serde_json::Value;

fn to_gateway(text: &str) -> Migrated {
    run(text, Api::Gateway, false)
}

/// What Traefik makes of every match: its priority as traefik:pkg/provider/kubernetes/gateway/httproute.go computes it, host,
/// path, conditions, and where it leads. The first that fits a request answers it.
fn in_traefik(text: &str) -> Vec<String> {
    let parsed = spanned_yaml::parse(text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let mut found = Vec::new();
    for document in &parsed.documents {
        let value = spanned_yaml::to_json(document).unwrap();
        if value["kind"] == "HTTPRoute" {
            of_route(&value, &mut found);
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    found
        .into_iter()
        .map(|(priority, line)| format!("{priority} {line}"))
        .collect()
}

fn of_route(route: &Value, found: &mut Vec<(usize, String)>) {
    let hosts = list(&route["spec"]["hostnames"]);
    let hosts: Vec<&str> = hosts.iter().filter_map(Value::as_str).collect();
    let rules = list(&route["spec"]["rules"]);
    for (index, rule) in rules.iter().enumerate() {
        for one in list(&rule["matches"]) {
            let kind = one["path"]["type"].as_str().unwrap();
            let path = one["path"]["value"].as_str().unwrap();
            let of_path = match (kind, path) {
                ("Exact", _) => 100_000,
                ("PathPrefix", "/") => 1,
                _ => 10_000 + 100 * path.len(),
            };
            let headers = list(&one["headers"]);
            let names = headers.iter().filter_map(|header| header["name"].as_str());
            let method = one["method"].as_str();
            let priority = of_path
                + method.map_or(0, |_| 1000)
                + 100 * headers.len()
                + hosts.iter().map(|host| host.len()).max().unwrap_or(0)
                + rules.len()
                - index;
            let asks: Vec<&str> = method.into_iter().chain(names).collect();
            let line = format!("{} {kind} {path} {asks:?} {}", hosts.join("+"), leads_to(rule));
            found.push((priority, line));
        }
    }
}

fn leads_to(rule: &Value) -> String {
    let of_filter = |filter: &Value| {
        let name = filter["extensionRef"]["name"].as_str();
        name.or(filter["type"].as_str()).unwrap_or_default().to_owned()
    };
    let of_backend = |backend: &Value| {
        let closed = backend["weight"] == 0;
        let name = backend["name"].as_str().unwrap_or_default();
        format!("{name}:{}{}", backend["port"], if closed { " closed" } else { "" })
    };
    let filters: Vec<String> = list(&rule["filters"])
        .iter()
        .map(of_filter)
        .filter(|name| name != "hsts")
        .collect();
    let backends: Vec<String> = list(&rule["backendRefs"]).iter().map(of_backend).collect();
    format!("{filters:?} {}", backends.join("+"))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

#[test]
fn paths_keep_the_form_that_people_write() {
    let paths = [
        ("a.test", "Prefix", "/", "web"),
        ("a.test", "Prefix", "/api", "api"),
        ("a.test", "Exact", "/api/health", "health"),
    ];
    let got = in_traefik(&to_gateway(&ingress("a", &[], &paths)).text);
    let want = [
        "100009 a.test Exact /api/health [] [] health:80",
        "10408 a.test PathPrefix /api [] [] api:80",
        "8 a.test PathPrefix / [] [] web:80",
    ];
    assert_eq!(got, want);
}

#[test]
fn a_broken_protection_leads_to_nobody() {
    let open = ingress("open", &[], &[("a.test", "Prefix", "/", "web")]);
    let protected = [("a.test", "Prefix", "/admin", "admin")];
    let admin = ingress("admin", &[("whitelist-source-range", "10.0.0.0/8")], &protected);
    let got = in_traefik(&to_gateway(&format!("{open}---\n{admin}")).text);
    let want = [
        r#"11208 a.test RegularExpression ^/admin(/|$) [] ["admin-allow"] admin:80"#,
        "10607 a.test PathPrefix /admin [] [] admin:80 closed",
        "8 a.test PathPrefix / [] [] web:80",
    ];
    assert_eq!(got, want);
}

#[test]
fn a_host_stands_above_the_server_for_all_hosts() {
    let wide = ingress("wide", &[], &[("", "Prefix", "/status", "status")]).replace("host: ''", "host:");
    let narrow = ingress("narrow", &[], &[("a.test", "Prefix", "/", "web")]);
    let got = in_traefik(&to_gateway(&format!("{wide}---\n{narrow}")).text);
    let of_a = got.iter().position(|line| line.contains(" a.test ")).unwrap();
    let of_all = got.iter().position(|line| line.contains("/status")).unwrap();
    assert!(of_a < of_all, "{got:#?}");
}

#[test]
fn what_a_condition_excludes_is_answered_before() {
    let annotations = [("proxy-body-size", "1k")];
    let got = in_traefik(&to_gateway(&ingress("a", &annotations, &[("a.test", "Prefix", "/up", "web")])).text);
    let unmeasured = got.iter().position(|line| line.contains(r#"["GET"]"#)).unwrap();
    let measured = got.iter().position(|line| line.contains("a-body-size")).unwrap();
    assert!(unmeasured < measured, "{got:#?}");
    assert!(got[unmeasured].ends_with("[] web:80"), "{got:#?}");
}

#[test]
fn many_paths_are_several_routes() {
    let paths: Vec<String> = (10..30).map(|number| format!("/p{number}")).collect();
    let paths: Vec<_> = paths
        .iter()
        .map(|path| ("a.test", "Prefix", path.as_str(), "web"))
        .collect();
    let text = to_gateway(&ingress("a", &[], &paths)).text;
    let names: Vec<&str> = text.lines().filter(|line| line.starts_with("  name: ")).collect();
    assert!(
        names.contains(&"  name: a") && names.contains(&"  name: a-2"),
        "{names:?}"
    );
    assert_eq!(in_traefik(&text).len(), 20);
}

#[test]
fn a_host_that_is_an_expression_stays_with_an_ingress_route() {
    let annotations = [("server-alias", "~^w[0-9]+\\.test$")];
    let migrated = to_gateway(&ingress("a", &annotations, &[("a.test", "Prefix", "/", "web")]));
    assert!(migrated.text.contains("kind: IngressRoute") && !migrated.text.contains("kind: HTTPRoute"));
    let told = migrated
        .findings
        .iter()
        .any(|f| f.message.contains("stays with IngressRoutes"));
    assert!(told, "{:?}", migrated.findings);
}

#[test]
fn https_is_asked_for_with_the_status_of_ingress_nginx() {
    let paths = [("a.test", "Prefix", "/", "web")];
    let plain = ingress("a", &[], &paths);
    let with_tls = plain.replace("spec:\n", "spec:\n  tls:\n  - hosts: [a.test]\n    secretName: a-tls\n");
    let migrated = to_gateway(&with_tls);
    assert!(migrated.text.contains("statusCode: 308"), "{}", migrated.text);
    assert!(!migrated.text.contains("redirectScheme"), "{}", migrated.text);
}

//! Which requests come where.
use super::{ingress, migrate, migrate_exactly, routes};

#[test]
fn a_regex_host_becomes_routes_in_nginxs_order() {
    let text = ingress(
        "re",
        &[("use-regex", "true")],
        &[
            ("re.test", "Prefix", "/a", "short"),
            ("re.test", "ImplementationSpecific", "/api/v[0-9]+", "long"),
        ],
    );
    assert_eq!(
        routes(&migrate(&text).text),
        [
            "both #2 Host(`re.test`) && PathRegexp(`(?i)^/api/v[0-9]+`) [hsts] long",
            "both #1 Host(`re.test`) && PathRegexp(`(?i)^/a`) [hsts] short",
        ]
    );
}

#[test]
fn an_expression_that_only_pcre_knows_blocks() {
    let text = ingress(
        "re",
        &[("use-regex", "true")],
        &[("re.test", "Prefix", "/(?!admin)", "a")],
    );
    let migrated = migrate(&text);
    assert_eq!(migrated.text, text);
    assert_eq!(
        migrated.blocked_by(),
        [
            "The path is a regular expression on this host, and `/(?!admin)` uses look-ahead, which Traefik's regular expressions do not have"
        ]
    );
}

#[test]
fn an_exact_path_beside_a_prefix_needs_priorities() {
    let text = ingress(
        "e",
        &[],
        &[
            ("e.test", "Exact", "/foo", "exact"),
            ("e.test", "Prefix", "/foo", "prefix"),
        ],
    );
    assert_eq!(
        routes(&migrate(&text).text),
        [
            "both #2 Host(`e.test`) && Path(`/foo`) [hsts] exact",
            "both #1 Host(`e.test`) && (Path(`/foo`) || PathPrefix(`/foo/`)) [hsts] prefix",
        ]
    );
}

#[test]
fn paths_of_a_blocked_sibling_are_closed() {
    let blocked = ingress(
        "a",
        &[("configuration-snippet", "access_by_lua_block { ngx.exit(403) }")],
        &[("h.test", "Prefix", "/admin", "admin")],
    );
    let other = ingress("b", &[], &[("h.test", "Prefix", "/", "site")]);
    let migrated = migrate(&format!("{blocked}---\n{other}"));
    assert_eq!(
        routes(&migrated.text),
        [
            "both #2 Host(`h.test`) && (Path(`/admin`) || PathPrefix(`/admin/`)) [answer-503] noop@internal",
            "both #1 Host(`h.test`) [hsts] site",
        ]
    );
}

#[test]
fn a_canary_is_asked_by_header_then_cookie_then_weight() {
    let main = ingress("main", &[], &[("c.test", "Prefix", "/", "main")]);
    let canary = ingress(
        "next",
        &[
            ("canary", "true"),
            ("canary-by-header", "X-Next"),
            ("canary-by-cookie", "next"),
            ("canary-weight", "20"),
        ],
        &[("c.test", "Prefix", "/", "next")],
    );
    assert_eq!(
        routes(&migrate(&format!("{main}---\n{canary}")).text),
        [
            "both #5 Host(`c.test`) && Header(`X-Next`, `always`) [hsts] next",
            "both #4 Host(`c.test`) && Header(`X-Next`, `never`) [hsts] main",
            r"both #3 Host(`c.test`) && HeaderRegexp(`Cookie`, `(^|;\s*)next=always\s*(;|$)`) [hsts] next",
            r"both #2 Host(`c.test`) && HeaderRegexp(`Cookie`, `(^|;\s*)next=never\s*(;|$)`) [hsts] main",
            "both #1 Host(`c.test`) [hsts] main*80+next*20",
        ]
    );
}

#[test]
fn an_exact_host_keeps_its_unmatched_paths_from_a_wildcard_host() {
    let exact = ingress("exact", &[], &[("a.w.test", "Prefix", "/api", "exact")]);
    let wild = ingress("wild", &[], &[("*.w.test", "Prefix", "/", "wild")]);
    let migrated = migrate(&format!("{exact}---\n{wild}"));
    assert_eq!(
        routes(&migrated.text),
        [
            "both #2 Host(`a.w.test`) [hsts+answer-404] noop@internal",
            r"both #1 HostRegexp(`^[a-zA-Z0-9_-]+\.w\.test$`) [hsts] wild",
        ]
    );
    assert!(
        migrated.text.contains("kind: Ingress\nmetadata:\n  name: exact"),
        "{}",
        migrated.text
    );
}

#[test]
fn http_is_redirected_beside_a_plain_ingress() {
    let mut text = ingress("t", &[], &[("t.test", "Prefix", "/", "t")]);
    text.push_str("  tls:\n  - hosts: [t.test]\n    secretName: t-tls\n");
    let migrated = migrate(&text);
    assert_eq!(
        routes(&migrated.text),
        ["web Host(`t.test`) [redirect-https] noop@internal"]
    );
    assert!(
        migrated.text.contains("router.entrypoints: websecure"),
        "{}",
        migrated.text
    );
}

#[test]
fn client_certificates_are_asked_on_every_router_of_the_host() {
    let mut text = ingress(
        "m",
        &[("auth-tls-secret", "default/ca"), ("ssl-redirect", "false")],
        &[("m.test", "Prefix", "/", "m")],
    );
    text.push_str("  tls:\n  - hosts: [m.test]\n    secretName: m-tls\n");
    text.push_str(&format!(
        "---\n{}",
        ingress("more", &[], &[("m.test", "Prefix", "/more", "more")])
    ));
    let plain = migrate(&text).text;
    assert!(plain.contains("clientAuthType: RequireAndVerifyClientCert"), "{plain}");
    let on_websecure = routes(&plain)
        .iter()
        .filter(|route| route.starts_with("websecure"))
        .count();
    let asked = plain
        .matches("    options:\n      name: m-client-certificate\n")
        .count();
    assert_eq!((on_websecure, asked), (2, 2), "{plain}");

    let exact = migrate_exactly(&text).text;
    let layered = exact
        .matches("  parentRefs:\n    - name: m-client-certificate\n")
        .count();
    assert_eq!(layered, 2, "{exact}");
    assert!(exact.contains("answer-400"), "{exact}");
}

#[test]
fn a_certificate_takes_the_place_of_the_annotation() {
    let mut text = ingress("c", &[("use-regex", "true")], &[("c.test", "Prefix", "/[a-z]+", "c")]);
    text = text.replace(
        "  annotations:\n",
        "  annotations:\n    cert-manager.io/cluster-issuer: letsencrypt\n",
    );
    text.push_str("  tls:\n  - hosts: [c.test]\n    secretName: c-tls\n");
    let migrated = migrate(&text).text;
    let certificate = "\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: c-tls
spec:
  secretName: c-tls
  dnsNames:
    - c.test
  issuerRef:
    name: letsencrypt
    kind: ClusterIssuer
";
    assert!(migrated.contains(certificate), "{migrated}");
}

#[test]
fn what_the_result_relies_on_is_asked_for() {
    let text = ingress("p", &[], &[("p.test", "Prefix", "/foo", "p")]);
    let needs = migrate(&text).needs;
    assert!(
        needs.contains(&"providers.kubernetesIngress.strictPrefixMatching".to_owned()),
        "{needs:?}"
    );
    let text = ingress("p", &[], &[("p.test", "Prefix", "/", "p")]);
    let needs = migrate(&text).needs;
    assert!(
        !needs.contains(&"providers.kubernetesIngress.strictPrefixMatching".to_owned()),
        "{needs:?}"
    );
}

#[test]
fn no_ingress_of_a_host_leaves_without_its_client_certificates() {
    let wanted = ingress(
        "a",
        &[("auth-tls-secret", "default/ca"), ("server-alias", "*.m.test")],
        &[("m.test", "Prefix", "/", "a")],
    );
    let other = ingress("b", &[], &[("m.test", "Prefix", "/more", "b")]);
    let text = format!("{wanted}---\n{other}");
    let migrated = migrate(&text);
    assert_eq!(migrated.text, text);
    assert_eq!(migrated.blocked_by().len(), 2, "{:?}", migrated.blocked_by());
}

//! TLS that passes through: an IngressRouteTCP as a TLSRoute, where that says all of it and cuts nobody off.
use super::{Migrated, run, run_with, to_gateway};
use nginx2traefik::finding::Outcome;
use nginx2traefik::installation::{Installation, Version};
use nginx2traefik::plan::Api;
use serde_json::json;

fn tcp(rule: &str, more: &str) -> String {
    format!(
        "apiVersion: traefik.io/v1alpha1\nkind: IngressRouteTCP\nmetadata:\n  name: vault\nspec:\n  entryPoints: [websecure]\n  routes:\n  \
         - match: {rule}\n    services:\n    - name: vault\n      port: 8200\n  tls:\n    passthrough: true\n{more}"
    )
}

fn outcome(migrated: &Migrated) -> Outcome {
    migrated.outcomes[0].1
}

const WIDE: &str = "---\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: wide}\nspec:\n  entryPoints: [web]\n  routes:\n  \
                    - match: Host(`*.a.test`)\n    kind: Rule\n    services: [{name: app, port: 80}]\n";

#[test]
fn it_is_a_tls_route() {
    let migrated = to_gateway(&tcp("HostSNI(`vault.a.test`) || HostSNI(`vault.b.test`)", ""));
    let [route] = &migrated.of_kind("TLSRoute")[..] else {
        panic!("{}", migrated.text)
    };
    assert_eq!(route["spec"]["hostnames"], json!(["vault.a.test", "vault.b.test"]));
    assert_eq!(
        route["spec"]["rules"][0]["backendRefs"],
        json!([{"name": "vault", "port": 8200}])
    );
    assert_eq!(route["spec"]["parentRefs"][0]["sectionName"], "tls-vault.a.test");
    assert_eq!(migrated.of_kind("IngressRouteTCP"), Vec::<serde_json::Value>::new());
    assert_eq!(migrated.messages(), ["A TLSRoute passes TLS through"]);
}

#[test]
fn it_stays_where_a_tls_route_cuts_others_off() {
    let passed = tcp("HostSNI(`vault.a.test`)", "");
    let beside = to_gateway(&format!("{passed}{WIDE}"));
    assert_eq!(outcome(&beside), Outcome::Kept, "{:?}", beside.messages());
    let exact = run(&passed, Api::Gateway, true);
    assert_eq!(outcome(&exact), Outcome::Kept, "{:?}", exact.messages());
    let older = Installation {
        version: Version::V3_6,
        ..Installation::default()
    };
    assert_eq!(outcome(&run_with(&passed, Api::Gateway, false, older)), Outcome::Kept);
}

#[test]
fn other_tcp_stays() {
    let other_tls = tcp("HostSNI(`vault.a.test`)", "").replace("passthrough: true", "secretName: vault-tls");
    for text in [
        tcp("HostSNI(`*`)", ""),
        tcp("HostSNIRegexp(`^.+$`)", ""),
        tcp("HostSNI(`vault.a.test`) && ClientIP(`10.0.0.0/8`)", ""),
        tcp("HostSNI(`vault.a.test`)", "    options: {name: strict}\n"),
        tcp("HostSNI(`vault.a.test`)", "").replace("websecure", "postgres"),
        tcp("HostSNI(`vault.a.test`)", "").replace(
            "      port: 8200\n",
            "      port: 8200\n      proxyProtocol: {version: 2}\n",
        ),
        other_tls,
    ] {
        assert_eq!(outcome(&to_gateway(&text)), Outcome::Kept, "{text}");
    }
}

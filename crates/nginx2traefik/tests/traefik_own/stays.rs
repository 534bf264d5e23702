//! What stays as it is.
use super::to_gateway;
use nginx2traefik::finding::Outcome;

fn route(name: &str, spec: &str) -> String {
    format!("---\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata:\n  name: {name}\nspec:\n{spec}")
}

fn simple(name: &str, rule: &str, more: &str) -> String {
    let routes =
        format!("  routes:\n  - match: {rule}\n    kind: Rule\n    services:\n    - name: app\n      port: 80\n");
    route(name, &format!("{routes}{more}"))
}

/// Names of what stays, and that all of the others are converted.
fn staying(text: &str) -> Vec<String> {
    let migrated = to_gateway(text);
    let blocked = migrated
        .outcomes
        .iter()
        .filter(|(_, outcome)| *outcome == Outcome::Kept);
    let names: Vec<String> = blocked.map(|(name, _)| name.clone()).collect();
    for name in &names {
        let told = migrated
            .messages()
            .iter()
            .any(|message| message.starts_with(&format!("{name} stays as it is: ")));
        assert!(told, "{name}: {:?}", migrated.messages());
    }
    names
}

#[test]
fn client_certificates_keep_all_of_their_host() {
    let text = [
        simple("mtls", "Host(`a.test`)", "  tls:\n    options:\n      name: ask\n"),
        simple("beside", "Host(`a.test`) && PathPrefix(`/x/`) || Host(`b.test`)", ""),
        simple("other", "Host(`b.test`) && Path(`/y`)", ""),
        simple("free", "Host(`c.test`)", ""),
    ];
    assert_eq!(
        staying(&text.concat()),
        ["IngressRoute mtls", "IngressRoute beside", "IngressRoute other"],
        "an object is converted as a whole or not at all, and so is a host"
    );
}

#[test]
fn what_no_route_says() {
    let specs = [
        ("Host(`a.test`) && ALPN(`h2`)", ""),
        ("!Host(`a.test`)", ""),
        ("HostRegexp(`^a|b$`)", ""),
        ("Host(`a.test`", ""),
        ("Host(`a.test`)", "  entryPoints: [web, metrics]\n"),
        ("Host(`a.test`)", "  entryPoints: [metrics]\n"),
        ("Host(`a.test`)", "  tls:\n    certResolver: acme\n"),
        ("Host(`a.test`)", "  parentRefs:\n  - name: above\n"),
        ("Host(`a.test`)", "  unheardOf: true\n"),
        ("Host(`a.test`) && ClientIP(`2001:db8::/32`)", ""),
    ];
    for (rule, more) in specs {
        let rule = format!("'{rule}'");
        assert_eq!(
            staying(&simple("app", &rule, more)),
            ["IngressRoute app"],
            "{rule} {more}"
        );
    }
}

#[test]
fn another_providers_middleware() {
    let text = route(
        "app",
        "  routes:\n  - match: Host(`a.test`)\n    kind: Rule\n    middlewares:\n    - name: auth@file\n    services:\n    - name: app\n      port: 80\n",
    );
    assert_eq!(staying(&text), ["IngressRoute app"]);
}

//! What ingress-nginx makes of odd values: each with its place and its effect.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use nginx2traefik::effective::{self, Controller, Effect, Effective, Standing};
use nginx2traefik::model;
use nginx2traefik::source::{Sources, Span};

const OBJECTS: &str = r#"
---
apiVersion: v1
kind: Secret
metadata: {name: users}
stringData: {auth: "user:{PLAIN}pw"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: headers}
data: {X-One: "1"}
"#;

/// An Ingress with these annotations (short names), and what is made of it.
struct Asked {
    sources: Sources,
    effective: Effective,
}

fn ask_with(annotations: &[(&str, &str)], change: impl FnOnce(&mut Controller)) -> Asked {
    let mut text =
        String::from("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app\n  annotations:\n");
    for (key, value) in annotations {
        text.push_str(&format!("    nginx.ingress.kubernetes.io/{key}: '{value}'\n"));
    }
    text.push_str("spec:\n  ingressClassName: nginx\n  rules: [{host: app.example.test}]\n");
    text.push_str(OBJECTS);
    let mut sources = Sources::default();
    let id = sources.add("app.yaml", text);
    let manifests = model::join([model::read(id, &sources.get(id).text)]);
    let mut controller = Controller {
        given: true,
        complete: true,
        ..Controller::default()
    };
    let span = Span::new(id, 0..0);
    controller
        .config
        .insert("annotations-risk-level".into(), ("Critical".into(), span));
    change(&mut controller);
    Asked {
        effective: effective::build(&manifests, controller),
        sources,
    }
}

fn ask(annotations: &[(&str, &str)]) -> Asked {
    ask_with(annotations, |_| {})
}

impl Asked {
    /// `key: effect at the text it stands in`, in the order of the text.
    fn problems(&self) -> Vec<String> {
        let problems = self.effective.ingresses[0].problems.iter();
        let shown = problems.map(|p| format!("{}: {:?} at {}", p.key, p.effect, self.sources.text(&p.span)));
        shown.collect()
    }

    fn effects(&self) -> Vec<Effect> {
        self.effective.ingresses[0].problems.iter().map(|p| p.effect).collect()
    }

    fn is_denied(&self) -> bool {
        self.effective.ingresses[0].settings.denied.is_some()
    }
}

#[test]
fn a_problem_stands_where_the_value_stands() {
    let asked = ask(&[("enable-cors", "true"), ("cors-max-age", "10s"), ("limit-rps", "1.5")]);
    assert_eq!(
        asked.problems(),
        ["cors-max-age: Ignored at '10s'", "limit-rps: Refused at '1.5'"]
    );
    assert_eq!(asked.effective.ingresses[0].standing, Standing::Refused);
}

#[test]
fn values_that_are_ignored() {
    for (key, value) in [
        ("backend-protocol", "bogus"),
        ("proxy-read-timeout", "60s"),
        ("proxy-body-size", "1.5m"),
        ("proxy-body-size", "8b"),
        ("proxy-buffering", "true"),
        ("proxy-next-upstream", "http_418"),
        ("proxy-cookie-path", r#"/ "/; Secure""#),
        ("satisfy", "Any"),
        ("custom-headers", "a;b"),
        ("default-backend", "nothere"),
        ("enable-access-log", "maybe"),
    ] {
        let asked = ask(&[(key, value)]);
        assert_eq!(asked.effects(), [Effect::Ignored], "{key}: {value}");
        assert!(!asked.is_denied(), "{key}: {value}");
    }
}

#[test]
fn values_that_close_the_location() {
    for (key, value) in [
        ("allowlist-source-range", ""),
        ("whitelist-source-range", "10.0.0.0/33"),
        ("denylist-source-range", "198.51.100.1,"),
        ("auth-url", "auth.default/x"),
        ("custom-headers", "default/nothere"),
        ("custom-headers", "headers"),
        ("custom-headers", "default/headers"),
        ("proxy-ssl-secret", "users"),
        ("proxy-ssl-secret", "default/users"),
        ("fastcgi-params-configmap", "nothere"),
        ("auth-type", "basic"),
    ] {
        let asked = ask(&[(key, value)]);
        assert_eq!(asked.effects(), [Effect::Closed], "{key}: {value}");
        assert!(asked.is_denied(), "{key}: {value}");
    }
}

#[test]
fn values_that_refuse_the_ingress() {
    for (key, value) in [
        ("limit-allowlist", "bad"),
        ("limit-connections", "off"),
        ("custom-http-errors", "200"),
        ("default-backend", "Errors"),
        ("client-body-buffer-size", "1kb"),
        ("auth-type", "oauth"),
        ("auth-url", "http://a/\"q\""),
        ("http2-push-preload", "maybe"),
        ("fastcgi-index", "a b;"),
    ] {
        let asked = ask(&[(key, value)]);
        assert_eq!(asked.effects(), [Effect::Refused], "{key}: {value}");
        assert_eq!(
            asked.effective.ingresses[0].standing,
            Standing::Refused,
            "{key}: {value}"
        );
    }
}

#[test]
fn values_that_nginx_cannot_load() {
    for annotations in [
        &[("proxy-connect-timeout", "-1")][..],
        &[("proxy-buffer-size", "1g")],
        &[("proxy-buffers-number", "1")],
        &[("proxy-busy-buffers-size", "64k")],
        &[("proxy-max-temp-file-size", "1k")],
        &[("proxy-cookie-path", "/only")],
        &[("proxy-redirect-from", "a b"), ("proxy-redirect-to", "c")],
        &[("custom-http-errors", "499")],
        &[("limit-rps", "1"), ("limit-burst-multiplier", "0")],
        &[("upstream-vhost", "$nosuchvariable")],
        &[("server-alias", "a.*.example.test")],
        &[("ssl-ciphers", "NOSUCH")],
        &[("auth-type", "mybasic"), ("auth-secret", "users")],
    ] {
        let asked = ask(annotations);
        assert_eq!(asked.effects(), [Effect::Breaks], "{annotations:?}");
        assert_eq!(
            asked.effective.ingresses[0].standing,
            Standing::Breaks,
            "{annotations:?}"
        );
    }
}

#[test]
fn the_first_fatal_value_of_auth_url_decides() {
    let url = ("auth-url", "http://auth.default/");
    let open = ask(&[
        url,
        ("auth-cache-duration", "200 1m; x"),
        ("auth-response-headers", "X-A;bad"),
    ]);
    assert_eq!(open.effects(), [Effect::Open]);
    assert!(!open.is_denied() && open.effective.ingresses[0].settings.external_auth.is_none());
    let closed = ask(&[
        url,
        ("auth-response-headers", "X-A;bad"),
        ("auth-always-set-cookie", "maybe"),
    ]);
    assert_eq!(closed.effects(), [Effect::Closed]);
    let open = ask(&[url, ("auth-always-set-cookie", "maybe")]);
    assert_eq!(open.effects(), [Effect::Open]);
}

#[test]
fn annotations_that_do_nothing_alone() {
    for (key, value) in [
        ("cors-allow-origin", "https://a.example"),
        ("auth-secret", "users"),
        ("auth-signin", "https://login.example.test/"),
        ("proxy-ssl-verify", "on"),
        ("limit-burst-multiplier", "3"),
        ("mirror-host", "m.example.test"),
        ("opentelemetry-operation-name", "x"),
    ] {
        assert_eq!(ask(&[(key, value)]).effects(), [Effect::Inert], "{key}");
    }
}

#[test]
fn a_realm_called_off_lets_everybody_in() {
    let asked = ask(&[("auth-type", "basic"), ("auth-secret", "users"), ("auth-realm", "off")]);
    assert_eq!(asked.problems(), ["auth-realm: Open at 'off'"]);
}

#[test]
fn what_is_not_among_incomplete_inputs_is_taken_to_exist() {
    let annotations = [
        ("auth-type", "basic"),
        ("auth-secret", "elsewhere"),
        ("custom-headers", "default/elsewhere"),
        ("default-backend", "elsewhere"),
    ];
    let asked = ask_with(&annotations, |c| c.complete = false);
    assert_eq!(asked.problems(), Vec::<String>::new());
    let settings = &asked.effective.ingresses[0].settings;
    assert!(settings.basic_auth.is_some() && settings.errors.default_backend.is_some());
    assert_eq!(settings.custom_headers.headers, None);
}

#[test]
fn unconverted_annotations_count_only_where_they_do_something() {
    let active = |annotations: &[(&str, &str)]| {
        let asked = ask_with(annotations, |c| {
            let span = c.config["annotations-risk-level"].1;
            c.config
                .insert("allow-snippet-annotations".into(), ("true".into(), span));
        });
        let unconverted = asked.effective.ingresses[0].settings.unconverted.iter();
        unconverted
            .filter(|u| u.active)
            .map(|u| u.key.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(active(&[("configuration-snippet", "  ")]), Vec::<String>::new());
    assert_eq!(
        active(&[("configuration-snippet", "return 204;")]),
        ["configuration-snippet"]
    );
    assert_eq!(active(&[("auth-snippet", "x y;")]), Vec::<String>::new());
    assert_eq!(active(&[("enable-access-log", "true")]), Vec::<String>::new());
    assert_eq!(active(&[("enable-access-log", "false")]), ["enable-access-log"]);
    assert_eq!(
        active(&[("modsecurity-snippet", "SecRuleEngine On")]),
        Vec::<String>::new()
    );
    assert_eq!(active(&[("limit-rate", "10")]), Vec::<String>::new());
    assert_eq!(
        active(&[("limit-rate", "10"), ("proxy-buffering", "on")]),
        ["limit-rate"]
    );
}

#[test]
fn every_annotation_of_ingress_nginx_is_read() {
    let read_as_it_is = [
        "auth-snippet",
        "configuration-snippet",
        "modsecurity-snippet",
        "server-snippet",
        "stream-snippet",
    ];
    for key in effective::keys::KEYS
        .iter()
        .filter(|k| !read_as_it_is.contains(&k.name))
    {
        for name in std::iter::once(&key.name).chain(key.aliases) {
            let asked = ask(&[(name, "a b; \"q\"")]);
            assert_eq!(asked.effects().len(), 1, "{name}");
        }
    }
}

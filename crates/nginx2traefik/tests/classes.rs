//! Which Ingresses mean ingress-nginx, and in which order they are merged.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nginx2traefik::effective::{Controller, Effective, Standing, build};
use nginx2traefik::model::{self, Manifests};
use nginx2traefik::source::SourceId;

fn manifests(text: &str) -> Manifests {
    model::join([model::read(SourceId(0), text)])
}

fn standings(text: &str, controller: Controller) -> Vec<Standing> {
    let built = build(&manifests(text), controller);
    built.ingresses.into_iter().map(|i| i.standing).collect()
}

fn ingress(name: &str, more: &str, class: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}{more}}}\nspec: {{{class}}}\n---\n"
    )
}

const BY_FIELD: &str = "ingressClassName: nginx";
const OTHER: &str = "ingressClassName: haproxy";
const BY_ANNOTATION: &str = ", annotations: {kubernetes.io/ingress.class: nginx}";

fn class(name: &str, controller: &str, default: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: {name}, annotations: {{ingressclass.kubernetes.io/is-default-class: \"{default}\"}}}}\nspec: {{controller: {controller}}}\n---\n"
    )
}

#[test]
fn the_field_wins_over_the_annotation() {
    let text = [
        ingress("field", "", BY_FIELD),
        ingress("annotation", BY_ANNOTATION, ""),
        ingress("other", BY_ANNOTATION, OTHER),
        ingress("none", "", ""),
    ]
    .concat();
    assert_eq!(
        standings(&text, Controller::default()),
        [
            Standing::Served,
            Standing::Served,
            Standing::Foreign,
            Standing::Classless
        ]
    );
}

#[test]
fn a_class_object_says_whose_the_name_is() {
    let theirs = [
        class("nginx", "nginx.org/ingress-controller", "false"),
        ingress("a", "", BY_FIELD),
    ]
    .concat();
    assert_eq!(standings(&theirs, Controller::default()), [Standing::Foreign]);
    let ours = [
        class("haproxy", "k8s.io/ingress-nginx", "false"),
        ingress("a", "", OTHER),
    ]
    .concat();
    assert_eq!(standings(&ours, Controller::default()), [Standing::Served]);
}

#[test]
fn an_ingress_without_a_class_has_the_default_one() {
    let ours = [class("nginx", "k8s.io/ingress-nginx", "true"), ingress("a", "", "")].concat();
    assert_eq!(standings(&ours, Controller::default()), [Standing::Served]);
    let theirs = [
        class("traefik", "traefik.io/ingress-controller", "true"),
        ingress("a", "", ""),
    ]
    .concat();
    assert_eq!(standings(&theirs, Controller::default()), [Standing::Foreign]);
    let watching = Controller {
        watch_without_class: true,
        ..Controller::default()
    };
    assert_eq!(standings(&ingress("a", "", ""), watching), [Standing::Served]);
}

#[test]
fn an_ingress_without_a_class_is_told() {
    let built = build(&manifests(&ingress("a", "", "")), Controller::default());
    assert_eq!(built.findings.len(), 1);
    assert_eq!(
        built.findings[0].message,
        "Ingress a names no class: nothing shows that ingress-nginx serves it"
    );
}

fn path(name: &str, more: &str, service: &str) -> String {
    let spec = format!(
        "{BY_FIELD}, rules: [{{host: h.example, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}]"
    );
    ingress(name, more, &spec)
}

fn backend_of_root(built: &Effective) -> String {
    use nginx2traefik::effective::Backend;
    let root = built.hosts[0].locations.iter().find(|l| l.path == "/").unwrap();
    match &root.backend {
        Backend::Service(service) => service.name.clone(),
        Backend::Default => "the default backend".into(),
    }
}

#[test]
fn the_older_ingress_keeps_a_path() {
    let younger = path("a", ", creationTimestamp: \"2026-02-01T00:00:00Z\"", "young");
    let older = path("b", ", creationTimestamp: \"2026-01-01T00:00:00Z\"", "old");
    let built = build(&manifests(&[younger, older].concat()), Controller::default());
    assert_eq!(backend_of_root(&built), "old");
    let told = &built.findings.iter().find(|f| f.rule == "duplicate-path").unwrap();
    assert_eq!(
        told.message,
        "path / of this host belongs to Ingress default/b: this entry is never served"
    );
    assert_eq!(told.help, "");
}

#[test]
fn of_equal_age_the_last_name_keeps_it() {
    let time = ", creationTimestamp: \"2026-02-01T00:00:00Z\"";
    let text = [path("a", time, "first"), path("b", time, "last")].concat();
    assert_eq!(
        backend_of_root(&build(&manifests(&text), Controller::default())),
        "last"
    );
}

#[test]
fn without_timestamps_the_order_of_the_input_is_taken_and_told() {
    let text = [path("a", "", "first"), path("b", "", "second")].concat();
    let built = build(&manifests(&text), Controller::default());
    assert_eq!(backend_of_root(&built), "first");
    let told = &built.findings.iter().find(|f| f.rule == "duplicate-path").unwrap();
    assert!(told.help.contains("their order in the input was taken for their age"));
}

#[test]
fn the_same_exact_path_twice_breaks_the_controller() {
    let exact = |name: &str| path(name, "", "web").replace("path: /, pathType: Prefix", "path: /x, pathType: Exact");
    let prefix = |name: &str| path(name, "", "web").replace("path: /,", "path: /x,");
    let twice = [exact("a"), exact("b")].concat();
    // two equal entries: the second loses, and nothing breaks
    assert_eq!(
        standings(&twice, Controller::default()),
        [Standing::Served, Standing::Served]
    );
    // behind a prefix of the same path the second exact one is not compared with the first
    let behind = [prefix("p"), exact("a"), exact("b")].concat();
    assert_eq!(
        standings(&behind, Controller::default()),
        [Standing::Served, Standing::Served, Standing::Breaks]
    );
}

#[test]
fn an_assumed_age_is_told_where_it_decides() {
    let redirecting = path(
        "a",
        ", annotations: {nginx.ingress.kubernetes.io/permanent-redirect: \"https://b.example\"}",
        "one",
    )
    .replace("path: /,", "path: /one,");
    let plain = path("b", "", "two").replace("path: /,", "path: /two,");
    let built = build(
        &manifests(&[redirecting, plain.clone()].concat()),
        Controller::default(),
    );
    let told: Vec<_> = built.findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        told,
        ["Ingress a is taken to be older than b, and so decides what becomes of paths that no rule names on h.example"]
    );
    let same = plain.replace("name: b,", "name: c,").replace("/two", "/three");
    assert!(
        build(&manifests(&[plain, same].concat()), Controller::default())
            .findings
            .is_empty()
    );
}

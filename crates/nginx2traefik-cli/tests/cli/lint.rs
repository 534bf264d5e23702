//! `lint`, its thresholds, its baseline and its profile.
use crate::program::{Folder, ingress};

fn annotated(annotations: &str) -> String {
    let block: String = annotations.lines().map(|line| format!("    {line}\n")).collect();
    ingress("a").replace("  name: a\n", &format!("  name: a\n  annotations:\n{block}"))
}

#[test]
fn names_that_do_nothing_are_told_apart() {
    let folder = Folder::with(&[(
        "a.yaml",
        &annotated(
            "nginx.ingress.kubernetes.io/client-max-body-size: 8m
nginx.ingress.kubernetes.io/enable-opentracing: 'true'
nginx.ingress.kubernetes.io/rewrite-taregt: /
ingress.kubernetes.io/ssl-redirect: 'true'
nginx.org/client-max-body-size: 8m
traefik.ingress.kubernetes.io/router.middlewares: a-b@kubernetescrd
cert-manager.io/cluster-issuer: letsencrypt",
        ),
    )]);
    insta::assert_snapshot!(folder.said(&["lint", "a.yaml"]));
}

#[test]
fn annotations_and_the_class_are_told() {
    let folder = Folder::with(&[(
        "a.yaml",
        &annotated(
            "nginx.ingress.kubernetes.io/app-root: /start\nnginx.ingress.kubernetes.io/stream-snippet: |\n  server { listen 8000; }",
        ),
    )]);
    let said = folder.said(&["lint", "a.yaml"]);
    for text in [
        "the class `nginx` is ingress-nginx's",
        "app-root",
        "stream-snippet",
        "nginx2traefik explain stream-snippet",
        "a.yaml:10:21",
    ] {
        assert!(said.contains(text), "{text}\n{said}");
    }
    assert!(said.ends_with("exit code 1"));
}

#[test]
fn an_annotation_on_an_object_of_another_class_is_read_by_nobody() {
    let text = annotated("nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8")
        .replace("ingressClassName: nginx", "ingressClassName: traefik");
    let folder = Folder::with(&[("a.yaml", &text)]);
    insta::assert_snapshot!(folder.said(&["lint", "a.yaml"]));
}

#[test]
fn the_result_of_a_migration_is_clean() {
    let folder = Folder::with(&[
        ("in/a.yaml", &annotated("nginx.ingress.kubernetes.io/app-root: /start")),
        ("in/b.yaml", &ingress("b")),
    ]);
    folder.run(&["migrate", "in", "--target", "ingress", "--output-dir", "out"]);
    insta::assert_snapshot!(folder.said(&["lint", "out"]));
}

#[test]
fn thresholds() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    let code = |level: &str| folder.run(&["lint", "a.yaml", "--fail-on", level]).status.code();
    assert_eq!(
        (code("note"), code("warning"), code("error"), code("never")),
        (Some(1), Some(1), Some(0), Some(0))
    );
    folder.write("nginx2traefik.toml", b"[lint]\nfail-on = \"error\"\n");
    assert_eq!(folder.run(&["lint", "a.yaml"]).status.code(), Some(0));
    folder.write("nginx2traefik.toml", b"[lint]\nignore = [\"class\"]\n");
    assert_eq!(folder.run(&["lint", "a.yaml"]).status.code(), Some(0));
}

#[test]
fn the_profile_names_the_classes() {
    let text = ingress("a").replace("ingressClassName: nginx", "ingressClassName: internal");
    let folder = Folder::with(&[("deep/in/a.yaml", &text)]);
    assert_eq!(folder.run(&["lint", "deep/in"]).status.code(), Some(0));
    folder.write(
        "deep/nginx2traefik.toml",
        b"[ingress-nginx]\nclasses = [\"internal\"]\n",
    );
    assert_eq!(folder.run(&["lint", "deep/in"]).status.code(), Some(1));
}

#[test]
fn a_baseline_hides_what_is_known() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    let lint = |more: &[&str]| {
        folder
            .run(&[&["lint", ".", "--baseline", "known.json"], more].concat())
            .status
            .code()
    };
    assert_eq!(lint(&[]), Some(3), "there is none yet");
    assert_eq!(lint(&["--write-baseline"]), Some(0));
    assert_eq!(lint(&[]), Some(0));
    folder.write("a.yaml", format!("# two\n# more lines\n{}", ingress("a")).as_bytes());
    assert_eq!(lint(&[]), Some(0), "lines do not matter");
    folder.write("b.yaml", ingress("b").as_bytes());
    assert_eq!(lint(&[]), Some(1), "what is new is told");
}

#[test]
fn many_findings_of_one_kind_are_put_together() {
    let files: Vec<(String, String)> = (0..300)
        .map(|n| (format!("in/{n:03}.yaml"), ingress(&format!("a{n}"))))
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let folder = Folder::with(&files);
    let said = folder.said(&["lint", "in"]);
    assert!(said.lines().count() < 30, "{said}");
    assert!(said.contains("300 warnings in 300 files"), "{said}");
    let all = folder.said(&["lint", "in", "--all"]);
    assert!(all.lines().count() > 300 * 5);
}

#[test]
fn json_goes_to_a_file() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    let output = folder.run(&["lint", "a.yaml", "--format", "json", "--output", "lint.json"]);
    assert!(output.stdout.is_empty());
    let report: serde_json::Value = serde_json::from_str(&folder.read("lint.json")).unwrap();
    assert_eq!(report["objects"][0]["findings"][0]["rule"], "class");
}

#[test]
fn a_secret_in_a_snippet_is_not_shown() {
    let snippet = "nginx.ingress.kubernetes.io/configuration-snippet: |
  more_set_input_headers \"X-Proxy-Key: 4711-abc\";
  proxy_set_header Authorization
    'Bearer zyx-987-wvu';
  if ($http_x_api_key != 'op3n-s3same') { return 403; }
  proxy_buffering off;";
    let secrets = ["4711-abc", "zyx-987-wvu", "op3n-s3same"];
    let folder = Folder::with(&[("a.yaml", &annotated(snippet))]);
    for arguments in [
        vec!["lint", "a.yaml"],
        vec!["lint", "a.yaml", "--format", "json"],
        vec!["migrate", "a.yaml", "--target", "ingress", "--check"],
        vec!["migrate", "a.yaml", "--target", "ingress", "--diff"],
        vec![
            "migrate",
            "a.yaml",
            "--target",
            "gateway",
            "--diff",
            "--report",
            "report.json",
        ],
        vec!["explain", "--request", "GET http://a.example.com/", "a.yaml"],
    ] {
        let said = folder.said(&arguments);
        for secret in secrets {
            assert!(!said.contains(secret), "{arguments:?}: {said}");
        }
    }
    let report = folder.read("report.json");
    assert!(secrets.iter().all(|secret| !report.contains(secret)), "{report}");
    assert!(
        report.contains("the value of X-Proxy-Key stands in plain text"),
        "{report}"
    );
}

/// A new object holds the secret, since it has to work; what is shown of it does not.
#[test]
fn a_secret_that_is_migrated_is_not_shown() {
    let snippet =
        "nginx.ingress.kubernetes.io/configuration-snippet: more_set_input_headers \"X-Proxy-Key: 4711-abc\";";
    let folder = Folder::with(&[("a.yaml", &annotated(snippet))]);
    for target in ["ingress", "gateway"] {
        let new = folder.said(&["migrate", "a.yaml", "--target", target]);
        assert!(new.contains("X-Proxy-Key") && new.contains("4711-abc"), "{new}");
        let shown = folder.said(&["migrate", "a.yaml", "--target", target, "--diff"]);
        assert!(shown.contains("X-Proxy-Key: ********"), "{shown}");
        assert!(!shown.contains("4711-abc"), "{shown}");
    }
}

#[test]
fn the_controllers_config_map_among_the_inputs_is_told() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller}\ndata:\n  hsts: 'false'\n";
    let folder = Folder::with(&[("in/a.yaml", &ingress("a")), ("in/controller.yaml", map)]);
    assert!(
        folder
            .said(&["lint", "in"])
            .contains("looks like the controller's, and was not used")
    );
    let given = folder.said(&["lint", "in", "--controller-config", "in/controller.yaml"]);
    assert!(!given.contains("was not used"), "{given}");
}

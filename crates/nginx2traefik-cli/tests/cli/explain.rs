//! `explain`, `rules`, completions and the manual.
use crate::program::{Folder, ingress};

#[test]
fn a_request_is_answered_with_the_settings_behind_it() {
    let text = ingress("a")
        .replace(
            "  name: a\n",
            "  name: a\n  annotations:\n    nginx.ingress.kubernetes.io/rewrite-target: /new\n",
        )
        .replace(
            "  rules:\n",
            "  tls:\n    - hosts: [a.example.com]\n      secretName: a-tls\n  rules:\n",
        );
    let folder = Folder::with(&[
        ("a.yaml", &text),
        ("controller.yaml", "hsts: 'false'\nproxy-body-size: 8m\n"),
    ]);
    let explain = |request: &str| {
        folder.said(&[
            "explain",
            "--request",
            request,
            "a.yaml",
            "--controller-config",
            "controller.yaml",
        ])
    };
    insta::assert_snapshot!("a_redirect", explain("GET http://a.example.com/foo?x=1"));
    insta::assert_snapshot!("a_backend", explain("GET https://a.example.com/foo?x=1"));
    insta::assert_snapshot!("an_unknown_host", explain("GET http://b.example.com/"));
}

#[test]
fn a_request_that_is_none() {
    let folder = Folder::with(&[("a.yaml", &ingress("a"))]);
    insta::assert_snapshot!(folder.said(&["explain", "--request", "GET /foo", "a.yaml"]));
}

#[test]
fn a_snippet_is_walked_through() {
    let text = "# from the old wiki
set $cors true;
if ($request_method = OPTIONS) {
  return 204;
}
more_set_headers 'X-Frame-Options: DENY';
more_set_input_headers \"X-Proxy-Key: 4711-abc\";
server_tokens off;
access_by_lua_block { ngx.exit(403) }
sub_filter a b;
add_headr X y;
";
    let folder = Folder::with(&[("snippet.conf", text)]);
    let said = folder.said(&["explain", "-f", "snippet.conf"]);
    assert!(!said.contains("4711-abc"), "{said}");
    for line in [
        "snippet.conf, read as a configuration-snippet",
        "    4    return 204;",
        "          answers 204, when the method is OPTIONS",
        "    7  more_set_input_headers \"X-Proxy-Key: ***\";",
        "          => not needed: Traefik does not name itself",
        "          => by hand: access_by_lua_block runs Lua that refuses requests: in Traefik: a route of its",
        "          => nginx refuses it: unknown directive \"add_headr\": take it out, nginx has no such",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
}

#[test]
fn the_snippets_of_manifests_are_walked_through() {
    let text = ingress("a").replace(
        "  name: a\n",
        "  name: a\n  annotations:\n    nginx.ingress.kubernetes.io/server-snippet: |\n      location = /metrics { deny all; }\n",
    );
    let folder = Folder::with(&[
        ("a.yaml", &text),
        ("b.yaml", &ingress("b")),
        ("c.yaml", "allow-snippet-annotations: 'false'\n"),
    ]);
    let said = folder.said(&["explain", "-f", "a.yaml", "-f", "b.yaml"]);
    for line in [
        "server-snippet of Ingress default/a",
        "a.yaml:6:49",
        "    7  location = /metrics {",
        "    7    deny all;",
        "          refuses all",
        "b.yaml: there is no snippet of ingress-nginx in it",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
    let dropped = folder.said(&["explain", "-f", "a.yaml", "--controller-config", "c.yaml"]);
    assert!(
        dropped.contains("=> without effect: ingress-nginx does not serve this Ingress at all"),
        "{dropped}"
    );
}

#[test]
fn the_snippets_of_helm_values_are_walked_through() {
    let values = "controller:\n  config:\n    location-snippet: |\n      more_set_headers 'X-Served-By: nginx';\n";
    let folder = Folder::with(&[("values.yaml", values)]);
    let said = folder.said(&["explain", "-f", "values.yaml"]);
    for line in [
        "location-snippet of the controller's ConfigMap",
        "values.yaml:3:23",
        "    4  more_set_headers 'X-Served-By: nginx';",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
}

#[test]
fn a_name_that_is_none() {
    insta::assert_snapshot!(Folder::new().said(&["explain", "proxy-bodysize"]));
}

#[test]
fn a_page_for_everything_that_is_known() {
    let folder = Folder::new();
    for (subject, text) in [
        ("cors", "Annotations"),
        ("nginx.ingress.kubernetes.io/auth-url", "acts on"),
        ("whitelist-source-range", "an older name of"),
        ("hsts-max-age", "a key of the controller's ConfigMap"),
        ("client_max_body_size", "what was meant: proxy-body-size"),
        ("proxy_read_timeout", "an nginx directive"),
        (
            "nginx.ingress.kubernetes.io/client_max_body_size",
            "what was meant: proxy-body-size",
        ),
    ] {
        let said = folder.said(&["explain", subject]);
        assert!(
            said.contains(text) && said.ends_with("exit code 0"),
            "{subject}\n{said}"
        );
        assert!(
            said.lines()
                .all(|line| line.chars().count() <= 100 || line.starts_with("    ")),
            "{subject} is too wide"
        );
    }
}

#[test]
fn the_table_grades_each_annotation_for_both_targets() {
    let folder = Folder::new();
    let json: serde_json::Value = serde_json::from_slice(&folder.run(&["rules", "--format", "json"]).stdout).unwrap();
    let keys: Vec<&str> = json["annotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["annotation"].as_str().unwrap())
        .collect();
    let known = include_str!("../../../../fixtures/annotation-keys.txt");
    let mut known: Vec<&str> = known
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    known.sort_unstable();
    assert_eq!(keys, known);
    for row in json["annotations"].as_array().unwrap() {
        for target in ["ingress", "gateway"] {
            assert!(row["targets"][target]["fidelity"].is_string(), "{row}");
        }
    }
    for format in ["text", "markdown"] {
        let text = String::from_utf8(folder.run(&["rules", "--format", format]).stdout).unwrap();
        assert!(known.iter().all(|key| text.contains(key)), "{format}");
    }
}

#[test]
fn completions_and_the_manual() {
    let folder = Folder::new();
    for arguments in [
        vec!["completions", "bash"],
        vec!["completions", "zsh"],
        vec!["completions", "fish"],
        vec!["man"],
    ] {
        let output = folder.run(&arguments);
        assert!(output.status.success());
        assert!(
            String::from_utf8(output.stdout).unwrap().contains("migrate"),
            "{arguments:?}"
        );
    }
}

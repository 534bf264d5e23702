//! Snippets are read once, each piece of them with its place in the user's file.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use nginx_snippet::Effect;
use nginx2traefik::controller_config;
use nginx2traefik::effective::{Controller, Effective, SnippetKind, Standing, build};
use nginx2traefik::model;
use nginx2traefik::source::Sources;

const RULES: &str = "spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: shop, port: {number: 80}}}
";

/// What ingress-nginx serves from one Ingress with these annotations, and the controller's settings as Helm values.
fn effective(annotations: &str, values: &str) -> (Effective, Sources) {
    let mut sources = Sources::default();
    let head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:\n";
    let text = format!("{head}{annotations}{RULES}");
    let id = sources.add("shop.yaml", text.clone());
    let manifests = model::join([model::read(id, &text)]);
    assert!(manifests.findings.is_empty(), "{:?}", manifests.findings);
    let mut controller = Controller::default();
    if !values.is_empty() {
        let id = sources.add("values.yaml", values);
        controller_config::read(&mut controller, id, values);
    }
    (build(&manifests, controller), sources)
}

/// The words of each directive as they stand in the file, with their line and column.
fn heads(effective: &Effective, sources: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for snippet in &effective.snippets {
        for directive in &snippet.tree.directives {
            let span = snippet.span(directive.head());
            let at = sources.position(&span);
            found.push(format!("{}:{} {}", at.line, at.column, sources.text(&span)));
        }
    }
    found
}

#[test]
fn a_block_scalar_keeps_lines_and_columns() {
    let annotations = "    nginx.ingress.kubernetes.io/configuration-snippet: |
      # comment
        more_set_headers 'X-A: ä';
      if ($host = a) { return 404; }
";
    let (effective, sources) = effective(annotations, "");
    assert_eq!(
        heads(&effective, &sources),
        ["8:9 more_set_headers 'X-A: ä'", "9:7 if ($host = a)"]
    );
}

#[test]
fn quoted_and_folded_scalars_too() {
    let annotations = "    nginx.ingress.kubernetes.io/configuration-snippet: \"set $a \\\"b\\\";\\nexpires 1h;\"
    nginx.ingress.kubernetes.io/server-snippet: 'set $c ''d'';

      server_tokens off;'
    nginx.ingress.kubernetes.io/stream-snippet: >-
      server { listen 1; proxy_pass
      127.0.0.1:2; }
";
    let (effective, sources) = effective(annotations, "");
    assert_eq!(
        heads(&effective, &sources),
        [
            "6:57 set $a \\\"b\\\"",
            "6:72 expires 1h",
            "7:50 set $c ''d''",
            "9:7 server_tokens off",
            "11:7 server",
        ]
    );
}

#[test]
fn the_snippets_of_helm_values_count_for_every_server_and_location() {
    let values = "controller:
  allowSnippetAnnotations: false
  config:
    annotations-risk-level: Critical
    server-snippet: |
      location = /metrics { deny all; }
    location-snippet: |
      more_set_headers 'X-Served-By: nginx';
";
    let dropped = "    nginx.ingress.kubernetes.io/configuration-snippet: return 403;\n";
    let (effective, sources) = effective(dropped, values);
    assert_eq!(
        heads(&effective, &sources),
        [
            "6:56 return 403",
            "8:7 more_set_headers 'X-Served-By: nginx'",
            "6:7 location = /metrics",
        ]
    );
    assert!(effective.snippets[0].dropped.is_some());
    let snippets = effective.hosts[0].snippets.as_ref().unwrap();
    let own = snippets.location(0).unwrap();
    let [branch] = own.branches.as_slice() else {
        panic!("{own:?}")
    };
    let [intent] = branch.intents.as_slice() else {
        panic!("{branch:?}")
    };
    assert!(matches!(&intent.effect, Effect::SetResponseHeader { name, .. } if name == "X-Served-By"));
    assert_eq!(
        effective.directive(intent.places[0]).unwrap().name.text,
        "more_set_headers"
    );
    assert_eq!(
        effective.snippet_of(intent.places[0]).unwrap().kind,
        SnippetKind::Location
    );
    assert_eq!(snippets.written_locations().count(), 1);
}

#[test]
fn what_nginx_refuses_is_told_in_its_words_at_the_directive() {
    let annotations = "    nginx.ingress.kubernetes.io/configuration-snippet: |
      proxy_buffering off;
      add_header X-A $nobody;
";
    let (effective, sources) = effective(annotations, "");
    assert_eq!(effective.ingresses[0].standing, Standing::Breaks);
    let told: Vec<String> = effective
        .findings
        .iter()
        .map(|f| format!("{}: {}", sources.text(&f.primary.span), f.message))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn only_the_first_server_snippet_of_a_host_is_written() {
    let ingress = |name: &str, path: &str, snippet: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  annotations:\n    \
             nginx.ingress.kubernetes.io/server-snippet: {snippet}\nspec:\n  ingressClassName: nginx\n  rules:\n  - host: \
             shop.example\n    http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: shop, port: {{number: 80}}}}}}}}]}}\n"
        )
    };
    let text = [
        ingress("a", "/", "server_tokens off;"),
        ingress("b", "/b", "return 403;"),
    ]
    .join("---\n");
    let mut sources = Sources::default();
    let id = sources.add("shop.yaml", text.clone());
    let effective = build(&model::join([model::read(id, &text)]), Controller::default());
    let dropped: Vec<_> = effective.snippets.iter().map(|s| s.dropped.is_some()).collect();
    assert_eq!(dropped, [false, true]);
    assert!(
        effective
            .findings
            .iter()
            .any(|f| f.message.contains("an older Ingress of the host has one"))
    );
}

#[test]
fn a_location_that_the_host_has_already_breaks_the_controller() {
    let annotations = "    nginx.ingress.kubernetes.io/server-snippet: |
      location /metrics { deny all; }
      location / { return 404; }
";
    let (effective, sources) = effective(annotations, "");
    assert_eq!(effective.ingresses[0].standing, Standing::Breaks);
    let told: Vec<_> = effective.findings.iter().filter(|f| f.blocks).collect();
    let [finding] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(sources.text(&finding.primary.span), "location /");
    assert!(
        finding.message.contains("`duplicate location \"/\"`"),
        "{}",
        finding.message
    );
}

#[test]
fn a_variable_of_another_snippet_is_known_everywhere() {
    let values = "controller:
  config:
    http-snippet: |
      map $http_x_team $team { default none; ~^a a; }
";
    let uses = "    nginx.ingress.kubernetes.io/configuration-snippet: 'proxy_set_header X-Team $team;'\n";
    let (with, _) = effective(uses, "");
    assert_eq!(with.ingresses[0].standing, Standing::Breaks);
    let values = format!("{values}    annotations-risk-level: Critical\n    allow-snippet-annotations: 'true'\n");
    let (without, _) = effective(uses, &values);
    assert_eq!(without.ingresses[0].standing, Standing::Served);
}

#[test]
fn a_location_inside_of_an_exact_one_breaks_the_controller() {
    let annotations = "    nginx.ingress.kubernetes.io/configuration-snippet: |
      location ~ /cron/ { return 403; }
";
    let values = "controller:\n  allowSnippetAnnotations: true\n  config:\n    annotations-risk-level: Critical\n";
    let (inside, _) = effective(annotations, values);
    assert_eq!(inside.ingresses[0].standing, Standing::Served);
    // the path /app has an exact location beside the prefix /app/
    let mut sources = Sources::default();
    let head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:\n";
    let text = format!("{head}{annotations}{}", RULES.replace("path: /\n", "path: /app\n"));
    let id = sources.add("shop.yaml", text.clone());
    let mut controller = Controller::default();
    let config = sources.add("values.yaml", values);
    controller_config::read(&mut controller, config, values);
    let broken = build(&model::join([model::read(id, &text)]), controller);
    assert_eq!(broken.ingresses[0].standing, Standing::Breaks);
    let said = &broken.snippets[0].refused[0].message;
    assert_eq!(said, "location \"/cron/\" cannot be inside the exact location \"/app\"");
}

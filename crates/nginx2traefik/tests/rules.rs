//! The rule files: complete, strict, and without contradictions.
use nginx2traefik::finding::Fidelity;
use nginx2traefik::rules::{DEFAULT_PREFIX, Invalid, NameKind, Rule, RuleError, Target, registry};
use std::fmt::Write as _;
use std::path::PathBuf;

const KEYS: &str = include_str!("../../../fixtures/annotation-keys.txt");
const REFUSED: &str = include_str!("../../../fixtures/refused-annotations.tsv");

fn classify(key: &str) -> NameKind {
    registry().classify(&format!("{DEFAULT_PREFIX}/{key}"), DEFAULT_PREFIX)
}

#[test]
fn every_file_can_be_read() {
    let errors: Vec<String> = registry().errors().iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// `SNAPSHOTS=overwrite cargo test -p nginx2traefik --test rules` writes the list anew.
#[test]
fn the_embedded_list_matches_the_folder() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = std::fs::read_dir(root.join("../../rules"))
        .expect("the folder rules")
        .map(|entry| entry.expect("an entry of rules").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "md"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let mut text = String::from(
        "//! The rule files, sorted. Written by the test `the_embedded_list_matches_the_folder`.\n\n\
         /// Name without `.md`, and text.\n#[rustfmt::skip]\npub(super) const FILES: &[(&str, &str)] = &[\n",
    );
    for name in names {
        writeln!(text, "    (\"{name}\", include_str!(\"../../../../rules/{name}.md\")),").expect("a string");
    }
    text.push_str("];\n");
    let path = root.join("src/rules/embedded.rs");
    if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
        std::fs::write(&path, &text).expect("embedded.rs");
    }
    similar_asserts(&std::fs::read_to_string(&path).expect("embedded.rs"), &text);
}

fn similar_asserts(found: &str, wanted: &str) {
    let diff = similar::TextDiff::from_lines(found, wanted);
    assert!(
        found == wanted,
        "embedded.rs differs from the folder:\n{}",
        diff.unified_diff()
    );
}

#[test]
fn every_key_of_ingress_nginx_stands_exactly_once() {
    let wanted: Vec<&str> = KEYS.lines().collect();
    let found: Vec<&str> = registry().keys().map(|key| key.key).collect();
    assert_eq!(wanted.len(), 138);
    assert_eq!(found, wanted, "a key in two places is an error of the registry");
}

#[test]
fn everything_is_sorted() {
    for rule in registry().features() {
        assert!(
            rule.annotations.is_sorted_by(|a, b| a.name < b.name),
            "annotations of {}",
            rule.feature
        );
        assert!(
            rule.configmap.is_sorted_by(|a, b| a.name < b.name),
            "ConfigMap keys of {}",
            rule.feature
        );
        assert!(
            rule.names.is_sorted_by(|a, b| a.name < b.name),
            "names of {}",
            rule.feature
        );
        assert!(
            rule.directives.is_sorted_by(|a, b| a.name < b.name),
            "directives of {}",
            rule.feature
        );
    }
    assert!(registry().features().is_sorted_by(|a, b| a.feature < b.feature));
}

#[test]
fn a_grade_says_what_it_means() {
    for key in registry().keys() {
        for target in [Target::Ingress, Target::Gateway] {
            let support = key.rule.annotation.support(target);
            let place = format!("{} for {target:?}", key.key);
            assert!(
                is_sentence(&support.plain),
                "{place}: what Traefik gets: {:?}",
                support.plain
            );
            for difference in &support.differences {
                assert!(is_sentence(difference), "{place}: {difference:?}");
            }
            let named = !support.differences.is_empty();
            match support.fidelity {
                Fidelity::Exact => assert!(!named, "{place}: exact, and yet it differs"),
                Fidelity::Approximate | Fidelity::Unsupported => assert!(named, "{place}: name the difference"),
                Fidelity::Default | Fidelity::Static => {}
            }
        }
    }
}

#[test]
fn every_page_and_summary_is_there() {
    for rule in registry().features() {
        let place = &rule.feature;
        assert!(
            rule.page.starts_with(&format!("# {}\n", rule.title)),
            "{place}: the page starts with its title"
        );
        assert!(is_sentence(&rule.summary), "{place}: {:?}", rule.summary);
        for annotation in &rule.annotations {
            assert!(is_sentence(&annotation.summary), "{place}: {:?}", annotation.summary);
        }
        for key in &rule.configmap {
            assert!(is_sentence(&key.meaning), "{place}: {}: {:?}", key.name, key.meaning);
        }
        for name in &rule.names {
            assert!(is_sentence(&name.summary), "{place}: {}: {:?}", name.name, name.summary);
        }
    }
}

fn is_sentence(text: &str) -> bool {
    text.len() > 10 && text.ends_with('.') && !text.contains('\n')
}

#[test]
fn defaults_from_the_configmap_are_known_keys() {
    for key in registry().keys() {
        let name = &key.rule.annotation.value.configmap;
        assert!(
            name.is_empty() || registry().configmap_key(name).is_some(),
            "{}: ConfigMap key {name}",
            key.key
        );
    }
}

#[test]
fn an_unknown_field_or_a_missing_fence_is_an_error() {
    let unknown = Rule::parse(
        "x",
        "+++\nfeature = \"x\"\ntitle = \"X\"\nsummary = \"X.\"\ncolour = \"red\"\n+++\n# X\n",
    );
    assert!(matches!(unknown, Err(RuleError::FrontMatter { .. })), "{unknown:?}");
    let bare = Rule::parse("x", "# X\n");
    assert_eq!(bare, Err(RuleError::NoFrontMatter { file: "x".to_owned() }));
}

#[test]
fn an_alias_gives_its_annotation() {
    let rule = registry().annotation("whitelist-source-range").expect("the older name");
    assert_eq!(rule.annotation.name, "allowlist-source-range");
    assert_eq!(rule.rule.feature, "access");
}

#[test]
fn names_are_told_apart() {
    let kind = |name: &str| match registry().classify(name, DEFAULT_PREFIX) {
        NameKind::Nginx(rule) => format!("nginx {}", rule.annotation.name),
        NameKind::NeverExisted(name) => format!("never existed, {}", name.meant),
        NameKind::UnknownNginx => {
            let key = name.rsplit('/').next().unwrap_or(name);
            format!("unknown, {}", registry().suggest(key).unwrap_or("-"))
        }
        NameKind::LegacyPrefix { rule } => format!("legacy, {}", rule.map_or("-", |r| &r.annotation.name)),
        NameKind::Removed(name) => format!("removed {}, {}", name.since, name.meant),
        NameKind::Foreign(name) => format!("foreign {}", name.name),
        NameKind::F5Nginx(name) => format!("f5 {}", name.name),
        NameKind::TraefikOwn(name) => format!("traefik {}", name.name),
        NameKind::ClassSelector(name) => format!("class {}", name.name),
        NameKind::Other => "other".to_owned(),
    };
    let cases = [
        ("nginx.ingress.kubernetes.io/ssl-redirect", "nginx ssl-redirect"),
        ("nginx.ingress.kubernetes.io/limit-whitelist", "nginx limit-allowlist"),
        (
            "nginx.ingress.kubernetes.io/client_max_body_size",
            "never existed, proxy-body-size",
        ),
        ("nginx.ingress.kubernetes.io/hsts", "never existed, ConfigMap key hsts"),
        (
            "nginx.ingress.kubernetes.io/jaeger-sampler-type",
            "never existed, enable-opentelemetry",
        ),
        (
            "nginx.ingress.kubernetes.io/global-rate-limit",
            "removed 1.12.0, limit-rps",
        ),
        (
            "nginx.ingress.kubernetes.io/lua-resty-waf-debug",
            "removed 0.27.0, enable-modsecurity",
        ),
        ("nginx.ingress.kubernetes.io/totally-made-up", "unknown, -"),
        ("nginx.ingress.kubernetes.io/", "unknown, -"),
        ("ingress.kubernetes.io/ssl-redirect", "legacy, ssl-redirect"),
        ("ingress.kubernetes.io/protocol", "legacy, -"),
        ("cert-manager.io/cluster-issuer", "foreign cert-manager.io/*"),
        (
            "acme.cert-manager.io/http01-edit-in-place",
            "foreign acme.cert-manager.io/http01-edit-in-place",
        ),
        (
            "external-dns.alpha.kubernetes.io/target",
            "foreign external-dns.alpha.kubernetes.io/*",
        ),
        ("kubernetes.io/tls-acme", "foreign kubernetes.io/tls-acme"),
        ("nginx.org/rewrites", "f5 nginx.org/*"),
        ("nginx.com/health-checks", "f5 nginx.com/*"),
        (
            "traefik.ingress.kubernetes.io/router.tls",
            "traefik traefik.ingress.kubernetes.io/*",
        ),
        ("kubernetes.io/ingress.class", "class kubernetes.io/ingress.class"),
        ("example.com/owner", "other"),
        ("hsts", "other"),
    ];
    for (name, wanted) in cases {
        assert_eq!(kind(name), wanted, "{name}");
    }
}

#[test]
fn another_annotations_prefix_turns_the_usual_one_into_dead_text() {
    let prefix = "edge.example.com";
    assert!(matches!(
        registry().classify("edge.example.com/ssl-redirect", prefix),
        NameKind::Nginx(_)
    ));
    let usual = registry().classify("nginx.ingress.kubernetes.io/ssl-redirect", prefix);
    assert!(matches!(usual, NameKind::LegacyPrefix { rule: Some(_) }), "{usual:?}");
    let old = registry().classify("ingress.kubernetes.io/ssl-redirect", "ingress.kubernetes.io");
    assert!(matches!(old, NameKind::Nginx(_)), "{old:?}");
}

#[test]
fn did_you_mean() {
    let cases = [
        ("rewrite-taregt", Some("rewrite-target")),
        ("ssl_redirect", Some("ssl-redirect")),
        ("SSL-Redirect", Some("ssl-redirect")),
        ("cors-allow-origins", Some("cors-allow-origin")),
        ("proxy-read-timout", Some("proxy-read-timeout")),
        ("whitelist-source-ranges", Some("whitelist-source-range")),
        ("auth-uri", Some("auth-url")),
        ("configuration-snippets", Some("configuration-snippet")),
        ("my-own-thing", None),
        ("x", None),
    ];
    for (written, meant) in cases {
        assert_eq!(classify(written), NameKind::UnknownNginx, "{written} is known");
        assert_eq!(registry().suggest(written), meant, "{written}");
    }
}

#[test]
fn what_people_meant_is_real() {
    for name in registry().names() {
        let meant = &name.meant;
        let key = meant.strip_prefix("ConfigMap key ");
        let known = match key {
            Some(key) => registry().configmap_key(key).is_some(),
            None => meant.is_empty() || meant.contains('.') || registry().annotation(meant).is_some(),
        };
        assert!(known, "{}: {meant}", name.name);
    }
}

/// What the real webhook refused leaves the Ingress unserved, by the rule's outcome or by its note.
#[test]
fn what_the_webhook_refused_is_known_to_be_refused() {
    let mut lines = 0;
    for line in REFUSED.lines().filter(|line| !line.starts_with('#')) {
        let (key, recording) = line.split_once('\t').expect("key, tab, recording");
        let annotation = registry().annotation(key).expect("a known key").annotation;
        let noted = annotation.invalid == Invalid::Refused || annotation.invalid_note.contains("unserved");
        assert!(noted, "{key}: refused in the recording {recording}");
        lines += 1;
    }
    assert_eq!(lines, 36);
}

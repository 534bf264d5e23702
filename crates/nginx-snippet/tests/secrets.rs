//! Secrets never reach a report.

use nginx_snippet::{parse, redact, secrets};

fn redacted(text: &str) -> String {
    parse(text).directives.iter().map(redact).collect::<Vec<_>>().join(" ")
}

#[test]
fn literal_secrets_are_hidden_wherever_they_stand() {
    let secret = "Sup3r-S3cret-Value";
    for text in [
        format!("more_set_input_headers \"X-Proxy-Key: {secret}\";"),
        format!("more_set_headers 'Authorization: Bearer {secret}';"),
        format!("proxy_set_header X-Api-Key {secret};"),
        format!("proxy_set_header Authorization \"Bearer {secret}\";"),
        format!("proxy_set_header Authorization \"Basic {secret}\";"),
        format!("add_header X-Auth-Token '{secret}' always;"),
        format!("set $api_token {secret};"),
        format!("if ($http_x_api_key != \"{secret}\") {{ return 403; }}"),
        format!("if ($http_authorization != \"Bearer {secret}\") {{ return 401; }}"),
        format!("if ($arg_token = {secret}) {{ set $ok 1; }}"),
        format!("proxy_pass https://user:{secret}@backend.example/;"),
        format!("return 302 https://user:{secret}@a.example/;"),
        format!("location /x {{ proxy_set_header X-Secret {secret}; }}"),
        format!("access_by_lua_block {{ local key = '{secret}' }}"),
    ] {
        let shown = redacted(&text);
        assert!(!shown.contains(secret), "{shown}");
        let found: usize = parse(&text).directives.iter().map(|one| secrets(one).len()).sum();
        assert!(found == 1 || text.contains("lua"), "{text}");
    }
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    assert_eq!(redacted(&format!("return 200 '{jwt}';")), "return 200 '***';");
}

#[test]
fn what_is_no_secret_is_shown_as_it_is() {
    for text in [
        "proxy_set_header Authorization \"\";",
        "proxy_set_header Authorization \"Bearer $auth_token\";",
        "proxy_set_header X-Api-Key $http_x_api_key;",
        "more_set_headers 'Access-Control-Allow-Headers: Authorization,X-Api-Key';",
        "add_header X-Frame-Options DENY;",
        "set $token \"\";",
        "return 301 https://a.example$request_uri;",
        "if ($http_x_token = \"\") { return 401; }",
        "proxy_set_header X-Monkey banana;",
    ] {
        assert_eq!(redacted(text), text);
        assert!(
            parse(text).directives.iter().all(|one| secrets(one).is_empty()),
            "{text}"
        );
    }
}

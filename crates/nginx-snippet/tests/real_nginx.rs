//! The same texts through `nginx -t`, where a real nginx is installed (Debian's package and its modules will do).
//!
//! `NGINX` names the binary; without one the test says what it did not prove.

#![allow(clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use nginx_snippet::{Context, check, parse};

/// Texts for a location. None repeats what ingress-nginx's template writes: the bare nginx here does not write it.
const LOCATION: &[&str] = &[
    "return 200 ok;",
    r#"add_header X "a\"b;c";"#,
    "add_header X 'a;b{c}';",
    "set $a b#c;",
    "# hi; {\nset $a b; # tail }",
    "set $a ${host}x;",
    "location ~ ^/a{2}$ { return 200; }",
    "location ~ \"^/a{2}$\" { return 200; }",
    "if ($http_user_agent ~* (bot|spider)) { return 403; }",
    "if ($http_x ~ \"a b\") { return 403; }",
    r"rewrite ^/a\.b$ /c permanent;",
    r"set $a b\ c;",
    r"set $a b\;c;",
    "return 200",
    "return 200; }",
    "if ($host) { return 200;",
    "set $a b\"c\";",
    "set $a \"b\"c;",
    "set $a \"b;",
    "set $a \"\";",
    ";",
    "location /a { location /a/b { return 200; } }",
    "return 200;\r\nset $a b;\r\n",
    "\treturn\t200\t;",
    "add_header X \"a\nb\";",
    "if ($host){return 403;}",
    "set $a 日本;",
    "set $a b$;",
    "location ~ /a${ return 200; }",
    "set $a b}c;",
    "set $a b{c;",
    "proxy_set_header\n  X\n  y;",
    "if ($http_a = 1) { proxy_set_header X y; }",
    "if ($http_a == 1) { return 200; }",
    "if ($http_a =1) { return 200; }",
    "if ( $http_a = 1 ) { return 200; }",
    "if ($http_a = \"1\") { return 200; }",
    "if ($http_a != 1) { return 200; }",
    "if ($http_a !~* ^x$) { return 200; }",
    "if (-f $request_filename) { return 200; }",
    "if (!-e $request_filename) { return 200; }",
    "if (-q $request_filename) { return 200; }",
    "if $http_a { return 200; }",
    "if ($http_a) { if ($http_b) { return 200; } }",
    "if ($http_a && $http_b) { return 200; }",
    "if ($http_a ~ \"(\") { return 200; }",
    "if ($nosuch) { return 200; }",
    "return abc;",
    "return 1000;",
    "return 301 https://a b;",
    "return https://a.example/;",
    "return;",
    "rewrite ^/a;",
    "rewrite ^/a /b later;",
    "rewrite ^/a(b /c;",
    "rewrite ^ \"\" last;",
    "set a b;",
    "set $a ${b;",
    "add_header X;",
    "add_header X y always;",
    "add_header X y sometimes;",
    "expires 1h; expires 2h;",
    "gzip maybe;",
    "gzip on; gzip off;",
    "client_max_body_size 1x;",
    "limit_req_zone $binary_remote_addr zone=a:1m rate=1r/s;",
    "server { }",
    "listen 80;",
    "server_name a;",
    "deny all; allow 10.0.0.0/8;",
    "deny 300.0.0.1;",
    "allow 10.0.0.0/40;",
    "allow localhost;",
    "deny ::1; allow fe80::/10;",
    "limit_except GET { deny all; }",
    "limit_except GET { deny all; } limit_except POST { deny all; }",
    "satisfy some;",
    "error_page 404 = /x;",
    "error_page 404;",
    "proxy_sett_header X y;",
    "location = /a { return 200; } location = /a { return 200; }",
    "location =~ /a { return 200; }",
    "proxy_intercept_errors on;",
    "sub_filter a b; sub_filter c d; sub_filter_once off;",
    "auth_basic \"x\"; auth_basic_user_file /nowhere;",
    "auth_request /x; auth_request_set $user $upstream_http_x;",
    "proxy_hide_header X; proxy_pass_header Server;",
    "types { text/x x; }",
    "if_modified_since off; etag off;",
    "root /x; root /y;",
    "break;",
    "break now;",
    "internal;",
    "access_log off; log_not_found off;",
    "proxy_cache_valid 200 1h;",
    "charset utf-8;",
];

/// The same for a server.
const SERVER: &[&str] = &[
    "return 403;",
    "add_header X y;",
    "if ($http_a) { add_header X y; }",
    "if ($http_a) { return 403; }",
    "if ($http_a) { expires 1h; }",
    "location /a { return 200; } location /a { return 200; }",
    "location /a { deny all; }",
    "limit_except GET { deny all; }",
    "proxy_pass http://127.0.0.1;",
    "rewrite ^/a /b last;",
    "error_page 403 = @x; location @x { return 302 https://a.example; }",
    "client_max_body_size 2k;",
    "upstream a { }",
    "gzip on; gzip_types text/css;",
    "large_client_header_buffers 4 128k; client_header_buffer_size 64k;",
];

/// The same with modules of their own, in a location.
const MODULES: &[(&str, &str)] = &[
    ("headers_more_filter", "more_set_headers \"X: y\";"),
    ("headers_more_filter", "more_set_headers;"),
    (
        "headers_more_filter",
        "if ($http_a) { more_clear_headers X; more_set_input_headers 'A: b'; }",
    ),
    ("headers_more_filter", "more_set_headers -s 404 'X: y' -t text/html;"),
    ("lua", "content_by_lua_block { ngx.say('}') }"),
    ("lua", "access_by_lua_block { -- }\n local x = {} }"),
    ("lua", "set_by_lua_block $a { return 1 }"),
    ("lua", "content_by_lua_block { ngx.say('x')"),
    ("lua", "if ($http_a) { content_by_lua_block { ngx.exit(403) } }"),
];

fn binary() -> Option<PathBuf> {
    let named = std::env::var_os("NGINX").map(PathBuf::from);
    named
        .or_else(|| Some(PathBuf::from("/usr/sbin/nginx")))
        .filter(|path| path.is_file())
}

/// nginx's complaint without the place, `None` when it is content.
fn real(nginx: &Path, head: &str, server: &str) -> Option<String> {
    let dir = tempfile::tempdir().expect("a directory");
    let at = dir.path().display();
    let temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths: String = temp
        .iter()
        .map(|name| format!("{name}_temp_path {at}/{name};"))
        .collect();
    let text = format!(
        "{head} pid {at}/pid; error_log {at}/log; events {{}} http {{ access_log off; {paths} \
         server {{ listen 127.0.0.1:1; {server} }} }}"
    );
    let file = dir.path().join("nginx.conf");
    std::fs::write(&file, text).expect("written");
    let output = Command::new(nginx)
        .arg("-t")
        .arg("-c")
        .arg(&file)
        .arg("-p")
        .arg(dir.path())
        .output()
        .expect("nginx");
    if output.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = said
        .lines()
        .find_map(|line| line.split_once("[emerg] "))
        .map_or(said.as_str(), |(_, line)| line);
    let end = line
        .find(&format!(" in {at}"))
        .or_else(|| line.find(" at \""))
        .unwrap_or(line.len());
    // the process and its thread come first: `123#123: `
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#');
    let message = line[..end].split_once(": ").filter(|(first, _)| number(first));
    Some(message.map_or(&line[..end], |(_, rest)| rest).to_owned())
}

fn compare(text: &str, context: Context, real: Option<String>, differences: &mut Vec<String>) {
    let ours = check(&parse(text), context)
        .into_iter()
        .map(|problem| problem.message)
        .next();
    // the bare nginx reads on behind the snippet, so what it meets at the end of it has other words
    let end = |message: &Option<String>| {
        message
            .as_ref()
            .is_some_and(|text| text.contains("end of") || text.contains("too long"))
    };
    let same = ours == real || (ours.is_some() && real.is_some() && (end(&ours) || end(&real)));
    if !same {
        differences.push(format!("{text:?}: {ours:?}, nginx says {real:?}"));
    }
}

#[test]
fn nginx_refuses_the_same_texts_in_the_same_words() {
    let Some(nginx) = binary() else {
        println!("not proved: no nginx here; that our verdicts are nginx's own was not compared");
        return;
    };
    let mut differences = Vec::new();
    for text in LOCATION {
        let real = real(&nginx, "", &format!("location / {{\n{text}\n}}"));
        compare(text, Context::Location, real, &mut differences);
    }
    for text in SERVER {
        compare(text, Context::Server, real(&nginx, "", text), &mut differences);
    }
    for (module, text) in MODULES {
        let load = |name: &str| Path::new("/usr/lib/nginx/modules").join(format!("{name}_module.so"));
        let own = load(&format!("ngx_http_{module}"));
        if !own.is_file() {
            println!("not proved: no module {module} here");
            continue;
        }
        let head = format!(
            "load_module {}; load_module {};",
            load("ndk_http").display(),
            own.display()
        );
        compare(
            text,
            Context::Location,
            real(&nginx, &head, &format!("location / {{\n{text}\n}}")),
            &mut differences,
        );
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

//! What ingress-nginx's template writes beside a snippet, as far as the two meet: the order in `rootfs/etc/nginx/template/nginx.tmpl`
//! decides who wins. The rest of an Ingress's settings is served without nginx's own words.
use crate::effective::{Effective, Host, Location, Settings};
use crate::features::cors::AllowedOrigin;
use nginx_snippet::{Tree, parse};
use std::fmt::Write as _;

/// The number of these texts among the sources of a program.
pub(in crate::effective) const WRITTEN: u32 = u32::MAX;

/// The variable that [`after`] sets: the script came to its end, and what the template writes behind the snippet is reached.
pub(in crate::effective) const REACHED: &str = "template_goes_on";

/// The variable that says whether CORS lets the origin of a request in, for the location of this index.
pub(in crate::effective) fn cors_variable(index: usize) -> String {
    format!("cors_of_{index}")
}

/// app-root, behind the server-snippet.
pub(super) fn app_root(host: &Host) -> Tree {
    let text = host.app_root.as_ref().map(|root| {
        let target = quoted(&format!("$scheme://$http_host{}", root.value));
        format!("if ($uri = /) {{ return 302 {target}; }}")
    });
    parse(&text.unwrap_or_default())
}

/// The lines of a location before its snippets.
pub(super) fn before(effective: &Effective, location: &Location, index: usize) -> Tree {
    let settings = &effective.ingress(location.ingress).settings;
    let mut text = String::new();
    if settings.denied.is_some() {
        text.push_str("client_max_body_size 1m; return 503;");
        return parse(&text);
    }
    // a String takes everything that is written to it
    let _ = write!(text, "client_max_body_size {};", settings.body_size.max_bytes.value);
    addresses(settings, &mut text);
    cookie(settings, &mut text);
    cors(settings, index, &mut text);
    for (name, value) in settings.custom_headers.headers.iter().flatten() {
        let _ = write!(text, "more_set_headers {};", quoted(&format!("{name}: {value}")));
    }
    parse(&text)
}

/// Behind the snippets: whatever ends the script is in them.
pub(super) fn after() -> Tree {
    parse(&format!("set ${REACHED} yes;"))
}

/// The lists; with `satisfy any` a password may still let in, which is decided elsewhere.
fn addresses(settings: &Settings, text: &mut String) {
    let access = &settings.access;
    if access.satisfy_any.is_some() {
        return;
    }
    for net in access.deny.iter().flat_map(|d| &d.value) {
        let _ = write!(text, "deny {net};");
    }
    if let Some(allow) = &access.allow {
        for net in &allow.value {
            let _ = write!(text, "allow {net};");
        }
        text.push_str("deny all;");
    }
}

/// The cookie of the auth server.
fn cookie(settings: &Settings, text: &mut String) {
    if let Some(auth) = &settings.external_auth {
        let always = if auth.always_set_cookie.value { " always" } else { "" };
        let _ = write!(text, "add_header Set-Cookie $auth_cookie{always};");
    }
}

fn cors(settings: &Settings, index: usize, text: &mut String) {
    let Some(cors) = &settings.cors else { return };
    if cors.origins.value.contains(&AllowedOrigin::Any) {
        text.push_str("set $http_origin *;");
    }
    let mut lines = vec!["Access-Control-Allow-Origin: $http_origin".to_owned()];
    if cors.credentials.value {
        lines.push("Access-Control-Allow-Credentials: true".to_owned());
    }
    lines.push(format!("Access-Control-Allow-Methods: {}", cors.methods.value));
    lines.push(format!("Access-Control-Allow-Headers: {}", cors.headers.value));
    lines.extend(
        cors.expose
            .as_ref()
            .map(|e| format!("Access-Control-Expose-Headers: {}", e.value)),
    );
    lines.push(format!("Access-Control-Max-Age: {}", cors.max_age.value));
    let headers: String = lines
        .iter()
        .map(|line| format!("more_set_headers {};", quoted(line)))
        .collect();
    let _ = write!(
        text,
        "set $cors ${}; if ($request_method = OPTIONS) {{ set $cors ${{cors}}options; }} \
         if ($cors = true) {{ {headers} }} if ($cors = trueoptions) {{ {headers} return 204; }}",
        cors_variable(index)
    );
}

/// A word with variables.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

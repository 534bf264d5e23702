//! The backends of the recordings: small servers whose words are known.
//!
//! echo, echo-b, multi, errors and tls-echo answer 200 (`/redirect-to?url=` 302, `/set-cookie`), status answers the number at the
//! end of the path, slow after `/sleep/<seconds>`; tls-echo speaks TLS, all others do not. The auth server decides by its path.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nginx2traefik::effective::{AuthCall, BackendCall, Reply, World};
use nginx2traefik::features::backend_protocol::Protocol;
use nginx2traefik::model::Manifests;

/// The backends behind the Services of one entry.
pub(crate) struct Backends<'a>(pub(crate) &'a Manifests);

impl Backends<'_> {
    /// The app behind `namespace/name:port`.
    pub(crate) fn app(&self, service: &str) -> Option<String> {
        // where a snippet's own proxy_pass leads (serversnippet/062)
        if service == "127.0.10.2:80" {
            return Some("echo-b".into());
        }
        let (namespace, name) = service.split_once('/')?;
        let name = name.split(':').next()?;
        let service = self.0.service(namespace, name)?;
        match &service.external_name {
            Some(host) => host.split('.').next().map(str::to_owned),
            None => service.selector.get("app").cloned(),
        }
    }
}

fn reply(status: u16) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        seconds: 0,
    }
}

impl World for Backends<'_> {
    fn backend(&self, call: &BackendCall) -> Option<Reply> {
        let app = self.app(&call.service)?;
        let speaks_tls = matches!(call.protocol, Protocol::Https | Protocol::Grpcs);
        // its certificate holds these names, and is signed by the CA of the recordings
        let trusted = call
            .verified_as
            .as_deref()
            .is_none_or(|name| ["tls-echo", "tls-echo-backend"].contains(&name));
        if speaks_tls != (app == "tls-echo") || !trusted {
            return Some(reply(502));
        }
        if !METHODS.contains(&call.method.as_str()) {
            return Some(reply(501));
        }
        let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
        match app.as_str() {
            "echo" | "echo-b" | "multi" | "tls-echo" => Some(echo(path, query)),
            "errors" => Some(reply(200)),
            "status" => Some(reply(trailing_number(path, "/status/").unwrap_or(200))),
            "slow" => Some(Reply {
                seconds: path
                    .rsplit_once("/sleep/")
                    .and_then(|(_, s)| s.parse().ok())
                    .unwrap_or(0),
                ..reply(200)
            }),
            _ => None,
        }
    }

    fn auth(&self, call: &AuthCall) -> Option<Reply> {
        let (scheme, rest) = call.url.split_once("://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.split('?').next().unwrap_or_default();
        if scheme != "http" || host.split('.').next() != Some("auth") {
            // nothing listens there
            return Some(reply(502));
        }
        Some(auth(call, &path.split('/').collect::<Vec<_>>()))
    }
}

/// Those that the backends know.
const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

fn trailing_number(path: &str, before: &str) -> Option<u16> {
    path.rsplit_once(before).and_then(|(_, number)| number.parse().ok())
}

fn echo(path: &str, query: &str) -> Reply {
    let argument = |name: &str| {
        let pair = query
            .split('&')
            .filter_map(|p| p.split_once('='))
            .find(|(k, _)| *k == name);
        pair.map(|(_, value)| decoded(value))
    };
    if path.ends_with("/redirect-to") {
        let target = argument("url").unwrap_or_else(|| "/".into());
        return Reply {
            headers: vec![("Location".into(), target)],
            ..reply(302)
        };
    }
    if path.ends_with("/set-cookie") {
        let mut cookie = format!("{}=1", argument("name").unwrap_or_else(|| "c".into()));
        for (name, attribute) in [("domain", "Domain"), ("path", "Path")] {
            if let Some(value) = argument(name) {
                cookie.push_str(&format!("; {attribute}={value}"));
            }
        }
        return Reply {
            headers: vec![("Set-Cookie".into(), cookie)],
            ..reply(200)
        };
    }
    reply(200)
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after
            .get(..2)
            .and_then(|h| u8::from_str_radix(std::str::from_utf8(h).ok()?, 16).ok());
        match (first, code) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The headers of the auth server's yes, before what it was asked.
fn granted(call: &AuthCall) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = [
        ("X-Auth-User", "authenticated-user"),
        ("X-Auth-Role", "admin"),
        ("X-Request-Method", &call.method),
        ("X-Auth-Body-Bytes", "0"),
        ("Set-Cookie", "session=auth"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    headers.extend(asked(call, "X-From-Request").map(|value| ("X-From-Request".to_owned(), value)));
    headers
}

fn asked(call: &AuthCall, name: &str) -> Option<String> {
    let header = call.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
    header.map(|(_, v)| v.clone())
}

fn auth(call: &AuthCall, path: &[&str]) -> Reply {
    let mut headers = granted(call);
    // what it was asked comes back as X-Seen-*
    let seen = call
        .headers
        .iter()
        .map(|(name, value)| (format!("X-Seen-{name}"), value.clone()));
    headers.extend(seen);
    let allowed = |headers| Reply { headers, ..reply(200) };
    match path {
        ["deny", ..] => reply(401),
        ["forbidden", ..] => reply(403),
        ["redirect", ..] => reply(302),
        ["status", number, ..] => reply(number.parse().unwrap_or(500)),
        ["basic", user, password, ..] => {
            let wanted = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
            if asked(call, "Authorization") == Some(wanted) {
                return allowed(headers);
            }
            Reply {
                headers: vec![("WWW-Authenticate".into(), "Basic realm=\"auth\"".into())],
                ..reply(401)
            }
        }
        ["cookie", name, value, ..] => {
            headers.retain(|(n, _)| n != "Set-Cookie");
            headers.push(("Set-Cookie".into(), format!("{name}={value}")));
            allowed(headers)
        }
        ["set", name, value, ..] => {
            headers.push(((*name).to_owned(), decoded(value)));
            allowed(headers)
        }
        _ => allowed(headers),
    }
}

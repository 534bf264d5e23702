//! nginx variables in values that may hold them.
use super::exchange::{access_scheme, best_host, host_name, scheme};
use super::uri::Uri;
use crate::effective::request::{Request, Scheme};
use crate::effective::{Effective, Location};

/// Replaces the variables of a value. None: it has a variable that is not known here.
pub(super) fn expand(
    text: &str,
    effective: &Effective,
    request: &Request,
    uri: &Uri,
    captures: &[String],
) -> Option<String> {
    expand_at(text, &Scope::new(effective, request, uri, captures, None))
}

/// Where a variable gets its value.
pub(super) struct Scope<'a> {
    effective: &'a Effective,
    request: &'a Request,
    uri: &'a Uri,
    captures: &'a [String],
    location: Option<&'a Location>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        effective: &'a Effective,
        request: &'a Request,
        uri: &'a Uri,
        captures: &'a [String],
        location: Option<&'a Location>,
    ) -> Self {
        Scope {
            effective,
            request,
            uri,
            captures,
            location,
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        let request = self.request;
        Some(match name {
            "scheme" => scheme(request).into(),
            "host" => host_name(request),
            "http_host" => request.host.clone(),
            "best_http_host" => best_host(self.effective, request).into(),
            "pass_access_scheme" => access_scheme(self.effective, request).into(),
            "request_uri" => self.uri.raw.clone(),
            "escaped_request_uri" => escape(&self.uri.raw),
            "uri" | "document_uri" => self.uri.text(),
            "args" | "query_string" => self.uri.args.clone().unwrap_or_default(),
            "is_args" => if self.uri.query().is_empty() { "" } else { "?" }.into(),
            "request_method" => request.method.clone(),
            "remote_addr" => request.address.map_or(String::new(), |a| a.to_string()),
            "server_port" => if request.scheme == Scheme::Https { "443" } else { "80" }.into(),
            _ => return self.composed(name),
        })
    }

    /// Numbers, families of names, and what ingress-nginx sets in each location.
    fn composed(&self, name: &str) -> Option<String> {
        if let Ok(number) = name.parse::<usize>() {
            let capture = number.checked_sub(1).and_then(|n| self.captures.get(n));
            return Some(capture.cloned().unwrap_or_default());
        }
        if let Some(header) = name.strip_prefix("http_") {
            return Some(self.request.header(&header.replace('_', "-")).unwrap_or("").into());
        }
        if let Some(argument) = name.strip_prefix("arg_") {
            return Some(self.argument(argument));
        }
        if let Some(cookie) = name.strip_prefix("cookie_") {
            return Some(cookie_value(self.request, cookie).unwrap_or_default());
        }
        self.of_location(name)
    }

    fn argument(&self, name: &str) -> String {
        let args = self.uri.args.as_deref().unwrap_or("");
        let mut pairs = args.split('&').filter_map(|p| p.split_once('='));
        pairs
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map_or(String::new(), |(_, value)| value.into())
    }

    fn of_location(&self, name: &str) -> Option<String> {
        let about = about_location(self.effective, self.location?);
        Some(match name {
            "namespace" => about.namespace,
            "ingress_name" => about.ingress,
            "service_name" => about.service,
            "service_port" => about.port,
            "location_path" => about.path,
            _ => return None,
        })
    }
}

/// What ingress-nginx sets as variables in each location (`getIngressInformation`).
pub(super) struct About {
    pub(super) namespace: String,
    pub(super) ingress: String,
    pub(super) service: String,
    pub(super) port: String,
    pub(super) path: String,
}

/// Namespace, Ingress, Service and port of a location.
pub(super) fn about_location(effective: &Effective, location: &Location) -> About {
    use crate::effective::Backend;
    use crate::model::PortRef;
    let object = effective.ingress(location.ingress).object.clone();
    let (service, port) = match &location.backend {
        Backend::Service(s) => {
            let port = match &s.port {
                PortRef::Number(n) => n.to_string(),
                PortRef::Name(n) => n.clone(),
            };
            (s.name.clone(), port)
        }
        Backend::Default => (String::new(), String::new()),
    };
    About {
        namespace: object.namespace,
        ingress: object.name,
        service,
        port,
        path: location.path.clone(),
    }
}

/// Replaces the variables of a value. None: it has a variable that is not known here.
pub(super) fn expand_at(text: &str, scope: &Scope<'_>) -> Option<String> {
    let mut expanded = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => expanded.push_str(text),
            Part::Variable(name) => expanded.push_str(&scope.value(&name.to_ascii_lowercase())?),
        }
    }
    Some(expanded)
}

/// A piece of a value with variables.
pub(in crate::effective) enum Part<'a> {
    /// As it stands.
    Text(&'a str),
    /// `$name` or `${name}`; empty for a `$` without a name.
    Variable(&'a str),
}

/// The pieces of a value.
pub(in crate::effective) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        if !before.is_empty() {
            found.push(Part::Text(before));
        }
        let (name, left) = variable(after);
        found.push(Part::Variable(name));
        rest = left;
    }
    if !rest.is_empty() {
        found.push(Part::Text(rest));
    }
    found
}

/// The name behind a `$`, and what follows. A capture has one digit.
fn variable(after: &str) -> (&str, &str) {
    if let Some((name, left)) = after.strip_prefix('{').and_then(|a| a.split_once('}')) {
        return (name, left);
    }
    if after.starts_with(|c: char| c.is_ascii_digit() && c != '0') {
        return after.split_at(1);
    }
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    after.split_at(end.unwrap_or(after.len()))
}

/// The value of a cookie, whatever the case of its name.
pub(super) fn cookie_value(request: &Request, name: &str) -> Option<String> {
    let cookies = request.headers.iter().filter(|(k, _)| k.eq_ignore_ascii_case("cookie"));
    cookies
        .flat_map(|(_, v)| v.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .find(|(k, _)| k.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.to_owned())
}

/// `set_escape_uri`: everything but letters, digits and `-_.~` is escaped.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

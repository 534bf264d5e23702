//! One request in its location, as the phases change it.
use super::scripted::Script;
use super::uri::Uri;
use super::variables::{Scope, expand_at};
use crate::effective::request::{Answer, Request, Scheme, World};
use crate::effective::{Effective, Host, Location, Settings};

/// A request in its location.
pub(super) struct Exchange<'a> {
    pub(super) effective: &'a Effective,
    pub(super) request: &'a Request,
    pub(super) world: &'a dyn World,
    pub(super) host: &'a Host,
    pub(super) location: &'a Location,
    pub(super) settings: &'a Settings,
    /// Path and query; the path changes with a rewrite.
    pub(super) uri: Uri,
    /// What the regular expression of a rewrite captured, `$1` first.
    pub(super) captures: Vec<String>,
    /// Headers of whatever answer this location gives.
    pub(super) added: Vec<(String, String)>,
    /// Headers that the backend gets beside the client's, or instead of them; a later one of a name wins.
    pub(super) sent: Vec<(String, String)>,
    /// Headers of the client that the backend does not get.
    pub(super) withheld: Vec<String>,
    /// WWW-Authenticate of a 401; it stays when an error page takes the answer's place.
    pub(super) challenge: Option<String>,
    /// Set-Cookie of the auth server.
    pub(super) cookie: Option<String>,
    /// What snippets do to headers.
    pub(super) script: Option<Script>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(
        effective: &'a Effective,
        request: &'a Request,
        world: &'a dyn World,
        host: &'a Host,
        location: &'a Location,
        uri: Uri,
    ) -> Self {
        Exchange {
            effective,
            request,
            world,
            host,
            location,
            settings: &effective.ingress(location.ingress).settings,
            uri,
            captures: Vec::new(),
            added: Vec::new(),
            sent: Vec::new(),
            withheld: Vec::new(),
            challenge: None,
            cookie: None,
            script: None,
        }
    }

    /// Answered by nginx itself, with the headers of the location.
    pub(super) fn own(&self, status: u16, headers: Vec<(String, String)>) -> Answer {
        let headers = super::headers::complete(self, Some(status), headers);
        Answer::Own { status, headers }
    }

    /// Replaces the variables of a value. None: it has a variable that is not known here.
    pub(super) fn expand(&self, text: &str) -> Option<String> {
        let scope = Scope::new(
            self.effective,
            self.request,
            &self.uri,
            &self.captures,
            Some(self.location),
        );
        expand_at(text, &scope)
    }

    /// Sets a header towards the backend; an empty value takes the client's away.
    pub(super) fn send(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        self.sent.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self.withheld.retain(|n| !n.eq_ignore_ascii_case(name));
        if value.is_empty() {
            self.withheld.push(name.into());
        } else {
            self.sent.push((name.into(), value));
        }
    }
}

impl Answer {
    /// Answered by the proxy itself, without headers that matter.
    pub(super) fn own(status: u16) -> Self {
        Answer::Own {
            status,
            headers: Vec::new(),
        }
    }
}

/// The controller believes X-Forwarded-* (ConfigMap use-forwarded-headers).
pub(super) fn trusts_forwarded(effective: &Effective) -> bool {
    effective.controller.bool("use-forwarded-headers", false).value
}

/// `$scheme`: how the client really connects.
pub(super) fn scheme(request: &Request) -> &'static str {
    match request.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    }
}

/// `$pass_access_scheme`: what ingress-nginx takes for the scheme. (`lua_ingress.lua` rewrite)
pub(super) fn access_scheme<'a>(effective: &Effective, request: &'a Request) -> &'a str {
    match request.header("X-Forwarded-Proto") {
        Some(forwarded) if trusts_forwarded(effective) => forwarded,
        _ => scheme(request),
    }
}

/// `$best_http_host`: the Host header, or the first X-Forwarded-Host that is believed.
pub(super) fn best_host<'a>(effective: &Effective, request: &'a Request) -> &'a str {
    match request.header("X-Forwarded-Host") {
        Some(forwarded) if trusts_forwarded(effective) => forwarded.split(',').next().unwrap_or(""),
        _ => &request.host,
    }
}

/// `$host`: the Host header without its port, in lower case.
pub(super) fn host_name(request: &Request) -> String {
    let host = request.host.to_ascii_lowercase();
    let name = if host.starts_with('[') {
        host.split_once(']').map_or(host.as_str(), |(name, _)| name).to_owned() + "]"
    } else {
        host.split(':').next().unwrap_or("").to_owned()
    };
    name.strip_suffix('.').unwrap_or(&name).to_owned()
}

//! What a backend received, as JSON.
use hyper::body::Bytes;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// A request as a backend sees it.
pub(super) struct Call<'a> {
    pub(super) app: &'a str,
    pub(super) pod: &'a str,
    pub(super) head: &'a http::request::Parts,
    pub(super) body: &'a Bytes,
    pub(super) peer: IpAddr,
}

impl Call<'_> {
    /// Path as received, without the query.
    pub(super) fn path(&self) -> &str {
        self.head.uri.path()
    }

    /// A value of the query, not decoded.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let pairs = self.head.uri.query()?.split('&').filter_map(|p| p.split_once('='));
        pairs.into_iter().find(|(k, _)| *k == name).map(|(_, v)| v)
    }

    /// The first header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Everything that was received; of equal header names the first.
    pub(super) fn echo(&self) -> Value {
        let mut headers = Map::new();
        for (name, value) in &self.head.headers {
            if name != "host" {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                headers.entry(canonical(name.as_str())).or_insert(Value::String(value));
            }
        }
        json!({
            "server": self.app, "instance": self.pod, "method": self.head.method.as_str(),
            "raw_path": self.path(), "query": self.head.uri.query().unwrap_or(""), "proto": format!("{:?}", self.head.version),
            "host": self.header("host").or(self.head.uri.authority().map(|a| a.as_str())).unwrap_or(""),
            "headers": headers, "body_bytes": self.body.len(), "remote_addr": self.peer.to_string(),
        })
    }
}

/// `x-forwarded-for` -> `X-Forwarded-For`
pub(super) fn canonical(name: &str) -> String {
    let word = |w: &str| w[..1].to_uppercase() + &w[1..];
    name.split('-')
        .map(|w| if w.is_empty() { String::new() } else { word(w) })
        .collect::<Vec<_>>()
        .join("-")
}

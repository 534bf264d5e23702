use crate::request::RequestFacts;
use crate::{Part, Template, Value};

use super::State;

impl State<'_> {
    /// The text of a template now.
    pub(super) fn expand(&self, template: &Template) -> Value {
        self.expand_escaping(template, None)
    }

    /// The same, with captures escaped by these signs, as in the target of a redirect.
    pub(super) fn expand_escaping(&self, template: &Template, signs: Option<&str>) -> Value {
        let mut text = String::new();
        for part in &template.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Capture(number) => {
                    let capture = self.captures.get(*number).map_or("", String::as_str);
                    match signs {
                        Some(signs) => text.push_str(&crate::request::escape(capture, signs)),
                        None => text.push_str(capture),
                    }
                }
                Part::Variable(name) => match self.variable(name) {
                    Value::Known(value) => text.push_str(&value),
                    unknown => return unknown,
                },
            }
        }
        Value::Known(text)
    }

    /// A variable now: set by the script, told by the caller, or read from the request.
    pub(super) fn variable(&self, name: &str) -> Value {
        if let Some(value) = self.variables.get(name) {
            return value.clone();
        }
        if let Some(value) = self.request.variables.get(name) {
            return Value::Known(value.clone());
        }
        let request = self.request;
        let known = match name {
            "uri" | "document_uri" => self.path.clone(),
            "args" | "query_string" => self.query.clone(),
            "is_args" => if self.query.is_empty() { "" } else { "?" }.to_owned(),
            "request_method" => self.method.clone(),
            "remote_addr" => match request.address {
                Some(address) => address.to_string(),
                None => return Value::Unknown("the client's address is not known".to_owned()),
            },
            _ => match of_request(request, name).or_else(|| self.by_prefix(name)) {
                Some(text) => text,
                None if self.declared.contains(name) => String::new(),
                None => return Value::Unknown(format!("${name} is not known here")),
            },
        };
        Value::Known(known)
    }

    fn by_prefix(&self, name: &str) -> Option<String> {
        if let Some(header) = name.strip_prefix("http_") {
            return Some(header_value(self.request, header));
        }
        if let Some(cookie) = name.strip_prefix("cookie_") {
            return Some(cookie_value(self.request, cookie));
        }
        name.strip_prefix("arg_").map(|arg| arg_value(&self.query, arg))
    }
}

/// Variables that do not change while the request is handled.
fn of_request(request: &RequestFacts, name: &str) -> Option<String> {
    let port = if request.scheme == "https" { "443" } else { "80" };
    Some(match name {
        "request_uri" => request.target.clone(),
        "scheme" | "pass_access_scheme" => request.scheme.clone(),
        "https" => if request.scheme == "https" { "on" } else { "" }.to_owned(),
        "host" => request.host_name(),
        "http_host" | "best_http_host" => request.host.clone(),
        "server_port" | "pass_port" | "pass_server_port" => port.to_owned(),
        "request" => format!("{} {} HTTP/1.1", request.method, request.target),
        "server_protocol" => "HTTP/1.1".to_owned(),
        "content_type" => header_value(request, "content_type"),
        "content_length" if request.body_size == 0 => header_value(request, "content_length"),
        "content_length" => request.body_size.to_string(),
        "literal_dollar" => "$".to_owned(),
        "connection_upgrade" if header_value(request, "upgrade").is_empty() => String::new(),
        "connection_upgrade" => "upgrade".to_owned(),
        "empty" => String::new(),
        _ => return None,
    })
}

/// A header by the name that a variable has: lower case, `_` for `-`; several are joined (`ngx_http_variable_unknown_header`).
fn header_value(request: &RequestFacts, name: &str) -> String {
    if name == "host" {
        return request.host.clone();
    }
    let same = |header: &str| header.to_ascii_lowercase().replace('-', "_") == name;
    let joint = if name == "cookie" { "; " } else { ", " };
    let values: Vec<&str> = request
        .headers
        .iter()
        .filter(|(key, _)| same(key))
        .map(|(_, v)| v.as_str())
        .collect();
    values.join(joint)
}

fn cookie_value(request: &RequestFacts, name: &str) -> String {
    let cookies = header_value(request, "cookie");
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
        .next()
        .unwrap_or_default()
}

fn arg_value(query: &str, name: &str) -> String {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
        .next()
        .unwrap_or_default()
}

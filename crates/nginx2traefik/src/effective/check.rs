//! The checks that ingress-nginx runs on an annotation's value before it reads it.
//!
//! Facts of `internal/ingress/annotations/parser/validators.go` and of the expressions beside each annotation.
use ipnet::IpNet;
use regex::Regex;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::LazyLock;

/// What a value has to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Snippets.
    Anything,
    /// Go's `strconv.ParseBool`.
    Bool,
    /// Go's `strconv.Atoi`.
    Int,
    /// Addresses and networks, comma-separated.
    Cidrs,
    /// `CN=` and a regular expression.
    CommonName,
    /// Host name characters and those of regular expressions.
    ServerName,
    /// The same, comma-separated.
    ServerNames,
    /// A DNS-1035 label.
    ServiceName,
    /// One word of a list; surrounding spaces do not count.
    OneOf {
        /// The words.
        words: &'static [&'static str],
        /// Upper case is read as lower case.
        fold: bool,
    },
    /// A regular expression.
    Pattern {
        /// Which.
        shape: Shape,
        /// Spaces are taken out before the check (not before the use).
        tight: bool,
    },
}

/// The regular expressions, by what they stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it, the expressions are below")]
pub enum Shape {
    AuthMethod,
    AuthSecretType,
    AuthType,
    BasicChars,
    CharsWithSpace,
    ConnectionHeader,
    CookieDomain,
    CookieExpires,
    CorsExpose,
    CorsMethods,
    CorsOrigins,
    ExtendedChars,
    FastCgiIndex,
    HashBy,
    Headers,
    HttpErrors,
    NextUpstream,
    NginxVariable,
    OnOff,
    OperationName,
    PathWithCapture,
    ProxyCiphers,
    ProxyProtocols,
    Regex,
    ServerCiphers,
    Size,
    TlsErrorPage,
    Url,
    UrlWithVariable,
    VerifyClient,
}

const SHAPES: &[(Shape, &str)] = &[
    (
        Shape::AuthMethod,
        r"^(GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE)$",
    ),
    // not anchored: `mybasic` passes, and breaks nginx
    (Shape::AuthSecretType, r"auth-file|auth-map"),
    (Shape::AuthType, r"basic|digest"),
    (Shape::BasicChars, r"^[-._~a-zA-Z0-9/:]*$"),
    (Shape::CharsWithSpace, r"^[-._~a-zA-Z0-9/: ]*$"),
    (Shape::ConnectionHeader, r"^(close|keep-alive)$"),
    (
        Shape::CookieDomain,
        r"^(off|[-._~a-zA-Z0-9/:]+[\t\n\f\r ]+[-._~a-zA-Z0-9/:]+)$",
    ),
    // anchored on one side each: `x5` passes
    (Shape::CookieExpires, r"(^0|-?[1-9][0-9]*$)"),
    (Shape::CorsExpose, r"^(([A-Za-z0-9_-]+|\*),?[\t\n\f\r ]?)+$"),
    (Shape::CorsMethods, r"^([A-Za-z]+,?[\t\n\f\r ]?)+$"),
    (
        Shape::CorsOrigins,
        r"^((((([a-z]+://)?(\*\.)?[A-Za-z0-9.-]*(:[0-9]+)?,?)|null)+)|\*)?$",
    ),
    (Shape::ExtendedChars, r"^[-._~a-zA-Z0-9/:, ]*$"),
    (Shape::FastCgiIndex, r"^[A-Za-z0-9._-]+$"),
    (Shape::HashBy, r"^[A-Za-z0-9_${}-]*$"),
    (Shape::Headers, r"^[A-Za-z0-9_, -]*$"),
    (Shape::HttpErrors, r"^(?:[4,5][0-9]{2},?)*$"),
    (
        Shape::NextUpstream,
        r"^((error|timeout|invalid_header|http_500|http_502|http_503|http_504|http_403|http_404|http_429|non_idempotent|off)[\t\n\f\r ]?)+$",
    ),
    (Shape::NginxVariable, r"^[A-Za-z0-9_${}-]*$"),
    (Shape::OnOff, r"^(on|off)$"),
    (Shape::OperationName, r"^[A-Za-z0-9_-]*$"),
    (Shape::PathWithCapture, r"^/?[-._~a-zA-Z0-9/:$]*$"),
    (Shape::ProxyCiphers, r"^[A-Za-z0-9+:_!-]*$"),
    (Shape::ProxyProtocols, r"^(TLSv1\.2|TLSv1\.3| )*$"),
    (Shape::Regex, r"^[-._~a-zA-Z0-9/:^$\[\](){}*+?|&=\\]*$"),
    (
        Shape::ServerCiphers,
        r"^(?:(?:[A-Za-z0-9!:+_-])*(?:@STRENGTH)*(?:@SECLEVEL=[0-5])*(?:@STRENGTH)*)*$",
    ),
    (Shape::Size, r"^[0-9]+[bkmgBKMG]?$"),
    (
        Shape::TlsErrorPage,
        r"^(@[A-Za-z0-9_-]+|((https?://)?[A-Za-z0-9.-]+(:[0-9]+)?)?(/[A-Za-z0-9_.-]+)*/?)$",
    ),
    (Shape::Url, r"^[-._~a-zA-Z0-9/:,?&=]*$"),
    (Shape::UrlWithVariable, r"^[-._~a-zA-Z0-9/:, ?&=$]*$"),
    (Shape::VerifyClient, r"^(on|off|optional|optional_no_ca)$"),
];

static COMPILED: LazyLock<BTreeMap<Shape, Regex>> = LazyLock::new(|| {
    SHAPES
        .iter()
        .filter_map(|(shape, text)| Some((*shape, Regex::new(text).ok()?)))
        .collect()
});

impl Shape {
    /// Whether the text has this shape.
    pub fn matches(self, text: &str) -> bool {
        COMPILED.get(&self).is_some_and(|r| r.is_match(text))
    }
}

impl Check {
    /// Why the value is refused; nothing if it passes.
    pub fn refusal(self, value: &str) -> Option<String> {
        let passes = match self {
            Check::Anything => true,
            Check::Bool => parse_bool(value).is_some(),
            Check::Int => parse_int(value).is_some(),
            Check::Cidrs => parse_cidrs(value).is_some(),
            Check::CommonName => value.strip_prefix("CN=").is_some_and(|r| Regex::new(r).is_ok()),
            Check::ServerName => Shape::Regex.matches(value.trim()),
            Check::ServerNames => value.split(',').all(|v| Shape::Regex.matches(v.trim())),
            Check::ServiceName => is_service_name(value),
            Check::OneOf { words, fold } => is_one_of(value, words, fold),
            Check::Pattern { shape, tight } => has_shape(value, shape, tight),
        };
        (!passes).then(|| self.wanted())
    }

    /// What would have been right, for people.
    fn wanted(self) -> String {
        match self {
            Check::Anything => String::new(),
            Check::Bool => "not a boolean (true or false)".into(),
            Check::Int => "not a whole number".into(),
            Check::Cidrs => "not a comma-separated list of addresses and networks".into(),
            Check::CommonName => "not `CN=` with a regular expression".into(),
            Check::ServerName | Check::ServerNames => "has a character that no server name may have".into(),
            Check::ServiceName => "not the name of a Service".into(),
            Check::OneOf { words, .. } => format!("not one of {}", words.join(", ")),
            Check::Pattern { .. } => "has a form or a character that is not allowed".into(),
        }
    }
}

fn is_one_of(value: &str, words: &[&str], fold: bool) -> bool {
    let value = value.trim();
    if fold {
        words.contains(&value.to_lowercase().as_str())
    } else {
        words.contains(&value)
    }
}

fn has_shape(value: &str, shape: Shape, tight: bool) -> bool {
    let tightened;
    let value = if tight {
        tightened = value.replace(' ', "");
        &tightened
    } else {
        value
    };
    shape.matches(value) && !value.contains(['\r', '\n'])
}

/// A DNS-1035 label: starts with a letter, up to 63 of lower-case letters, digits, `-`.
fn is_service_name(value: &str) -> bool {
    let bytes = value.as_bytes();
    value.len() <= 63
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.last().is_some_and(|b| *b != b'-')
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

/// Go's `strconv.ParseBool`.
pub fn parse_bool(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `strconv.Atoi`.
pub fn parse_int(value: &str) -> Option<i64> {
    value.parse().ok()
}

/// Addresses and networks as Go's `net.ParseCIDR` and `net.ParseIP` read them: an address is a network of one, host bits are dropped,
/// and IPv4 inside IPv6 is IPv4.
pub fn parse_cidrs(value: &str) -> Option<Vec<IpNet>> {
    if value.is_empty() {
        return Some(Vec::new());
    }
    let mut nets: Vec<IpNet> = value.split(',').map(|v| parse_cidr(v.trim())).collect::<Option<_>>()?;
    nets.sort();
    nets.dedup();
    Some(nets)
}

fn parse_cidr(value: &str) -> Option<IpNet> {
    if let Ok(net) = value.parse::<IpNet>() {
        return Some(net.trunc());
    }
    let address: IpAddr = value.parse().ok()?;
    Some(IpNet::from(address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::{COMPILED, SHAPES};

    #[test]
    fn every_shape_is_a_regular_expression() {
        assert_eq!(COMPILED.len(), SHAPES.len());
    }
}

use std::collections::BTreeMap;
use std::net::IpAddr;

/// A request, as far as it is known. What is not told here is unknown, except headers and cookies, which are then absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFacts {
    /// `GET`
    pub method: String,
    /// `http` or `https`
    pub scheme: String,
    /// The Host header, with the port if there is one.
    pub host: String,
    /// Path and query as they came.
    pub target: String,
    /// The headers in their order, Host left out.
    pub headers: Vec<(String, String)>,
    /// The client, after `X-Forwarded-For` was believed or not.
    pub address: Option<IpAddr>,
    /// The size of the body.
    pub body_size: u64,
    /// Variables that somebody else sets, such as `ssl_client_verify`; names without `$`, in lower case.
    pub variables: BTreeMap<String, String>,
    /// What somebody else decides for the access phase of a location that ingress-nginx wrote: its name and the status of the
    /// refusal, so that an `error_page` takes its place.
    pub refused: Option<(String, u16)>,
}

impl RequestFacts {
    /// A request without headers.
    ///
    /// ```
    /// let request = nginx_snippet::RequestFacts::new("GET", "https", "a.example", "/x?y=1")
    ///     .header("Origin", "https://b.example")
    ///     .address("203.0.113.9");
    /// assert_eq!(request.headers.len(), 1);
    /// ```
    pub fn new(method: &str, scheme: &str, host: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            address: None,
            body_size: 0,
            variables: BTreeMap::new(),
            refused: None,
        }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// From this address; a text that is no address leaves it unknown.
    #[must_use]
    pub fn address(mut self, address: &str) -> Self {
        self.address = address.parse().ok();
        self
    }

    /// With a body of this size.
    #[must_use]
    pub fn body_size(mut self, size: u64) -> Self {
        self.body_size = size;
        self
    }

    /// With a variable that another module sets.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_ascii_lowercase(), value.to_owned());
        self
    }

    /// The path as it came, without the query.
    pub(crate) fn raw_path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(self.target.as_str(), |(path, _)| path)
    }

    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The host in lower case without the port, as `$host` has it.
    pub(crate) fn host_name(&self) -> String {
        let host = self.host.to_ascii_lowercase();
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name.to_owned(),
            _ => host,
        };
        name.trim_end_matches('.').to_owned()
    }
}

/// The path as nginx works with it: decoded, slashes merged, dots resolved. `None` where nginx answers 400.
pub(crate) fn normalise(raw: &str) -> Option<String> {
    let decoded = decode(raw)?;
    let mut segments: Vec<&str> = Vec::new();
    let mut parts = decoded.strip_prefix('/')?.split('/').peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        match part {
            ".." => {
                segments.pop()?;
                if last {
                    segments.push("");
                }
            }
            "." | "" if !last => {}
            "." => segments.push(""),
            part => segments.push(part),
        }
    }
    Some(format!("/{}", segments.join("/")))
}

/// `%41` to `A`; bytes that are no text are replaced, as nothing here compares them.
pub(crate) fn decode(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes().iter();
    while let Some(byte) = rest.next() {
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
        let value = digit(rest.next())? * 16 + digit(rest.next())?;
        match u8::try_from(value).ok()? {
            0 => return None,
            value => bytes.push(value),
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What `ngx_escape_uri` escapes in a path, beside control characters and bytes beyond ASCII.
pub(crate) const ESCAPED_IN_URI: &str = " \"#%<>?\\^`{|}";
/// The same for a query, `NGX_ESCAPE_ARGS`.
pub(crate) const ESCAPED_IN_ARGS: &str = " \"#%&+;<>?\\^`{|}";

pub(crate) fn escape(text: &str, signs: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if !(0x20..0x7f).contains(&byte) || signs.as_bytes().contains(&byte) {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push(char::from(byte));
        }
    }
    out
}

//! The request target: split, decoded and normalised as nginx does before it chooses a location.
//!
//! nginx `ngx_http_parse.c` ngx_http_parse_complex_uri, with merge_slashes on. Measured: `//a/b`, `/a//b`, `/%61/b`, `/x/../a/b` and
//! `/a%2Fb` all match `/a/b`; `%00` and `%zz` are 400.

/// A request target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uri {
    /// As sent (`$request_uri`).
    pub(super) raw: String,
    /// Decoded and normalised (`$uri`). Bytes, since what is decoded need not be UTF-8.
    pub(super) path: Vec<u8>,
    /// Without `?`; None where there is no `?`.
    pub(super) args: Option<String>,
    /// A rewrite changed the path: the backend gets it re-encoded.
    pub(super) changed: bool,
}

impl Uri {
    /// An Err is the status that nginx answers at once.
    pub(super) fn parse(raw: &str) -> Result<Uri, u16> {
        let without_fragment = raw.split('#').next().unwrap_or("");
        let (path, args) = match without_fragment.split_once('?') {
            Some((path, args)) => (path, Some(args.to_owned())),
            None => (without_fragment, None),
        };
        if !path.starts_with('/') {
            return Err(400);
        }
        Ok(Uri {
            raw: raw.to_owned(),
            path: normalize(&decode(path.as_bytes())?)?,
            args,
            changed: false,
        })
    }

    /// `$is_args$args`.
    pub(super) fn query(&self) -> String {
        self.args
            .as_ref()
            .filter(|a| !a.is_empty())
            .map_or(String::new(), |a| format!("?{a}"))
    }

    /// The path as text, for messages and variables.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }
}

fn decode(path: &[u8]) -> Result<Vec<u8>, u16> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.iter();
    while let Some(byte) = bytes.next() {
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16)).ok_or(400u16);
        let value = digit(bytes.next())? * 16 + digit(bytes.next())?;
        match u8::try_from(value) {
            Ok(0) | Err(_) => return Err(400),
            Ok(value) => decoded.push(value),
        }
    }
    Ok(decoded)
}

/// Slashes merged, `.` and `..` resolved; above the root is 400.
fn normalize(path: &[u8]) -> Result<Vec<u8>, u16> {
    let mut elements: Vec<&[u8]> = Vec::new();
    let mut open = true;
    for element in path.split(|b| *b == b'/').skip(1) {
        open = false;
        match element {
            b"" | b"." => open = true,
            b".." => {
                elements.pop().ok_or(400u16)?;
                open = true;
            }
            other => elements.push(other),
        }
    }
    let mut normalized = vec![b'/'];
    normalized.extend(elements.join(&b'/'));
    if open && normalized.len() > 1 {
        normalized.push(b'/');
    }
    Ok(normalized)
}

/// Encodes a path as nginx does towards a backend after a rewrite (`ngx_escape_uri` NGX_ESCAPE_URI): controls, space, `"`, `#`, `%`,
/// `<`, `>`, `?`, `\`, `^`, `` ` ``, `{`, `|`, `}`, and everything that is not ASCII.
pub(super) fn encode(path: &[u8]) -> String {
    let mut encoded = String::new();
    for byte in path {
        match byte {
            0..=0x20 | b'"' | b'#' | b'%' | b'<' | b'>' | b'?' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x7f.. => {
                encoded.push_str(&format!("%{byte:02X}"));
            }
            _ => encoded.push(char::from(*byte)),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::Uri;

    fn path(raw: &str) -> String {
        Uri::parse(raw).map_or_else(|status| status.to_string(), |uri| uri.text())
    }

    #[test]
    fn the_path_is_decoded_and_normalised() {
        let seen = [
            "//a/b",
            "/a//b",
            "/%61/b",
            "/x/../a/b",
            "/a%2Fb",
            "/a/b/.",
            "/a/b/..",
            "/",
            "/a?b=/c",
        ]
        .map(path);
        assert_eq!(
            seen,
            ["/a/b", "/a/b", "/a/b", "/a/b", "/a/b", "/a/b/", "/a/", "/", "/a"]
        );
    }

    #[test]
    fn what_nginx_refuses_is_400() {
        assert_eq!(["/%00", "/%zz", "/../a", "x"].map(path), ["400"; 4]);
    }
}

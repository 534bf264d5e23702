//! The arguments of `more_set_headers` and its kind, after headers-more-nginx-module.

/// One directive of headers-more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MoreHeaders {
    /// Name and value, empty to clear; a name may end in `*` when it clears.
    pub(crate) headers: Vec<(String, String)>,
    /// Only for these statuses, if any are named.
    pub(crate) statuses: Vec<u16>,
    /// Only for these content types, if any are named.
    pub(crate) types: Vec<String>,
    /// `-a` adds beside what is there.
    pub(crate) append: bool,
    /// `-r` only replaces what is there.
    pub(crate) replace: bool,
}

impl MoreHeaders {
    pub(crate) fn parse(directive: &str, args: &[String]) -> Self {
        let mut found = Self {
            headers: Vec::new(),
            statuses: Vec::new(),
            types: Vec::new(),
            append: false,
            replace: false,
        };
        let clears = directive.starts_with("more_clear");
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "-s" => found
                    .statuses
                    .extend(words(args.next()).filter_map(|code| code.parse::<u16>().ok())),
                "-t" => found.types.extend(words(args.next()).map(str::to_owned)),
                "-a" => found.append = true,
                "-r" => found.replace = true,
                header => {
                    let (name, value) = split(header);
                    let value = if clears { String::new() } else { value };
                    found.headers.push((name, value));
                }
            }
        }
        found
    }
}

fn words(list: Option<&String>) -> impl Iterator<Item = &str> {
    list.map_or("", String::as_str).split_whitespace()
}

/// The name ends at a colon or a space (`ngx_http_headers_more_parse_header`), so `X-Frame-Options DENY` is a header
/// with a value, and `X-Frame-Options` alone clears it.
fn split(header: &str) -> (String, String) {
    let header = header.trim_start();
    let is_end = |c: char| c == ':' || c.is_ascii_whitespace();
    match header.find(is_end) {
        Some(end) => (
            header[..end].to_owned(),
            header[end..].trim_start_matches(is_end).to_owned(),
        ),
        None => (header.to_owned(), String::new()),
    }
}

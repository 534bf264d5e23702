//! Which directives there are, where they may stand, and with how many arguments.

use std::collections::BTreeMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("directives.tsv");

/// Where a directive may stand, or where a snippet does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Outside of everything.
    Main,
    /// `events`.
    Events,
    /// `http`: an http-snippet.
    Http,
    /// `server`: a server-snippet.
    Server,
    /// `location`: a configuration-snippet, an auth-snippet.
    Location,
    /// `upstream`.
    Upstream,
    /// An `if` in a server.
    ServerIf,
    /// An `if` in a location.
    LocationIf,
    /// `limit_except`.
    LimitExcept,
    /// `stream`: a stream-snippet.
    Stream,
    /// `server` in `stream`.
    StreamServer,
    /// `upstream` in `stream`.
    StreamUpstream,
}

/// What is known of a directive in the contexts of one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveInfo {
    /// Its name.
    pub name: &'static str,
    /// The module that has it, without `ngx_http_` and `_module`: `core`, `proxy`, `headers_more`, `lua`, ...
    pub module: &'static str,
    /// True when it opens a block.
    pub block: bool,
    /// What kind of value it takes: `flag`, `size`, `msec`, `number`, `custom`, ...
    pub kind: &'static str,
    /// True when nginx refuses a second one in the same block.
    pub once: bool,
    contexts: &'static str,
    arguments: &'static str,
}

impl DirectiveInfo {
    /// True if it may stand there.
    pub fn allowed_in(&self, context: Context) -> bool {
        let name = context.name();
        self.contexts.split(',').any(|own| own == name || own == "any")
    }

    /// True if nginx takes so many arguments.
    pub fn takes(&self, count: usize) -> bool {
        self.arguments.split(',').any(|own| match own.strip_suffix('+') {
            Some(least) => least.parse().is_ok_and(|least: usize| count >= least),
            None => own.parse() == Ok(count),
        })
    }

    /// The ConfigMap key or annotation without which ingress-nginx does not load the module.
    pub fn loaded_by(&self) -> Option<&'static str> {
        match self.module {
            "geoip2" => Some("use-geoip2"),
            "brotli" | "brotli_static" => Some("enable-brotli"),
            "modsecurity" => Some("enable-modsecurity"),
            "auth_digest" => Some("auth-type: digest"),
            "opentelemetry" => Some("enable-opentelemetry"),
            _ => None,
        }
    }
}

impl Context {
    fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Events => "events",
            Self::Http => "http",
            Self::Server => "server",
            Self::Location => "location",
            Self::Upstream => "upstream",
            Self::ServerIf => "server-if",
            Self::LocationIf => "location-if",
            Self::LimitExcept => "limit_except",
            Self::Stream => "stream",
            Self::StreamServer => "stream-server",
            Self::StreamUpstream => "stream-upstream",
        }
    }

    /// The context inside a block of this directive, `None` where other rules hold (`map`, `types`, `geo`).
    pub(crate) fn inside(self, directive: &str) -> Option<Self> {
        match (directive, self) {
            ("if", Self::Server) => Some(Self::ServerIf),
            ("if", _) => Some(Self::LocationIf),
            ("location", _) => Some(Self::Location),
            ("limit_except", _) => Some(Self::LimitExcept),
            ("server", Self::Stream) => Some(Self::StreamServer),
            ("upstream", Self::Stream) => Some(Self::StreamUpstream),
            ("server", _) => Some(Self::Server),
            ("upstream", _) => Some(Self::Upstream),
            ("http", _) => Some(Self::Http),
            ("stream", _) => Some(Self::Stream),
            ("events", _) => Some(Self::Events),
            _ => None,
        }
    }
}

/// Everything that is known under a name, once for each module that has a directive of this name.
///
/// ```
/// use nginx_snippet::{Context, directives};
/// let [info] = directives("more_set_headers") else { panic!() };
/// assert_eq!(info.module, "headers_more");
/// assert!(info.allowed_in(Context::LocationIf) && info.takes(3));
/// assert!(directives("proxy_sett_header").is_empty());
/// ```
pub fn directives(name: &str) -> &'static [DirectiveInfo] {
    table().get(name).map_or(&[], Vec::as_slice)
}

/// The names of all known directives, sorted.
pub fn directive_names() -> impl Iterator<Item = &'static str> {
    table().keys().copied()
}

fn table() -> &'static BTreeMap<&'static str, Vec<DirectiveInfo>> {
    static PARSED: OnceLock<BTreeMap<&'static str, Vec<DirectiveInfo>>> = OnceLock::new();
    PARSED.get_or_init(|| {
        let mut table: BTreeMap<&str, Vec<DirectiveInfo>> = BTreeMap::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            if let Some(info) = row(line) {
                table.entry(info.name).or_default().push(info);
            }
        }
        table
    })
}

fn row(line: &'static str) -> Option<DirectiveInfo> {
    let mut cells = line.split('\t');
    let mut cell = || cells.next();
    let (name, module, contexts, arguments) = (cell()?, cell()?, cell()?, cell()?);
    let (block, kind, once) = (cell()? == "block", cell()?, cell()? == "once");
    Some(DirectiveInfo {
        name,
        module,
        block,
        kind,
        once,
        contexts,
        arguments,
    })
}

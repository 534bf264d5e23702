//! Directives compiled to what nginx executes: the script of the rewrite phase, settings by level, locations.

mod compile;
mod inherit;
mod location;

pub(crate) use compile::refused;
pub(crate) use inherit::{nearest, stacked};
pub use location::LocationMatch;

use crate::{Condition, Pattern, Span, Template, Tree};

/// Where something was written: in which text, and there in which bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The number that the caller gave the text.
    pub source: u32,
    /// The bytes there.
    pub span: Span,
}

/// A server of nginx, or the part of one that a snippet is.
///
/// ```
/// use nginx_snippet::{LocationMatch, Program, parse};
/// // a configuration-snippet by itself
/// let program = Program::location(&parse("return 301 https://b.example$request_uri;"));
/// // the texts that an ingress controller puts together
/// let program = Program::builder()
///     .server(0, &parse("server_tokens off;"))
///     .location("shop", LocationMatch::prefix("/"), &[(1, &parse("expires 1h;"))])
///     .build();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What stands around all servers.
    pub(crate) http: Level,
    pub(crate) server: Level,
}

/// Puts a [`Program`] together from several texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramBuilder {
    http: Level,
    server: Level,
}

impl Program {
    /// A snippet that stands in a location which serves every path and which ingress-nginx wrote.
    pub fn location(tree: &Tree) -> Self {
        Self::builder()
            .location("", LocationMatch::prefix("/"), &[(0, tree)])
            .build()
    }

    /// A snippet that stands in a server, whose other locations are not known: they all serve as one, `/`.
    pub fn server(tree: &Tree) -> Self {
        Self::builder()
            .server(0, tree)
            .location("", LocationMatch::prefix("/"), &[])
            .build()
    }

    /// An empty server.
    pub fn builder() -> ProgramBuilder {
        ProgramBuilder::default()
    }

    /// Every directive that nginx could not compile, with nginx's words.
    pub fn broken(&self) -> Vec<(Place, String)> {
        let mut found = Vec::new();
        self.server.collect_broken(&mut found);
        found
    }
}

impl ProgramBuilder {
    /// Add settings that stand around all servers, and are handed down to them.
    #[must_use]
    pub fn http(mut self, source: u32, tree: &Tree) -> Self {
        self.http.add(source, &tree.directives);
        self
    }

    /// Add a text to the server itself; its places carry the number `source`.
    #[must_use]
    pub fn server(mut self, source: u32, tree: &Tree) -> Self {
        self.server.add(source, &tree.directives);
        self
    }

    /// Add a location that ingress-nginx writes and that leads to a backend: `name` comes back in the outcome.
    #[must_use]
    pub fn location(mut self, name: &str, matcher: LocationMatch, texts: &[(u32, &Tree)]) -> Self {
        let mut level = Level {
            managed: Some(name.to_owned()),
            ..Level::default()
        };
        for (source, tree) in texts {
            level.add(*source, &tree.directives);
        }
        self.server.locations.push(Location {
            matcher,
            place: None,
            level,
        });
        self
    }

    /// The server.
    pub fn build(self) -> Program {
        Program {
            http: self.http,
            server: self.server,
        }
    }
}

/// What one pair of braces holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Level {
    /// The script of the rewrite phase.
    pub(crate) script: Vec<Op>,
    /// All other directives, in their order.
    pub(crate) settings: Vec<Setting>,
    pub(crate) locations: Vec<Location>,
    /// The methods that stay free and the settings for all others.
    pub(crate) limit_except: Option<(Place, Vec<String>, Box<Level>)>,
    /// The name of a location that ingress-nginx wrote.
    pub(crate) managed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) matcher: LocationMatch,
    /// The directive, unless ingress-nginx wrote it.
    pub(crate) place: Option<Place>,
    pub(crate) level: Level,
}

/// A directive that is no part of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) args: Vec<String>,
    /// The code of a Lua block.
    pub(crate) lua: String,
}

impl Setting {
    pub(crate) fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Op {
    pub(crate) place: Place,
    pub(crate) action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Set {
        name: String,
        value: Template,
    },
    If {
        condition: Condition,
        level: Box<Level>,
    },
    Return(Return),
    Rewrite(Rewrite),
    Break,
    /// Sets a variable to what is not followed here.
    SetElsewhere {
        sets: String,
        why: String,
    },
    /// nginx refuses it, in these words.
    Broken(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Return {
    pub(crate) status: u16,
    /// The text of the answer, or the target of a redirect.
    pub(crate) text: Option<Template>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rewrite {
    pub(crate) pattern: Pattern,
    /// The new path, or the target of a redirect.
    pub(crate) target: Template,
    /// The query that the replacement brings along; of a path only.
    pub(crate) args: Option<Template>,
    /// The query of the request stays.
    pub(crate) keep_args: bool,
    pub(crate) end: RewriteEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RewriteEnd {
    Continue,
    Last,
    Break,
    Redirect(u16),
}

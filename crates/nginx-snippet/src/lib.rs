//! nginx configuration as nginx reads it, and what a piece of it means in ingress-nginx v1.15.
//!
//! | step | function | gives |
//! |---|---|---|
//! | read | [`parse`] | a [`Tree`] with the byte span of every word, and errors in nginx's own words; it goes on after an error |
//! | check | [`check`], [`hints`] | what nginx refuses where ingress-nginx puts the text, also what repeats the controller's template; what nginx takes and nobody means |
//! | compile | [`Program`] | one or several texts as the levels of a server |
//! | run | [`evaluate`] | what happens to one request: status, redirect, backend and its path, headers in both directions, or why nobody knows |
//! | read for all | [`read`], [`intents`] | branches of conditions and effects, the first that applies decides; what has no translation, why, and what to do |
//! | regexes | [`Pcre`], [`Pattern`] | for each construct: does Go's RE2 read it the same, after a rewrite, or never |
//! | explain | [`directives`], [`meaning_of`] | every directive of nginx's http modules and of those that ingress-nginx ships |
//! | hide | [`secrets`], [`redact`] | literal secrets, and a form to show without them |
//!
//! The crate knows no YAML, no Kubernetes and no Traefik, and touches no file, thread, clock or environment.
//! [`evaluate`] is held to recordings of a real ingress-nginx and of a plain nginx, [`read`] to [`evaluate`].
//!
//! ```
//! use nginx_snippet::{Context, Effect, Program, check, parse, read};
//!
//! let tree = parse("rewrite ^(/app)$ $1/ redirect;\nmore_set_headers 'X-Frame-Options: DENY';");
//! assert!(check(&tree, Context::Location).is_empty());
//! let reading = read(&Program::location(&tree));
//! let [redirect, rest] = reading.locations[0].branches.as_slice() else { panic!() };
//! assert!(matches!(redirect.intents[0].effect, Effect::Redirect { status: 302, .. }));
//! assert!(matches!(rest.intents[0].effect, Effect::SetResponseHeader { .. }));
//! ```
//!
//! What ingress-nginx's annotations write into a location can be given as nginx text beside the snippet, in the order
//! of the controller's template: then access lists, CORS, redirects and rewrites of annotations and snippets meet in
//! one program, as they do in nginx.
//!
//! ```
//! use nginx_snippet::{Handled, LocationMatch, Program, RequestFacts, evaluate, parse};
//!
//! let (before, snippet, after) = (parse("allow 10.0.0.0/8; deny all;"), parse("set $a b;"), parse("rewrite ^ /new break;"));
//! let texts = [(0, &before), (1, &snippet), (2, &after)];
//! let program = Program::builder().location("shop", LocationMatch::prefix("/"), &texts).build();
//! let request = RequestFacts::new("GET", "https", "shop.example", "/x?y=z").address("10.1.2.3");
//! let Handled::Backend { location, target } = evaluate(&program, &request).handled else { panic!() };
//! assert_eq!((location.as_str(), target.as_str()), ("shop", "/new?y=z"));
//! ```
#![deny(missing_docs)]

mod advice;
mod catalog;
mod check;
mod condition;
mod error;
mod eval;
mod hints;
mod lexer;
mod lua;
mod more_headers;
mod pattern;
mod pcre;
mod print;
mod program;
mod reading;
mod request;
mod secret;
mod size;
mod span;
mod template;
mod tree;
mod value;
mod variables;

pub use advice::advice;
pub use catalog::{Context, DirectiveInfo, directive_names, directives};
pub use check::{Problem, check};
pub use condition::Condition;
pub use error::{SyntaxError, SyntaxErrorKind};
pub use eval::{Answer, Handled, Need, Outcome, RequestHeader, ResponseOp, adds_header, evaluate};
pub use hints::{Hint, HintKind, hints};
pub use lexer::Quote;
pub use pattern::Pattern;
pub use pcre::{Go, Pcre, Piece};
pub use program::{LocationMatch, Place, Program, ProgramBuilder};
pub use reading::{
    Branch, CacheRule, Effect, Guard, Idiom, Intent, LocationReading, Meaning, Reading, Subject, Test, intents,
    meaning_of, read,
};
pub use request::RequestFacts;
pub use secret::{Secret, SecretKind, redact, secrets};
pub use span::Span;
pub use template::writes_request_header;
pub use tree::{Block, Body, Directive, MAX_DEPTH, Tree, Word, parse};
pub use value::{Part, Template, Value};
pub use variables::defined_variables;

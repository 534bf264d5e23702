//! nginx configuration as nginx reads it: tokens, a tree with byte spans, and errors in nginx's own words.
#![deny(missing_docs)]

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

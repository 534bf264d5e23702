//! nginx configuration as nginx reads it: tokens, a tree with byte spans, and errors in nginx's own words.
#![deny(missing_docs)]

mod error;
mod lexer;
mod lua;
mod pcre;
mod print;
mod span;
mod tree;

pub use error::{SyntaxError, SyntaxErrorKind};
pub use lexer::Quote;
pub use pcre::{Go, Pcre, Piece};
pub use span::Span;
pub use tree::{Block, Body, Directive, MAX_DEPTH, Tree, Word, parse};

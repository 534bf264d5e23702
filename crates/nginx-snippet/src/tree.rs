use crate::lexer::{Lexer, Token};
use crate::{Quote, Span, SyntaxError, SyntaxErrorKind};

/// Blocks may be nested so deep; the deeper ones are read as if they stood side by side.
pub const MAX_DEPTH: usize = 64;

/// A text as a tree, with what nginx would say against it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The directives in their order.
    pub directives: Vec<Directive>,
    /// Everything that nginx could not read, in order of position. nginx itself stops at the first.
    pub errors: Vec<SyntaxError>,
}

/// A directive: a name, words, and `;` or a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The first word.
    pub name: Word,
    /// The other words.
    pub args: Vec<Word>,
    /// From the name to `;` or `}`.
    pub span: Span,
    /// What stands in braces.
    pub block: Option<Block>,
}

/// A word as nginx sees it, after quotes and escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text that nginx works with.
    pub text: String,
    /// The bytes as written, with the quotes.
    pub span: Span,
    /// How it was written.
    pub quote: Quote,
}

/// What stands between `{` and `}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The braces and all between them.
    pub span: Span,
    /// The inside.
    pub body: Body,
}

/// The inside of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Directives.
    Directives(Vec<Directive>),
    /// The code of a `*_by_lua_block`, untouched.
    Lua(String),
}

impl Directive {
    /// The directives inside, none when there is no block or a Lua block.
    pub fn children(&self) -> &[Directive] {
        match &self.block {
            Some(Block {
                body: Body::Directives(directives),
                ..
            }) => directives,
            _ => &[],
        }
    }

    /// The text of the argument at `index`.
    pub fn arg(&self, index: usize) -> Option<&str> {
        self.args.get(index).map(|word| word.text.as_str())
    }

    /// Where the name and the arguments stand, without the block.
    pub fn head(&self) -> Span {
        self.args
            .last()
            .map_or(self.name.span, |last| self.name.span.to(last.span))
    }
}

/// Read a text by nginx's rules. Never fails: what is wrong is in [`Tree::errors`], and reading goes on behind it.
///
/// ```
/// let tree = nginx_snippet::parse("if ($request_method = POST) { return 405; }");
/// assert!(tree.errors.is_empty());
/// assert_eq!(tree.directives[0].name.text, "if");
/// assert_eq!(tree.directives[0].children()[0].arg(0), Some("405"));
///
/// let tree = nginx_snippet::parse("add_header X \"a\"b; return 204;");
/// assert_eq!(tree.errors[0].to_string(), "unexpected \"b\"");
/// assert_eq!(tree.directives.len(), 2);
/// ```
pub fn parse(text: &str) -> Tree {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        open: vec![Open::default()],
        words: Vec::new(),
        flat: 0,
    };
    parser.run();
    let directives = parser.open.pop().map(|open| open.directives).unwrap_or_default();
    let mut errors = parser.lexer.errors;
    errors.sort_by_key(|error| error.span);
    Tree { directives, errors }
}

/// A block that is still open: its head, where it began, and what is in it so far.
#[derive(Default)]
struct Open {
    head: Vec<Word>,
    start: usize,
    directives: Vec<Directive>,
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    open: Vec<Open>,
    words: Vec<Word>,
    /// Braces beyond [`MAX_DEPTH`] that are open.
    flat: usize,
}

impl Parser<'_> {
    fn run(&mut self) {
        while let Some((token, span)) = self.lexer.next() {
            match token {
                Token::Word { text, quote } => self.words.push(Word { text, span, quote }),
                Token::Semicolon => self.finish_or_refuse(';', span),
                Token::Open => self.open_block(span),
                Token::Close => self.close_block(span),
            }
        }
        let end = Span::new(self.lexer.end(), self.lexer.end());
        if !self.words.is_empty() {
            self.lexer.error(SyntaxErrorKind::EndInDirective, end);
            self.directive(end.end, None);
        } else if self.open.len() > 1 {
            self.lexer.error(SyntaxErrorKind::EndInBlock, end);
        }
        while self.open.len() > 1 {
            self.close(end.end);
        }
    }

    fn finish_or_refuse(&mut self, sign: char, span: Span) {
        if self.words.is_empty() {
            self.lexer.error(SyntaxErrorKind::Unexpected(sign), span);
        } else {
            self.directive(span.end, None);
        }
    }

    fn directive(&mut self, end: usize, block: Option<Block>) {
        let words = std::mem::take(&mut self.words);
        self.push(words, end, block);
    }

    fn push(&mut self, words: Vec<Word>, end: usize, block: Option<Block>) {
        let mut words = words.into_iter();
        let (Some(name), Some(open)) = (words.next(), self.open.last_mut()) else {
            return;
        };
        let span = Span::new(name.span.start, end);
        open.directives.push(Directive {
            name,
            args: words.collect(),
            span,
            block,
        });
    }

    fn open_block(&mut self, span: Span) {
        let Some(name) = self.words.first() else {
            return self.lexer.error(SyntaxErrorKind::Unexpected('{'), span);
        };
        if name.text.ends_with("_by_lua_block") {
            let (code, inside) = self.lexer.lua_body();
            let end = (inside.end + 1).min(self.lexer.end());
            return self.directive(
                end,
                Some(Block {
                    span: Span::new(span.start, end),
                    body: Body::Lua(code),
                }),
            );
        }
        if self.open.len() > MAX_DEPTH {
            self.flat += 1;
            let head = self.words[0].span.to(span);
            self.lexer.error(SyntaxErrorKind::TooDeep(MAX_DEPTH), head);
            return self.directive(span.end, None);
        }
        let head = std::mem::take(&mut self.words);
        self.open.push(Open {
            head,
            start: span.start,
            directives: Vec::new(),
        });
    }

    fn close_block(&mut self, span: Span) {
        if !self.words.is_empty() {
            self.lexer.error(SyntaxErrorKind::Unexpected('}'), span);
            self.directive(span.start, None);
        }
        if self.flat > 0 {
            self.flat -= 1;
        } else if self.open.len() > 1 {
            self.close(span.end);
        } else {
            self.lexer.error(SyntaxErrorKind::Unexpected('}'), span);
        }
    }

    fn close(&mut self, end: usize) {
        let Some(Open {
            head,
            start,
            directives,
        }) = self.open.pop()
        else {
            return;
        };
        let body = Body::Directives(directives);
        self.push(
            head,
            end,
            Some(Block {
                span: Span::new(start, end),
                body,
            }),
        );
    }
}

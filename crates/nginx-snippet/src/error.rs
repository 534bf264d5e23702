use crate::Span;

/// What nginx says when it cannot read a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where nginx stops reading.
    pub span: Span,
}

/// The ways in which a text is no nginx configuration. `Display` uses nginx's own words (`ngx_conf_file.c`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// A character where none of its kind may stand: after a closing quote, or `;` and `{` without a name before.
    #[error("unexpected \"{0}\"")]
    Unexpected(char),
    /// The text ends inside a directive or a block.
    #[error("unexpected end of file, expecting \";\" or \"}}\"")]
    EndInDirective,
    /// The text ends while a block is open.
    #[error("unexpected end of file, expecting \"}}\"")]
    EndInBlock,
    /// The text ends inside quotes.
    #[error("too long parameter, probably missing terminating \"{0}\" character")]
    UnterminatedQuote(char),
    /// A word of more than 4096 bytes, the size of nginx's buffer.
    #[error("too long parameter")]
    TooLong,
    /// A Lua block that is not closed.
    #[error("Lua code block missing the closing long bracket or \"}}\"")]
    UnterminatedLua,
    /// More blocks inside each other than anybody writes; nginx itself has no limit.
    #[error("blocks are nested deeper than {0}")]
    TooDeep(usize),
}

//! Why a rule file could not be read.

/// A rule file that breaks the form. The embedded files are tested to have none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// No `+++` line at the start, or none that closes the front matter.
    #[error("rules/{file}.md: the front matter must stand between two lines `+++`")]
    NoFrontMatter {
        /// Name of the file without `.md`.
        file: String,
    },
    /// The front matter is no TOML, has an unknown field, or lacks one.
    #[error("rules/{file}.md: {message}")]
    FrontMatter {
        /// Name of the file without `.md`.
        file: String,
        /// What the TOML parser says.
        message: String,
    },
    /// Well-formed, and yet it contradicts itself or another file.
    #[error("rules/{file}.md: {message}")]
    Content {
        /// Name of the file without `.md`.
        file: String,
        /// What is wrong.
        message: String,
    },
}

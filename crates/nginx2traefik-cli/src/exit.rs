//! How the program ends.
use std::process::ExitCode;

/// What the exit code says. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// Findings, or with `--check` something to change.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The tool could not do its job.
    Failed = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

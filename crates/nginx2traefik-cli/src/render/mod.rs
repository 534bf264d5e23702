//! What people see on a terminal.
mod sanitize;
mod style;

pub(crate) use sanitize::sanitize;
pub(crate) use style::Style;

use crate::load::Loaded;
use crate::migrate::Migrated;
use nginx2traefik::report::Report;
use std::io::Write;

/// An error of the tool itself.
pub(crate) fn error(message: &str) {
    let _ = writeln!(anstream::stderr(), "error: {}", sanitize(message));
}

/// The findings and the summary of a migration, to standard error.
pub(crate) fn migration(
    _style: &Style,
    loaded: &Loaded,
    report: &Report,
    _all: bool,
    _migrated: &Migrated,
) -> anyhow::Result<()> {
    let mut out = anstream::stderr();
    for finding in report.all() {
        let at = loaded.sources.position(&finding.primary.span);
        let path = &loaded.sources.get(finding.primary.span.source).path;
        writeln!(
            out,
            "{}:{}:{}: {}",
            path,
            at.line,
            at.column,
            sanitize(&finding.message)
        )?;
    }
    Ok(())
}

//! `nginx2traefik explain`.
mod answer;
mod page;
mod request;
mod snippet;

use crate::args::{ColorWhen, Explain};
use crate::exit::Exit;
use crate::output;
use crate::render::{self, Style};

/// Runs it.
pub(crate) fn run(args: &Explain, color: ColorWhen) -> anyhow::Result<Exit> {
    let style = Style::stdout(color);
    if let Some(line) = &args.request {
        return answer::run(line, args, &style);
    }
    if !args.files.is_empty() {
        return snippet::run(args, &style);
    }
    let mut out = String::new();
    for subject in &args.subjects {
        let subject = subject.to_string_lossy();
        match page::of(&subject, &style) {
            Ok(page) => out += &page,
            Err(message) => {
                render::error(&message);
                return Ok(Exit::Usage);
            }
        }
    }
    output::stdout(out.as_bytes())
}

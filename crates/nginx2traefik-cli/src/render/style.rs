//! Colour, links and width: only where a terminal shows them.
use crate::args::ColorWhen;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

/// Width of what goes to a file or a pipe.
const WIDTH: usize = 100;
/// Longer lines are hard to read.
const WIDEST: usize = 120;
/// Narrower, and nothing can be drawn.
const NARROWEST: usize = 40;

/// How to draw on one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// Draw with colour.
    pub(crate) color: bool,
    /// Write links that a terminal makes clickable.
    pub(crate) links: bool,
    /// Columns.
    pub(crate) width: usize,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// An error, a blocked object.
    Red,
    /// A warning, a difference.
    Yellow,
    /// Fine.
    Green,
    /// A heading.
    Bold,
    /// Less important.
    Dim,
    /// Code.
    Cyan,
}

impl Style {
    /// For standard error.
    pub(crate) fn stderr(when: ColorWhen) -> Self {
        Style::of(when, &std::io::stderr())
    }

    /// For standard output.
    pub(crate) fn stdout(when: ColorWhen) -> Self {
        Style::of(when, &std::io::stdout())
    }

    /// No colour, no links, the width of a file.
    pub(crate) fn plain() -> Self {
        Style {
            color: false,
            links: false,
            width: WIDTH,
        }
    }

    /// NO_COLOR, CLICOLOR and TERM=dumb count as anstream has it.
    fn of<S: RawStream>(when: ColorWhen, stream: &S) -> Self {
        let color = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => AutoStream::choice(stream) != ColorChoice::Never,
        };
        let terminal = stream.is_terminal();
        let columns = terminal_size::terminal_size()
            .filter(|_| terminal)
            .map(|(width, _)| usize::from(width.0));
        Style {
            color,
            links: color && terminal,
            width: columns.map_or(WIDTH, |columns| columns.clamp(NARROWEST, WIDEST)),
        }
    }

    /// The text, drawn.
    pub(crate) fn paint(&self, ink: Ink, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Red => "31;1",
            Ink::Yellow => "33;1",
            Ink::Green => "32;1",
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Cyan => "36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

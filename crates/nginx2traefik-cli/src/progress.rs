//! A line on the terminal while long work goes on; nothing anywhere else.
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Shorter work shows nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// Counts, and shows the count now and then.
#[derive(Debug)]
pub(crate) struct Progress {
    what: &'static str,
    started: Instant,
    terminal: bool,
    count: AtomicUsize,
    shown: AtomicUsize,
}

impl Progress {
    /// Begins.
    pub(crate) fn new(what: &'static str) -> Self {
        Progress {
            what,
            started: Instant::now(),
            terminal: std::io::stderr().is_terminal(),
            count: AtomicUsize::new(0),
            shown: AtomicUsize::new(0),
        }
    }

    /// One more of `all` is done. At most ten lines a second, whichever thread comes first.
    pub(crate) fn tick(&self, all: usize) {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.terminal || self.started.elapsed() < PATIENCE {
            return;
        }
        let tenths = self.started.elapsed().as_millis() as usize / 100;
        if self.shown.fetch_max(tenths, Ordering::Relaxed) < tenths {
            let mut out = std::io::stderr().lock();
            // a terminal that cannot be written to is no reason to stop
            let _ = write!(out, "\r{} {count} of {all} files ...\x1b[K", self.what);
            let _ = out.flush();
        }
    }

    /// Takes the line away.
    pub(crate) fn done(&self) {
        if self.shown.load(Ordering::Relaxed) > 0 {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}

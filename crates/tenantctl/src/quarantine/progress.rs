//! How far it is, on standard error; for people only.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::report::OutputFormat;

/// How often a line is written.
const EVERY: Duration = Duration::from_secs(2);

/// Tells how far it is.
pub(crate) struct ProgressLine {
    style: ProgressStyle,
    last: Cell<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProgressStyle {
    Silent,
    /// One line after the other, as in a log.
    Lines,
    /// One line that is written over.
    Terminal,
}

impl ProgressLine {
    pub(crate) fn new(format: OutputFormat) -> Self {
        let style = match format {
            OutputFormat::Json => ProgressStyle::Silent,
            OutputFormat::Text if std::io::stderr().is_terminal() => ProgressStyle::Terminal,
            OutputFormat::Text => ProgressStyle::Lines,
        };
        Self { style, last: Cell::new(Instant::now()) }
    }

    /// Tells it, unless it was told just now.
    pub(crate) fn tell(&self, text: impl FnOnce() -> String) {
        if self.style != ProgressStyle::Silent && self.last.get().elapsed() >= EVERY {
            self.last.set(Instant::now());
            self.write(&text());
        }
    }

    /// Leaves the line to what comes next.
    pub(crate) fn end(&self) {
        if self.style == ProgressStyle::Terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn write(&self, text: &str) {
        // Whoever closed the pipe does not want to know.
        let _ = match self.style {
            ProgressStyle::Silent => Ok(()),
            ProgressStyle::Lines => writeln!(std::io::stderr(), "{text}"),
            ProgressStyle::Terminal => write!(std::io::stderr(), "\r\x1b[K{text}"),
        };
    }
}

//! Shows the progress of a command on standard error, if its output is text.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::report::OutputFormat;

/// The minimum time between two lines.
const INTERVAL: Duration = Duration::from_secs(2);

/// Writes progress lines.
pub(crate) struct ProgressLine {
    style: ProgressStyle,
    last: Cell<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProgressStyle {
    Silent,
    /// One line after another, as in a log.
    Lines,
    /// One line that is overwritten.
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

    /// Shows the text, unless a text was shown just before.
    pub(crate) fn show(&self, text: impl FnOnce() -> String) {
        if self.style != ProgressStyle::Silent && self.last.get().elapsed() >= INTERVAL {
            self.last.set(Instant::now());
            self.write(&text());
        }
    }

    /// Clears the line for the output that follows.
    pub(crate) fn clear(&self) {
        if self.style == ProgressStyle::Terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn write(&self, text: &str) {
        // If standard error is closed, nobody reads the progress.
        let _ = match self.style {
            ProgressStyle::Silent => Ok(()),
            ProgressStyle::Lines => writeln!(std::io::stderr(), "{text}"),
            ProgressStyle::Terminal => write!(std::io::stderr(), "\r\x1b[K{text}"),
        };
    }
}

//! How far it is, on standard error; for people only.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::report::OutputFormat;

/// How often a line is written.
const EVERY: Duration = Duration::from_secs(2);

/// Tells how far it is.
pub(crate) struct Progress {
    kind: Kind,
    last: Cell<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Silent,
    /// One line after the other, as in a log.
    Lines,
    /// One line that is written over.
    Terminal,
}

impl Progress {
    pub(crate) fn new(format: OutputFormat) -> Self {
        let kind = match format {
            OutputFormat::Json => Kind::Silent,
            OutputFormat::Text if std::io::stderr().is_terminal() => Kind::Terminal,
            OutputFormat::Text => Kind::Lines,
        };
        Self { kind, last: Cell::new(Instant::now()) }
    }

    /// Tells it, unless it was told just now.
    pub(crate) fn tell(&self, text: impl FnOnce() -> String) {
        if self.kind != Kind::Silent && self.last.get().elapsed() >= EVERY {
            self.last.set(Instant::now());
            self.write(&text());
        }
    }

    /// Leaves the line to what comes next.
    pub(crate) fn end(&self) {
        if self.kind == Kind::Terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn write(&self, text: &str) {
        // Whoever closed the pipe does not want to know.
        let _ = match self.kind {
            Kind::Silent => Ok(()),
            Kind::Lines => writeln!(std::io::stderr(), "{text}"),
            Kind::Terminal => write!(std::io::stderr(), "\r\x1b[K{text}"),
        };
    }
}

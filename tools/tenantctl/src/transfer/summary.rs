//! What the reports of all commands say that move or discard messages. No I/O.

use std::fmt;

use serde::Serialize;

/// How many messages were seen, selected and moved or discarded.
#[derive(Default, Serialize)]
pub(crate) struct TransferSummary {
    /// False for a dry run.
    pub(crate) executed: bool,
    pub(crate) seen: usize,
    #[serde(skip)]
    pub(crate) selected: usize,
    /// The number of messages that a dry run would move or discard.
    #[serde(skip)]
    pub(crate) planned: usize,
    #[serde(skip)]
    pub(crate) done: usize,
    pub(crate) caveats: Vec<String>,
}

impl TransferSummary {
    /// Writes the first line. `verb` is what was done, such as `replayed`, with the `noun` of what was looked at.
    pub(crate) fn write_head(&self, verb: &str, noun: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { executed, seen, selected, planned, done, .. } = self;
        if *executed {
            writeln!(out, "{done} of {selected} {verb} ({seen} {noun}looked at)")
        } else {
            writeln!(out, "a dry run: {planned} would be {verb} ({seen} {noun}looked at)")
        }
    }

    /// Writes the last lines.
    pub(crate) fn write_tail(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.caveats.iter().try_for_each(|caveat| writeln!(out, "note: {caveat}"))?;
        if !self.executed && self.planned > 0 {
            writeln!(out, "nothing was changed; add --execute to do it")?;
        }
        Ok(())
    }
}

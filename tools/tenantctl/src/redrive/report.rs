//! The result of a redrive, or of its dry run.

use std::fmt;

use serde::Serialize;

use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use crate::text::clean;
use crate::transfer::TransferSummary;

#[derive(Default, Serialize)]
pub(super) struct RedriveReport {
    #[serde(flatten)]
    pub(super) summary: TransferSummary,
    selected: usize,
    redriven: usize,
    /// What a dry run would do.
    planned: Vec<RedriveEntry>,
    left: Vec<RedriveEntry>,
}

/// A message or an object, with its planned action or the reason why it is left.
#[derive(Serialize)]
struct RedriveEntry {
    id: String,
    what: String,
}

impl RedriveReport {
    pub(super) fn add_left(&mut self, id: &str, why: String) {
        self.left.push(RedriveEntry { id: id.to_owned(), what: why });
    }

    pub(super) fn add_planned(&mut self, id: &str, action: String) {
        self.planned.push(RedriveEntry { id: id.to_owned(), what: action });
    }

    /// Makes the output. `is_complete`: whether all messages or objects were seen.
    pub(super) fn into_output(mut self, is_complete: bool) -> Result<CommandOutput, CommandError> {
        (self.selected, self.redriven) = (self.summary.selected, self.summary.done);
        CommandOutput::new(&self, CommandOutcome::success_if(self.left.is_empty() && is_complete))
    }
}

impl fmt::Display for RedriveReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary.write_head("redriven", "", out)?;
        for RedriveEntry { id, what } in &self.planned {
            writeln!(out, "  {}: {}", clean(id), clean(what))?;
        }
        for RedriveEntry { id, what } in &self.left {
            writeln!(out, "left: {}: {}", clean(id), clean(what))?;
        }
        self.summary.write_tail(out)
    }
}

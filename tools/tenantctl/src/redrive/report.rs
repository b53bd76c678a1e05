//! The result of a redrive, or of its dry run.

use std::fmt;

use serde::Serialize;

use crate::quarantine::text::clean;

#[derive(Default, Serialize)]
pub(super) struct RedriveReport {
    /// False for a dry run.
    pub(super) executed: bool,
    pub(super) seen: usize,
    pub(super) selected: usize,
    pub(super) redriven: usize,
    /// What a dry run would do.
    pub(super) planned: Vec<RedriveEntry>,
    pub(super) left: Vec<RedriveEntry>,
    pub(super) caveats: Vec<String>,
}

/// A message or an object, with its planned action or the reason why it is left.
#[derive(Serialize)]
pub(super) struct RedriveEntry {
    pub(super) id: String,
    pub(super) what: String,
}

impl RedriveReport {
    pub(super) fn add_left(&mut self, id: &str, why: String) {
        self.left.push(RedriveEntry { id: id.to_owned(), what: why });
    }

    pub(super) fn add_planned(&mut self, id: &str, action: String) {
        self.planned.push(RedriveEntry { id: id.to_owned(), what: action });
    }
}

impl fmt::Display for RedriveReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { selected, seen, redriven, .. } = self;
        if self.executed {
            writeln!(out, "{redriven} of {selected} redriven ({seen} looked at)")?;
        } else {
            writeln!(out, "a dry run: {} would be redriven ({seen} looked at)", self.planned.len())?;
        }
        for RedriveEntry { id, what } in &self.planned {
            writeln!(out, "  {}: {}", clean(id), clean(what))?;
        }
        for RedriveEntry { id, what } in &self.left {
            writeln!(out, "left: {}: {}", clean(id), clean(what))?;
        }
        self.caveats.iter().try_for_each(|caveat| writeln!(out, "note: {caveat}"))?;
        if !self.executed && !self.planned.is_empty() {
            writeln!(out, "nothing was changed; add --execute to do it")?;
        }
        Ok(())
    }
}

//! The result of a replay, or of its dry run.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::text::clean;
use crate::transfer::{ForeignMessage, HeldMessage, LeftReason, TransferSummary, format_foreign};

/// The text output lists at most this many ids of a cause; the JSON output lists all of them.
const MAX_LISTED_IDS: usize = 10;

#[derive(Default, Serialize)]
pub(super) struct ReplayReport {
    #[serde(flatten)]
    pub(super) summary: TransferSummary,
    pub(super) selected: usize,
    pub(super) replayed: usize,
    /// Ids of the replayed messages that had been received before.
    pub(super) possible_repeats: Vec<String>,
    /// Ids of the messages to which not all attributes of a replay could be added.
    pub(super) unmarked: Vec<String>,
    /// Records that were sent, or may have been sent, with another tenant id.
    pub(super) changed: Vec<ChangedTenant>,
    /// Number of messages that came back or arrived during the replay, and were left.
    pub(super) arrived: usize,
    /// What a dry run would do.
    pub(super) planned: Vec<PlannedReplay>,
    pub(super) left: Vec<LeftMessage>,
    pub(super) foreign: Vec<ForeignMessage>,
    pub(super) broken_off: bool,
    /// Whether the queue may hold more messages than were seen.
    pub(super) incomplete: bool,
}

#[derive(Clone, Serialize)]
pub(super) struct PlannedReplay {
    pub(super) message_id: String,
    pub(super) reason: String,
    pub(super) tenant: Option<String>,
    pub(super) action: String,
    pub(super) original_tenant: Option<String>,
    /// Names of the attributes that cannot be added to the message.
    pub(super) left_out: Vec<&'static str>,
    /// The source of the record, if it goes to another queue than its source queue.
    #[serde(skip)]
    pub(super) elsewhere: Option<String>,
}

/// A message whose record was sent with another tenant id.
#[derive(Serialize)]
pub(super) struct ChangedTenant {
    pub(super) message_id: String,
    pub(super) original_tenant: String,
}

/// A message that is still in the quarantine.
#[derive(Serialize)]
pub(super) struct LeftMessage {
    message_id: String,
    why: String,
    /// Whether another replay may send the record twice.
    may_repeat: bool,
}

impl LeftMessage {
    pub(super) fn new(message: &HeldMessage, left: &LeftReason) -> Self {
        Self { message_id: message.id.clone(), why: left.describe(), may_repeat: left.may_repeat() }
    }
}

impl ReplayReport {
    /// Returns whether no selected record is left.
    pub(super) fn is_clean(&self) -> bool {
        let nothing_left = self.left.is_empty() && self.foreign.is_empty() && self.arrived == 0;
        nothing_left && !self.broken_off && !self.incomplete
    }

    fn write_planned(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for PlannedReplay { message_id, reason, tenant, action, original_tenant, .. } in &self.planned {
            let tenant = clean(tenant.as_deref().unwrap_or("unknown tenant"));
            write!(out, "  {} ({}, {tenant}): {}", clean(message_id), clean(reason), clean(action))?;
            match original_tenant {
                Some(original) => writeln!(out, ", with another tenant id instead of {}", clean(original))?,
                None => writeln!(out)?,
            }
        }
        Ok(())
    }

    /// Writes the messages that are left, grouped by cause.
    fn write_left(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut causes: BTreeMap<(&str, bool), Vec<&str>> = BTreeMap::new();
        for LeftMessage { message_id, why, may_repeat } in &self.left {
            causes.entry((why, *may_repeat)).or_default().push(message_id);
        }
        for ((why, may_repeat), ids) in causes {
            let named: Vec<String> = ids.iter().take(MAX_LISTED_IDS).map(|id| clean(id)).collect();
            let more = if ids.len() > MAX_LISTED_IDS { ", …" } else { "" };
            let repeat = if may_repeat { " (another replay may repeat it)" } else { "" };
            writeln!(out, "  {}{repeat}: {}{more}", clean(why), named.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for ReplayReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary.write_head("replayed", "messages ", out)?;
        self.write_planned(out)?;
        if !self.changed.is_empty() {
            writeln!(out, "{} were sent with another tenant id:", self.changed.len())?;
        }
        for ChangedTenant { message_id, original_tenant } in &self.changed {
            writeln!(out, "  {}: instead of {}", clean(message_id), clean(original_tenant))?;
        }
        if !self.left.is_empty() {
            let verb = if self.summary.executed { "are" } else { "would be" };
            writeln!(out, "{} {verb} left in the quarantine:", self.left.len())?;
            self.write_left(out)?;
        }
        if !self.possible_repeats.is_empty() {
            writeln!(
                out,
                "{} of the replayed messages had been received before, by a command that read them or by a replay that \
                 did not finish; in the second case they may be repeats, which have the same tenant_router_replay",
                self.possible_repeats.len()
            )?;
        }
        if !self.unmarked.is_empty() {
            writeln!(
                out,
                "{} were sent without tenant_router_replay or tenant_router_original_tenant: there was no space for \
                 it, or the message had the second one already",
                self.unmarked.len()
            )?;
        }
        out.write_str(&format_foreign(&self.foreign))?;
        self.summary.write_tail(out)
    }
}

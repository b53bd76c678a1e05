//! The source's answer, read off the ledger.

use sources::partial_batch::Response;
use sources::{ResponseMode, Batch};

use crate::ledger::BatchOutcome;

/// What the source is told.
#[derive(Debug, PartialEq, Eq)]
pub enum SourceResponse {
    /// Which records it has to hand out again.
    Items(Response),
    /// The invocation succeeds: all is settled.
    Settled,
    /// The invocation fails: something is not settled, and the source hands out everything again.
    NotSettled,
}

impl SourceResponse {
    /// The partial batch response, where the source takes one.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Items(response) => Some(response),
            Self::Settled | Self::NotSettled => None,
        }
    }
}

pub(crate) fn answer(batch: &Batch<'_>, ledger: &BatchOutcome) -> SourceResponse {
    let id = |index: usize| batch.records[index].id();
    match (batch.response_mode, ledger.unsettled().next()) {
        (ResponseMode::EachRecord, _) => SourceResponse::Items(Response::with_failures(ledger.unsettled().map(id))),
        (ResponseMode::Checkpoint, None) => SourceResponse::Items(Response::with_failures([])),
        (ResponseMode::Checkpoint, Some(lowest)) => SourceResponse::Items(checkpoint(batch, lowest)),
        (ResponseMode::Invocation, None) => SourceResponse::Succeeded,
        (ResponseMode::Invocation, Some(_)) => SourceResponse::Failed,
    }
}

/// The stream goes on from the lowest record that is not settled. If that is the batch's first, the batch is failed as a
/// whole, which says the same and lets Lambda bisect it: else all that is behind that record, other tenants' records
/// among it, would be given up together with it when its tries are used up, whatever keeps it from being settled.
fn checkpoint(batch: &Batch<'_>, lowest: usize) -> Response {
    let (id, first) = (batch.records[lowest].id(), batch.records[0].id());
    if id == first { Response::whole_batch() } else { Response::with_failures([id]) }
}

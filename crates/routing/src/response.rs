//! The response to the source, made from the outcome of the batch.

use sources::partial_batch::Response;
use sources::{Batch, ResponseMode};

use crate::outcome::BatchOutcome;

/// The response of the router to its source.
#[derive(Debug, PartialEq, Eq)]
pub enum SourceResponse {
    /// A partial batch response: the records that the source has to redeliver. An empty list means that all are acknowledged. For
    /// a FIFO queue it includes the records behind an unacknowledged one in its message group, unless the backend acknowledged
    /// them in the same Invoke.
    Items(Response),
    /// The invocation succeeds: every record is acknowledged.
    Succeeded,
    /// The invocation fails: a record is not acknowledged, and the source redelivers the whole event.
    Failed,
}

impl SourceResponse {
    pub(crate) fn new(batch: &Batch<'_>, outcome: &BatchOutcome) -> Self {
        let id = |index: usize| batch.records[index].id();
        match (batch.response_mode, outcome.unacked().next()) {
            (ResponseMode::EachRecord, _) => Self::Items(Response::with_failures(outcome.unacked().map(id))),
            (ResponseMode::Checkpoint, None) => Self::Items(Response::with_failures([])),
            (ResponseMode::Checkpoint, Some(lowest)) => Self::Items(checkpoint(batch, lowest)),
            (ResponseMode::Invocation, None) => Self::Succeeded,
            (ResponseMode::Invocation, Some(_)) => Self::Failed,
        }
    }

    /// The partial batch response, where the source takes one.
    #[must_use]
    pub fn items(&self) -> Option<&Response> {
        match self {
            Self::Items(response) => Some(response),
            Self::Succeeded | Self::Failed => None,
        }
    }
}

/// Names the lowest unacknowledged record: Lambda redelivers the stream from there. If it is the first of the batch, or of its
/// first aggregate, the response names `""` instead: the same records are redelivered, but only then may Lambda bisect the batch.
/// Without bisection Lambda would discard all records behind that record together with it when its retries are used up, those of
/// other tenants included.
fn checkpoint(batch: &Batch<'_>, lowest: usize) -> Response {
    let (id, first) = (batch.records[lowest].id(), batch.records[0].id());
    if id == first { Response::whole_batch() } else { Response::with_failures([id]) }
}

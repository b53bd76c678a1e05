//! What is told of an event, as facts.

use serde::Serialize;

use super::selector::SelectorResult;

/// What the router would do with an event.
#[derive(Debug, Serialize)]
pub(super) struct ExplainReport {
    /// The function that is built for this source.
    pub(super) router: &'static str,
    /// What had to be done to make an event of what was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wrapped: Option<&'static str>,
    /// The queue or stream, where the event names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_arn: Option<String>,
    pub(super) order: ExplainedOrder,
    pub(super) carrier: Carrier,
    pub(super) registry: RegistryUse,
    pub(super) on_reject: ExplainedOnReject,
    pub(super) records: Vec<ExplainedRecord>,
    /// What is sent, if all of it succeeds: the rounds one after the other, each round's sub-batches side by side.
    pub(super) rounds: Vec<Vec<ExplainedSubBatch>>,
}

impl ExplainReport {
    pub(super) fn rejected(&self) -> usize {
        self.records.iter().filter(|record| matches!(record.fate, ExplainedOutcome::Rejected { .. })).count()
    }

    pub(super) fn sent(&self) -> usize {
        self.records.iter().filter(|record| matches!(record.fate, ExplainedOutcome::Sent { .. })).count()
    }
}

/// Which records wait for which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExplainedOrder {
    /// None for any.
    None,
    /// A FIFO queue's, within a message group.
    MessageGroup,
    /// A stream's, within a tenant's partition key.
    PartitionKey,
    /// A stream's, within a tenant's item.
    Item,
}

/// What carries records to the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Carrier {
    /// An Invoke that waits for its answer.
    Invoke,
    /// An Invoke that does not.
    AsyncInvoke,
    /// A message to the bridge's queue.
    BridgeMessage,
    /// The answer to the pipe.
    PipeOutput,
}

/// Whether the registry had a say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RegistryUse {
    /// The configuration has none.
    None,
    /// It has one, which was not asked.
    NotAsked,
    /// It was asked as far as a file of its items can stand for it.
    File,
}

/// What becomes of rejected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExplainedOnReject {
    Quarantine,
    Redrive,
    /// A task's caller is told.
    Answered,
}

/// One record.
#[derive(Debug, Serialize)]
pub(super) struct ExplainedRecord {
    pub(super) index: usize,
    /// The identifier by which the source is answered.
    pub(super) id: String,
    /// The identifier in its own bytes, where that is another: a record of an aggregate, a bridge's stream record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order_key: Option<String>,
    #[serde(flatten)]
    pub(super) fate: ExplainedOutcome,
    /// What each selector alone says.
    pub(super) selectors: Vec<SelectorResult>,
}

/// What becomes of a record.
#[derive(Debug, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub(super) enum ExplainedOutcome {
    Sent {
        tenant: String,
        /// From 1.
        round: usize,
        /// Its number among all that is sent, from 1.
        sub_batch: usize,
    },
    Waits {
        tenant: String,
        cause: &'static str,
        why: &'static str,
    },
    Rejected {
        reason: &'static str,
        meaning: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        selector: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        offending_value: Option<String>,
        remedy: &'static str,
        #[serde(skip)]
        turn: RejectionTime,
    },
    Postponed,
    Panicked,
}

/// When a rejected record goes its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RejectionTime {
    /// In this invocation.
    Now,
    /// After an earlier one of its stream, which stays.
    Later,
}

/// One sub-batch.
#[derive(Debug, Serialize)]
pub(super) struct ExplainedSubBatch {
    /// From 1, over all rounds.
    pub(super) number: usize,
    pub(super) tenant: String,
    /// The name of its backend, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend: Option<String>,
    /// Positions in the event.
    pub(super) records: Vec<usize>,
    pub(super) bytes: usize,
}

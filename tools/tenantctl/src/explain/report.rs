//! The report of `explain`. The names of fields and variants are part of the JSON output.

use serde::Serialize;

use super::selector::SelectorResult;

/// What the router does with an event.
#[derive(Debug, Serialize)]
pub(super) struct ExplainReport {
    /// The router for this source.
    pub(super) router: &'static str,
    /// How a single record was made into an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wrapped: Option<&'static str>,
    /// The ARN of the queue or stream, if the event has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_arn: Option<String>,
    pub(super) order: ExplainedOrder,
    pub(super) carrier: Carrier,
    pub(super) registry: RegistryUse,
    pub(super) on_reject: ExplainedOnReject,
    pub(super) records: Vec<ExplainedRecord>,
    /// What is sent if every Invoke succeeds. Rounds run one after the other; the sub-batches of a round run in parallel.
    pub(super) rounds: Vec<Vec<ExplainedSubBatch>>,
}

impl ExplainReport {
    pub(super) fn rejected(&self) -> usize {
        self.records
            .iter()
            .filter(|record| matches!(record.outcome, ExplainedOutcome::Rejected { .. }))
            .count()
    }

    pub(super) fn sent(&self) -> usize {
        self.records.iter().filter(|record| matches!(record.outcome, ExplainedOutcome::Sent { .. })).count()
    }
}

/// The order that the source requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExplainedOrder {
    /// No order.
    None,
    /// Within a message group of a FIFO queue.
    MessageGroup,
    /// Within a tenant's partition key of a stream.
    PartitionKey,
    /// Within a tenant's item of a DynamoDB stream.
    Item,
}

/// What carries records to the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Carrier {
    /// A synchronous Invoke.
    Invoke,
    /// An asynchronous Invoke.
    AsyncInvoke,
    /// A message to the bridge's queue.
    BridgeMessage,
    /// The response to the pipe.
    PipeOutput,
}

/// Whether a registry decided about the records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RegistryUse {
    /// The configuration has no registry.
    None,
    /// The configuration has a registry, but no file of its items was given.
    NotAsked,
    /// A file of the registry's items decided.
    File,
}

/// What happens to rejected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExplainedOnReject {
    Quarantine,
    Redrive,
    /// The task's response has the error.
    Answered,
}

/// One record.
#[derive(Debug, Serialize)]
pub(super) struct ExplainedRecord {
    pub(super) index: usize,
    /// The identifier of the record in the response to the source.
    pub(super) id: String,
    /// The record's own identifier, if it differs: a record of an aggregate, or the stream record in a bridge message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order_key: Option<String>,
    #[serde(flatten)]
    pub(super) outcome: ExplainedOutcome,
    /// The result of each selector alone.
    pub(super) selectors: Vec<SelectorResult>,
}

/// What happens to a record.
#[derive(Debug, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub(super) enum ExplainedOutcome {
    Sent {
        tenant: String,
        /// From 1.
        round: usize,
        /// Its number over all rounds, from 1.
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
        when: RejectionTime,
    },
    Postponed,
    Panicked,
}

/// When a rejected record is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RejectionTime {
    /// In this invocation.
    ThisInvocation,
    /// In a later invocation: an earlier record of the stream stays, and the stream delivers both again.
    LaterInvocation,
}

/// One sub-batch.
#[derive(Debug, Serialize)]
pub(super) struct ExplainedSubBatch {
    /// From 1, over all rounds.
    pub(super) number: usize,
    pub(super) tenant: String,
    /// The name of its backend, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backend: Option<String>,
    /// Positions in the event.
    pub(super) records: Vec<usize>,
    pub(super) bytes: usize,
}

//! Decides the outcome of each record of one invocation, and the response.

use std::collections::HashSet;
use std::time::Duration;

use aws_lambda_events::sqs::SqsBatchResponse;
use serde::Serialize;

use crate::event::{Behavior, DemoEvent, DemoEventShape, DemoRecord, GroupOrder};

/// The outcome of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DemoOutcome {
    /// Processed.
    Ok,
    /// Failed with the whole invocation.
    Failed,
    /// Named in `batchItemFailures`.
    Refused,
}

/// The function error that a message asks for.
#[derive(Debug)]
pub(crate) struct RequestedFailure;

impl std::fmt::Display for RequestedFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the invocation fails on request: a message has \"do\": \"fail\" or \"refuse\": no action needed"
        )
    }
}

impl std::error::Error for RequestedFailure {}

/// Decides the outcome of all records, in their order.
///
/// After a refused record, the rest of its group or key is refused too: a handler of a FIFO queue or a stream stops at the
/// first failure and returns what it has not processed [Lambda developer guide, "Handling errors for an SQS event source
/// in Lambda"; for streams, "Configuring partial batch response with Kinesis Data Streams and Lambda"].
pub(crate) fn decide(records: &[DemoRecord]) -> Vec<DemoOutcome> {
    if records.iter().any(|record| record.behavior() == Behavior::Fail) {
        return vec![DemoOutcome::Failed; records.len()];
    }
    let mut stopped = HashSet::new();
    records.iter().map(|record| decide_one(record, &mut stopped)).collect()
}

fn decide_one<'r>(record: &'r DemoRecord, stopped: &mut HashSet<&'r str>) -> DemoOutcome {
    let ordered_group = record.group.as_deref().filter(|_| record.order == GroupOrder::ByGroup);
    let refused =
        record.behavior() == Behavior::Refuse || ordered_group.is_some_and(|group| stopped.contains(group));
    if !refused {
        return DemoOutcome::Ok;
    }
    stopped.extend(ordered_group);
    DemoOutcome::Refused
}

/// Returns the duration of the invocation: the sum of its slow records.
pub(crate) fn pause(records: &[DemoRecord], outcomes: &[DemoOutcome]) -> Duration {
    let slow = records
        .iter()
        .zip(outcomes)
        .filter(|(record, outcome)| **outcome == DemoOutcome::Ok && record.behavior() == Behavior::Slow);
    Duration::from_millis(slow.map(|(record, _)| record.message.ms).sum())
}

/// The response of an invocation.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum DemoResponse {
    /// A partial batch response, in the shape that queues and streams share.
    Items(SqsBatchResponse),
    /// A bare object is done.
    Done { ok: bool, id: String },
}

/// Builds the response.
///
/// # Errors
/// A message asks for a function error, or for the refusal of a bare object, which cannot be refused in part.
pub(crate) fn respond(event: &DemoEvent, outcomes: &[DemoOutcome]) -> Result<DemoResponse, RequestedFailure> {
    let refused = outcomes.contains(&DemoOutcome::Refused) && event.shape == DemoEventShape::Bare;
    if refused || outcomes.contains(&DemoOutcome::Failed) {
        return Err(RequestedFailure);
    }
    if let (DemoEventShape::Bare, [record]) = (event.shape, &*event.records) {
        return Ok(DemoResponse::Done { ok: true, id: record.message.id.clone() });
    }
    let mut response = SqsBatchResponse::default();
    let refused = event.records.iter().zip(outcomes).filter(|(_, outcome)| **outcome == DemoOutcome::Refused);
    response.set_failures(refused.map(|(record, _)| &record.message_id));
    Ok(DemoResponse::Items(response))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::records;
    use serde_json::{Value, json};

    fn json_of(batch: &DemoEvent, outcomes: &[DemoOutcome]) -> Option<Value> {
        respond(batch, outcomes).ok().map(|response| serde_json::to_value(response).unwrap())
    }

    fn batch(records: Vec<DemoRecord>) -> DemoEvent {
        DemoEvent { records, shape: DemoEventShape::Records }
    }

    fn message(behavior: &str) -> Value {
        json!({ "tenantId": "a", "id": "1", "do": behavior, "ms": 40 })
    }

    #[test]
    fn failing_message_fails_the_whole_invocation() {
        let batch = batch(records("q", 1, &[(message("ok"), None), (message("fail"), None)]));
        let outcomes = decide(&batch.records);
        assert_eq!(outcomes, [DemoOutcome::Failed, DemoOutcome::Failed]);
        assert!(respond(&batch, &outcomes).is_err());
    }

    #[test]
    fn only_a_refused_message_is_named() {
        let batch = batch(records(
            "q",
            1,
            &[(message("ok"), None), (message("refuse"), None), (message("ok"), None)],
        ));
        let outcomes = decide(&batch.records);
        assert_eq!(
            json_of(&batch, &outcomes),
            Some(json!({ "batchItemFailures": [{ "itemIdentifier": "m1" }] }))
        );
    }

    #[test]
    fn refusal_stops_its_fifo_group_only() {
        let records = records(
            "q.fifo",
            1,
            &[
                (message("ok"), Some("g")),
                (message("refuse"), Some("g")),
                (message("ok"), Some("h")),
                (message("ok"), Some("g")),
            ],
        );
        assert_eq!(
            decide(&records),
            [DemoOutcome::Ok, DemoOutcome::Refused, DemoOutcome::Ok, DemoOutcome::Refused]
        );
    }

    #[test]
    fn standard_queue_groups_keep_no_order() {
        let records = records("q", 1, &[(message("refuse"), Some("g")), (message("ok"), Some("g"))]);
        assert_eq!(decide(&records), [DemoOutcome::Refused, DemoOutcome::Ok]);
    }

    #[test]
    fn slow_messages_add_up() {
        let records =
            records("q", 1, &[(message("slow"), None), (message("ok"), None), (message("slow"), None)]);
        assert_eq!(pause(&records, &decide(&records)), Duration::from_millis(80));
    }

    #[test]
    fn empty_batch_is_a_success() {
        assert_eq!(json_of(&batch(Vec::new()), &decide(&[])), Some(json!({ "batchItemFailures": [] })));
    }

    #[test]
    fn bare_object_succeeds_or_fails_as_a_whole() {
        for (behavior, done) in [("ok", true), ("refuse", false), ("fail", false)] {
            let batch = DemoEvent {
                records: records("q", 1, &[(message(behavior), None)]),
                shape: DemoEventShape::Bare,
            };
            let response = json_of(&batch, &decide(&batch.records));
            assert_eq!(response, done.then(|| json!({ "ok": true, "id": "1" })), "{behavior}");
        }
    }
}

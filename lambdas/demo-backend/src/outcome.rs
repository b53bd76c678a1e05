//! What becomes of each record of one invocation.

use std::collections::HashSet;
use std::time::Duration;

use aws_lambda_events::sqs::SqsBatchResponse;
use serde::Serialize;

use crate::event::{Batch, Conduct, Order, Record, Shape};

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// Processed.
    Ok,
    /// Lost with the whole invocation.
    Failed,
    /// Named in `batchItemFailures`.
    Refused,
}

/// The function error that a message asked for.
#[derive(Debug)]
pub(crate) struct ToldToFail;

impl std::fmt::Display for ToldToFail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the invocation failed: a message says \"do\": \"fail\": it was told to, nothing to do")
    }
}

impl std::error::Error for ToldToFail {}

/// Decides for all records, in their order.
///
/// After a refusal the rest of its group or key is refused too: a handler of a FIFO queue or a stream stops at the first
/// failure and returns what it has not processed [Lambda developer guide, "Handling errors for an SQS event source in
/// Lambda"; for streams, "Configuring partial batch response with Kinesis Data Streams and Lambda"]. A bare object cannot
/// be refused in part: it fails.
pub(crate) fn decide(records: &[Record]) -> Vec<Outcome> {
    if records.iter().any(|record| record.conduct() == Conduct::Fail) {
        return vec![Outcome::Failed; records.len()];
    }
    let mut stopped = HashSet::new();
    records.iter().map(|record| decide_one(record, &mut stopped)).collect()
}

fn decide_one<'r>(record: &'r Record, stopped: &mut HashSet<&'r str>) -> Outcome {
    let with_order_key = record.group.as_deref().filter(|_| record.order == Order::ByGroup);
    let refused =
        record.conduct() == Conduct::Refuse || with_order_key.is_some_and(|group| stopped.contains(group));
    if !refused {
        return Outcome::Ok;
    }
    stopped.extend(with_order_key);
    Outcome::Refused
}

/// How long the invocation takes: its slow records, one after the other.
pub(crate) fn pause(records: &[Record], outcomes: &[Outcome]) -> Duration {
    let slow = records
        .iter()
        .zip(outcomes)
        .filter(|(record, outcome)| **outcome == Outcome::Ok && record.conduct() == Conduct::Slow);
    Duration::from_millis(slow.map(|(record, _)| record.message.ms).sum())
}

/// What the router is told.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// The partial batch response, whose shape queues and streams share.
    Items(SqsBatchResponse),
    /// That a bare object is done.
    Done { ok: bool, id: String },
}

/// The partial batch response; for a bare object, that it is done.
///
/// # Errors
/// The function error, where a message asks for one.
pub(crate) fn answer(batch: &Batch, outcomes: &[Outcome]) -> Result<Answer, ToldToFail> {
    let refused = outcomes.contains(&Outcome::Refused) && batch.shape == Shape::Bare;
    if refused || outcomes.contains(&Outcome::Failed) {
        return Err(ToldToFail);
    }
    if let (Shape::Bare, [record]) = (batch.shape, &*batch.records) {
        return Ok(Answer::Done { ok: true, id: record.message.id.clone() });
    }
    let mut response = SqsBatchResponse::default();
    let refused = batch.records.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Refused);
    response.set_failures(refused.map(|(record, _)| &record.message_id));
    Ok(Answer::Items(response))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::records;
    use serde_json::{Value, json};

    fn json_of(batch: &Batch, outcomes: &[Outcome]) -> Option<Value> {
        answer(batch, outcomes).ok().map(|answer| serde_json::to_value(answer).unwrap())
    }

    fn batch(records: Vec<Record>) -> Batch {
        Batch { records, shape: Shape::Records }
    }

    fn message(conduct: &str) -> Value {
        json!({ "tenantId": "a", "id": "1", "do": conduct, "ms": 40 })
    }

    #[test]
    fn one_message_that_fails_takes_the_whole_invocation_with_it() {
        let batch = batch(records("q", 1, &[(message("ok"), None), (message("fail"), None)]));
        let outcomes = decide(&batch.records);
        assert_eq!(outcomes, [Outcome::Failed, Outcome::Failed]);
        assert!(answer(&batch, &outcomes).is_err());
    }

    #[test]
    fn a_refused_message_is_named_and_the_others_are_not() {
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
    fn after_a_refusal_the_rest_of_the_fifo_group_is_refused_and_other_groups_are_not() {
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
        assert_eq!(decide(&records), [Outcome::Ok, Outcome::Refused, Outcome::Ok, Outcome::Refused]);
    }

    #[test]
    fn a_standard_queue_s_groups_keep_no_order() {
        let records = records("q", 1, &[(message("refuse"), Some("g")), (message("ok"), Some("g"))]);
        assert_eq!(decide(&records), [Outcome::Refused, Outcome::Ok]);
    }

    #[test]
    fn slow_messages_take_their_time_one_after_the_other() {
        let records =
            records("q", 1, &[(message("slow"), None), (message("ok"), None), (message("slow"), None)]);
        assert_eq!(pause(&records, &decide(&records)), Duration::from_millis(80));
    }

    #[test]
    fn an_empty_batch_is_a_success() {
        assert_eq!(json_of(&batch(Vec::new()), &decide(&[])), Some(json!({ "batchItemFailures": [] })));
    }

    #[test]
    fn a_bare_object_is_done_or_fails_as_a_whole() {
        for (conduct, done) in [("ok", true), ("refuse", false), ("fail", false)] {
            let batch = Batch { records: records("q", 1, &[(message(conduct), None)]), shape: Shape::Bare };
            let answer = json_of(&batch, &decide(&batch.records));
            assert_eq!(answer, done.then(|| json!({ "ok": true, "id": "1" })), "{conduct}");
        }
    }
}

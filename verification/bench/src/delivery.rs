//! Checks that a batch was delivered completely: the records at the backend and the response to the source. A measurement
//! counts only if both are complete.

use aws_model::events::identifiers;
use serde::Deserialize;
use testbed::invoke_api::Recorded;
use testbed::{Answer, Call, Outcome};

use crate::batch::Batch;
use crate::payload::Payload;
use crate::scenario::Scenario;
use crate::source::Source;

/// Returns the script of the backend. It returns the payload of a task, so that the check can recognise the result. For other
/// sources it returns `null`.
pub(crate) fn backend(scenario: &Scenario) -> impl Fn(&Call) -> Answer + Send + Sync + 'static {
    let (source, latency) = (scenario.batch.source, scenario.latency);
    move |call| {
        let answer =
            if source == Source::Task { Answer::ok(call.payload.clone()) } else { Answer::ok("null") };
        answer.after(latency)
    }
}

/// Checks one delivery.
///
/// # Errors
/// If records are missing or the response is wrong.
pub(crate) fn check(
    batch: &Batch,
    payload: Payload,
    outcome: &Outcome,
    calls: &[Recorded],
) -> Result<(), String> {
    let arrived = match (payload, outcome) {
        (Payload::Nothing, Outcome::Response(body)) => enriched(batch, body),
        (Payload::Nothing, _) => 0,
        (Payload::Record | Payload::Event, _) => {
            calls.iter().map(|recorded| records_in(&recorded.call, batch, payload)).sum()
        }
    };
    if is_acked(batch, outcome) && u32::try_from(arrived) == Ok(batch.records) {
        return Ok(());
    }
    let response = match outcome {
        Outcome::Response(body) => String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned(),
        other => format!("{other:?}"),
    };
    Err(format!("{arrived} of {} records arrived, and the response was {response}", batch.records))
}

/// Returns whether this response acknowledges the whole batch.
fn is_acked(batch: &Batch, outcome: &Outcome) -> bool {
    let Outcome::Response(body) = outcome else { return false };
    match batch.source {
        Source::Sqs | Source::Kinesis | Source::DynamoDb => body == br#"{"batchItemFailures":[]}"#,
        Source::EventBridge => body == b"null",
        // The response consists of the records, which are counted.
        Source::Pipes => true,
        Source::Task => *body == batch.order(0).to_string().into_bytes(),
    }
}

fn records_in(call: &Call, batch: &Batch, payload: Payload) -> usize {
    match (payload, batch.source) {
        (_, Source::EventBridge | Source::Task) => {
            usize::from(call.tenant_id.as_deref() == Some(&batch.tenant(0)))
        }
        (Payload::Event, _) => identifiers(&call.payload).len(),
        (Payload::Record | Payload::Nothing, _) => 1,
    }
}

/// Returns the number of records in the response of an enrichment. Returns 0 if a record is in the wrong place or has the wrong
/// tenant.
fn enriched(batch: &Batch, body: &[u8]) -> usize {
    #[derive(Deserialize)]
    struct Enriched {
        tenant_id: String,
        record: Message,
    }
    #[derive(Deserialize)]
    struct Message {
        #[serde(rename = "messageId")]
        message_id: String,
    }
    let enriched: Vec<Enriched> = serde_json::from_slice(body).unwrap_or_default();
    let is_right = |(at, one): &(u32, &Enriched)| {
        one.tenant_id == batch.tenant(*at) && one.record.message_id == Batch::message_id(*at)
    };
    let right = (0..).zip(&enriched).filter(is_right).count();
    if right == enriched.len() { right } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: &str) -> Outcome {
        Outcome::Response(body.as_bytes().to_vec())
    }

    fn acks(source: Source, body: &str) -> bool {
        is_acked(&Batch::of(1, 1).from(source), &response(body))
    }

    #[test]
    fn only_the_right_response_acks_a_batch() {
        let batch = r#"{"batchItemFailures":[]}"#;
        let order = Batch::of(1, 1).order(0).to_string();
        for (source, right, wrong) in [
            (Source::Sqs, batch, "null"),
            (Source::Kinesis, batch, "null"),
            (Source::DynamoDb, batch, r#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#),
            (Source::EventBridge, "null", batch),
            (Source::Task, &order, "null"),
        ] {
            assert!(acks(source, right) && !acks(source, wrong), "{source:?}");
        }
    }

    #[test]
    fn pipe_response_has_each_record_in_order_with_its_tenant() {
        let batch = Batch::of(3, 2).from(Source::Pipes);
        let one = |at: u32, tenant: u32| {
            let (id, tenant) = (Batch::message_id(at), batch.tenant(tenant));
            format!(r#"{{"tenant_id":"{tenant}","record":{{"messageId":"{id}"}}}}"#)
        };
        let checked = |records: &[String]| {
            let answer = response(&format!("[{}]", records.join(",")));
            check(&batch, Payload::Nothing, &answer, &[])
        };
        assert_eq!(checked(&[one(0, 0), one(1, 1), one(2, 0)]), Ok(()));
        for wrong in [
            &[one(0, 0), one(1, 1)][..],
            &[one(0, 0), one(1, 0), one(2, 0)],
            &[one(1, 1), one(0, 0), one(2, 0)],
            &[one(0, 0), one(1, 1), one(2, 0), one(2, 0)],
        ] {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
        assert!(check(&batch, Payload::Nothing, &response("null"), &[]).is_err());
    }
}

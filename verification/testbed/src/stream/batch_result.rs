//! The result of a batch, as an event source mapping reads it from the response of a stream's function [Lambda developer
//! guide, "Configuring partial batch response with Kinesis Data Streams and Lambda", "Success and failure conditions"].

use serde_json::Value;

use crate::runtime_api::Outcome;

/// The result of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BatchResult {
    Success,
    /// The records before this position are acknowledged. It is the lowest position that the response names.
    Checkpoint(usize),
    Failure,
}

impl BatchResult {
    /// Reads the result from an outcome. `numbers` holds the sequence numbers of the batch, in order.
    pub(super) fn of(outcome: &Outcome, numbers: &[String]) -> Self {
        let Outcome::Response(body) = outcome else { return Self::Failure };
        let Ok(answer) = serde_json::from_slice::<Value>(body) else { return Self::Failure };
        let failures = match answer.get("batchItemFailures") {
            None | Some(Value::Null) => return Self::Success,
            Some(Value::Array(failures)) if failures.is_empty() => return Self::Success,
            Some(Value::Array(failures)) => failures,
            Some(_) => return Self::Failure,
        };
        let place = |failure: &Value| {
            let named = failure.get("itemIdentifier")?.as_str()?;
            numbers.iter().position(|number| number == named)
        };
        // An identifier that is empty, null, under another key or not of the batch fails the whole batch.
        let places: Option<Vec<usize>> = failures.iter().map(place).collect();
        places.and_then(|places| places.into_iter().min()).map_or(Self::Failure, Self::Checkpoint)
    }
}

/// Returns the sequence numbers of an event, in order. Empty if it is not an event of a stream.
#[must_use]
pub fn sequence_numbers(event: &[u8]) -> Vec<String> {
    let event: Value = serde_json::from_slice(event).unwrap_or_default();
    let records = event["Records"].as_array().into_iter().flatten();
    let number = |record: &Value| {
        let kinesis = record["kinesis"]["sequenceNumber"].as_str();
        kinesis.or_else(|| record["dynamodb"]["SequenceNumber"].as_str()).map(str::to_owned)
    };
    records.filter_map(number).collect()
}

//! How an event source mapping reads a stream function's answer [Lambda developer guide, "Configuring partial batch
//! response with Kinesis Data Streams and Lambda", "Success and failure conditions"].

use serde_json::Value;

use crate::runtime_api::Outcome;

/// What an answer says of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Success,
    /// Settled as far as this place, which is the lowest one named.
    From(usize),
    Failure,
}

impl Reading {
    /// `numbers`: the batch's sequence numbers, in its order.
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
        // One that is empty, null, under another key or not of the batch fails it whole.
        let places: Option<Vec<usize>> = failures.iter().map(place).collect();
        places.and_then(|places| places.into_iter().min()).map_or(Self::Failure, Self::From)
    }
}

/// The sequence numbers of an event's records, in order; none where it is no stream's event.
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

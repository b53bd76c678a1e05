//! The partial batch response `{"batchItemFailures":[{"itemIdentifier":"…"}]}`, read from a backend and written to a
//! source [Lambda developer guide, "Implementing partial batch responses"].

use std::collections::HashMap;

use aws_lambda_events::streams::KinesisEventResponse;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::object::{self, JsonString};

/// The response to the source, in Lambda's format: the identifiers of the records that it must retry.
///
/// Lambda reads the same shape for queues and streams. `aws_lambda_events` has one type for each, and both have a
/// default, which means that all records succeeded. This type has no default, so that no such response is made by
/// mistake.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Response(KinesisEventResponse);

impl Response {
    /// Makes the response that lists the records with these identifiers as failed.
    #[must_use]
    pub fn with_failures<'r>(ids: impl IntoIterator<Item = &'r str>) -> Self {
        let mut response = KinesisEventResponse::default();
        response.set_failures(ids);
        Self(response)
    }

    /// Makes the response that fails the batch as a whole: one empty identifier.
    ///
    /// For a stream this differs from listing the first record, because Lambda bisects only a batch that failed as a
    /// whole [Lambda developer guide, "Configuring partial batch response with Kinesis Data Streams and Lambda"].
    #[must_use]
    pub fn whole_batch() -> Self {
        Self::with_failures([""])
    }
}

/// Why a backend's answer acknowledges no record. The messages do not quote the answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UnusableAnswer {
    /// The answer is not JSON, or does not have the shape of a partial batch response.
    #[error("the answer is not a partial batch response")]
    Shape,
    /// An `itemIdentifier` is missing, `null` or empty.
    #[error("the answer has a batch item failure without itemIdentifier")]
    NoIdentifier,
    /// An `itemIdentifier` is not one of the sub-batch's.
    #[error("the answer names a record that is not in the sub-batch")]
    Foreign,
}

/// Reads a backend's answer to a sub-batch whose records have the identifiers `ids`. Returns the positions in `ids` of
/// the records that the answer lists as failed, in ascending order. If an identifier occurs more than once in `ids`, all
/// its positions are returned.
///
/// An empty answer, `null`, an object without the list, a `null` list and an empty list mean that all records succeeded.
///
/// # Errors
/// If Lambda would fail the whole batch for this answer [Lambda developer guide, "Implementing partial batch
/// responses"]. Then every record of the sub-batch must be retried.
///
/// ```
/// use sources::partial_batch::{UnusableAnswer, failed_positions};
///
/// let answer = br#"{"batchItemFailures":[{"itemIdentifier":"m-2"}]}"#;
/// assert_eq!(failed_positions(answer, &["m-1", "m-2"]), Ok(vec![1]));
/// assert_eq!(failed_positions(answer, &["m-1"]), Err(UnusableAnswer::Foreign));
/// ```
pub fn failed_positions(answer: &[u8], ids: &[&str]) -> Result<Vec<usize>, UnusableAnswer> {
    // Only JSON's white space: `trim_ascii` would also trim a form feed, which JSON does not allow.
    let answer = std::str::from_utf8(answer).map_err(|_| UnusableAnswer::Shape)?;
    let answer = answer.trim_matches([' ', '\t', '\n', '\r']);
    if answer.is_empty() || answer == "null" {
        return Ok(Vec::new());
    }
    let answer: BackendAnswer<'_> = object::read(answer).map_err(|_| UnusableAnswer::Shape)?;
    let failures = answer.failures.unwrap_or_default();
    if failures.is_empty() {
        return Ok(Vec::new());
    }
    let mut positions: HashMap<&str, Vec<usize>> = HashMap::with_capacity(ids.len());
    for (position, id) in ids.iter().enumerate() {
        positions.entry(id).or_default().push(position);
    }
    let mut failed = Vec::with_capacity(failures.len());
    for failure in failures {
        let failure: BatchItemFailure<'_> = object::read(failure.get()).map_err(|_| UnusableAnswer::Shape)?;
        let JsonString(id) = failure.id.filter(|id| !id.0.is_empty()).ok_or(UnusableAnswer::NoIdentifier)?;
        failed.extend(positions.get(id.as_ref()).ok_or(UnusableAnswer::Foreign)?);
    }
    failed.sort_unstable();
    failed.dedup();
    Ok(failed)
}

/// A backend's answer to a sub-batch.
#[derive(Deserialize)]
struct BackendAnswer<'a> {
    #[serde(borrow, rename = "batchItemFailures")]
    failures: Option<Vec<&'a RawValue>>,
}

/// One item of the list. An item whose identifier has another key is an item without an identifier.
#[derive(Deserialize)]
struct BatchItemFailure<'a> {
    #[serde(borrow, rename = "itemIdentifier")]
    id: Option<JsonString<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_sorted_and_equal_ids_fail_together() {
        let answer =
            br#"{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"\u0061","note":1}]}"#;
        assert_eq!(failed_positions(answer, &["a", "b", "a", "c"]), Ok(vec![0, 2, 3]));
    }

    #[test]
    fn empty_answers_mean_that_nothing_failed() {
        for answer in ["", " \n", "null", "{}", "{\"batchItemFailures\":null}", "{\"batchItemFailures\":[]}"]
        {
            assert_eq!(failed_positions(answer.as_bytes(), &["a"]), Ok(vec![]), "{answer:?}");
        }
    }

    #[test]
    fn answers_that_lambda_would_refuse_are_unusable() {
        for (answer, error) in [
            (&b"\xff"[..], UnusableAnswer::Shape),
            (b"nul", UnusableAnswer::Shape),
            (b"\x0c", UnusableAnswer::Shape),
            (b"\x0cnull", UnusableAnswer::Shape),
            (b"[]", UnusableAnswer::Shape),
            (b"{\"batchItemFailures\":[]} {}", UnusableAnswer::Shape),
            (b"{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}", UnusableAnswer::NoIdentifier),
            (b"{\"batchItemFailures\":[{\"item\":\"a\"}]}", UnusableAnswer::NoIdentifier),
            (b"{\"batchItemFailures\":[{\"itemIdentifier\":\"A\"}]}", UnusableAnswer::Foreign),
            (b"{\"batchItemFailures\":[{\"itemIdentifier\":\"a \"}]}", UnusableAnswer::Foreign),
        ] {
            assert_eq!(failed_positions(answer, &["a"]), Err(error));
        }
    }

    #[test]
    fn response_has_the_shape_that_lambda_reads() {
        let json =
            |ids: &[&str]| serde_json::to_string(&Response::with_failures(ids.iter().copied())).unwrap();
        assert_eq!(json(&[]), "{\"batchItemFailures\":[]}");
        assert_eq!(
            json(&["a", "b"]),
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"},{\"itemIdentifier\":\"b\"}]}"
        );
    }
}

//! The partial batch response `{"batchItemFailures":[{"itemIdentifier":"…"}]}`, read from the backend and
//! written to the source [Lambda developer guide, "Implementing partial batch responses"].

use std::collections::HashMap;

use aws_lambda_events::streams::KinesisEventResponse;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::object::{self, Text};

/// What the source is told: the records that it has to deliver again. Lambda reads one shape from queues and streams, and
/// `aws_lambda_events` has a type of it for each. Unlike those, this one is never made empty by mistake: it has no default.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Response(KinesisEventResponse);

impl Response {
    /// The response that names these records' identifiers.
    #[must_use]
    pub fn naming<'r>(ids: impl IntoIterator<Item = &'r str>) -> Self {
        let mut response = KinesisEventResponse::default();
        response.set_failures(ids);
        Self(response)
    }

    /// The response that fails the batch as a whole: an empty identifier. To a stream it says more than the name of the
    /// first record does, since only a batch that failed is bisected [Lambda developer guide, "Configuring partial batch
    /// response with Kinesis Data Streams and Lambda"].
    #[must_use]
    pub fn whole() -> Self {
        Self::naming([""])
    }
}

/// Why a backend's answer settles nothing. None of these quotes the answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UnusableAnswer {
    /// The answer is no JSON, or not of the response's shape.
    #[error("the answer is not a partial batch response")]
    Shape,
    /// An `itemIdentifier` that is missing, `null` or empty.
    #[error("the answer has a batch item failure without itemIdentifier")]
    NoIdentifier,
    /// An `itemIdentifier` that is none of the sub-batch's.
    #[error("the answer names a record that the sub-batch does not hold")]
    Foreign,
}

/// Reads a backend's answer to the sub-batch of the records `ids`; returns the positions in `ids` that the
/// answer names as failed (every one of them, where an identifier occurs more than once).
///
/// Nothing at all, `null`, an object without list, a `null` list and an empty list mean that all went well.
///
/// # Errors
/// As Lambda itself would fail the whole batch: then every record of the sub-batch is to be retried.
pub fn failed_positions(answer: &[u8], ids: &[&str]) -> Result<Vec<usize>, UnusableAnswer> {
    // White space as JSON has it: a form feed, which ASCII counts as such, makes the answer none.
    let answer = std::str::from_utf8(answer).map_err(|_| UnusableAnswer::Shape)?;
    let answer = answer.trim_matches([' ', '\t', '\n', '\r']);
    if answer.is_empty() || answer == "null" {
        return Ok(Vec::new());
    }
    let answer: Answer<'_> = object::read(answer).map_err(|_| UnusableAnswer::Shape)?;
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
        let named: Named<'_> = object::read(failure.get()).map_err(|_| UnusableAnswer::Shape)?;
        let Text(id) = named.id.filter(|id| !id.0.is_empty()).ok_or(UnusableAnswer::NoIdentifier)?;
        failed.extend(positions.get(id.as_ref()).ok_or(UnusableAnswer::Foreign)?);
    }
    failed.sort_unstable();
    failed.dedup();
    Ok(failed)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, rename = "batchItemFailures")]
    failures: Option<Vec<&'a RawValue>>,
}

/// One entry of the list. An entry under another key name reads as one without identifier.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, rename = "itemIdentifier")]
    id: Option<Text<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_the_sub_batch_and_twins_fail_together() {
        let answer =
            br#"{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"\u0061","note":1}]}"#;
        assert_eq!(failed_positions(answer, &["a", "b", "a", "c"]), Ok(vec![0, 2, 3]));
    }

    #[test]
    fn nothing_failed_in_every_way_of_saying_so() {
        for answer in ["", " \n", "null", "{}", "{\"batchItemFailures\":null}", "{\"batchItemFailures\":[]}"]
        {
            assert_eq!(failed_positions(answer.as_bytes(), &["a"]), Ok(vec![]), "{answer:?}");
        }
    }

    #[test]
    fn what_lambda_would_fail_a_batch_for_is_unusable() {
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
    fn the_response_has_the_shape_that_lambda_reads() {
        let json = |ids: &[&str]| serde_json::to_string(&Response::naming(ids.iter().copied())).unwrap();
        assert_eq!(json(&[]), "{\"batchItemFailures\":[]}");
        assert_eq!(
            json(&["a", "b"]),
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"},{\"itemIdentifier\":\"b\"}]}"
        );
    }
}

//! The partial batch response of a function, as an event source mapping reads it [Lambda developer guide, "Implementing partial
//! batch responses" for Amazon SQS, "Configuring partial batch response" for Kinesis and DynamoDB, "Success and failure
//! conditions"].

use serde_json::Value;

/// How an invocation of a function ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionResult {
    /// The function returned these bytes.
    Response(Vec<u8>),
    /// The function failed, timed out or never ran.
    Failure,
}

/// The items that a response names as failed. `I` is an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemFailures<I = String> {
    /// The response lists these identifiers.
    Listed(Vec<I>),
    /// The response has no list, or a null one: the whole batch succeeded.
    NoList,
    /// The function failed, or its response is not valid: the whole batch failed.
    WholeBatch,
}

impl ItemFailures<String> {
    /// Reads the result of an invocation. An identifier that is null or under another key fails the whole batch.
    #[must_use]
    pub fn of(result: &FunctionResult) -> Self {
        let FunctionResult::Response(body) = result else { return Self::WholeBatch };
        let Ok(answer) = serde_json::from_slice::<Value>(body) else { return Self::WholeBatch };
        match answer.get("batchItemFailures") {
            None | Some(Value::Null) => Self::NoList,
            Some(Value::Array(failures)) => {
                let identifier = |failure: &Value| Some(failure.get("itemIdentifier")?.as_str()?.to_owned());
                failures.iter().map(identifier).collect::<Option<_>>().map_or(Self::WholeBatch, Self::Listed)
            }
            Some(_) => Self::WholeBatch,
        }
    }
}

impl<I: PartialEq> ItemFailures<I> {
    /// Returns the position of each item that a queue keeps, in a batch of these message ids. An identifier that is empty, or
    /// not of the batch, fails the whole batch.
    #[must_use]
    pub fn kept(&self, ids: &[I]) -> Vec<usize> {
        let all = || (0..ids.len()).collect();
        match self {
            Self::NoList => Vec::new(),
            Self::Listed(named) if named.iter().all(|id| ids.contains(id)) => {
                (0..ids.len()).filter(|&at| named.contains(&ids[at])).collect()
            }
            Self::WholeBatch | Self::Listed(_) => all(),
        }
    }

    /// Returns the result of a stream's batch of these sequence numbers.
    /// The lowest one that the response names is the checkpoint. A name that is empty, or not of the batch, fails the batch.
    #[must_use]
    pub fn checkpoint(&self, numbers: &[I]) -> BatchResult {
        let named = match self {
            Self::NoList => return BatchResult::Success,
            Self::WholeBatch => return BatchResult::Failure,
            Self::Listed(named) => named,
        };
        let places = named.iter().map(|named| numbers.iter().position(|number| number == named));
        match places.collect::<Option<Vec<usize>>>() {
            None => BatchResult::Failure,
            Some(places) => places.into_iter().min().map_or(BatchResult::Success, BatchResult::Checkpoint),
        }
    }
}

/// The result of a batch of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchResult {
    /// The whole batch is acknowledged.
    Success,
    /// The records before this position are acknowledged, and it is the position of a failed record.
    Checkpoint(usize),
    /// Nothing is acknowledged.
    Failure,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(body: &Value) -> FunctionResult {
        FunctionResult::Response(body.to_string().into_bytes())
    }

    fn naming(named: &[&str]) -> FunctionResult {
        let failures: Vec<Value> = named.iter().map(|id| json!({ "itemIdentifier": id })).collect();
        response(&json!({ "batchItemFailures": failures }))
    }

    fn ids() -> Vec<String> {
        ["1", "2", "3", "4"].map(str::to_owned).to_vec()
    }

    #[test]
    fn response_without_failures_acks_the_batch() {
        for body in
            [json!({ "batchItemFailures": [] }), json!({ "batchItemFailures": null }), json!({}), json!(null)]
        {
            let failures = ItemFailures::of(&response(&body));
            assert_eq!(failures.kept(&ids()), [0; 0], "{body}");
            assert_eq!(failures.checkpoint(&ids()), BatchResult::Success, "{body}");
        }
    }

    #[test]
    fn response_that_is_not_valid_fails_the_batch() {
        for result in [
            naming(&[""]),
            naming(&["9"]),
            naming(&["2", "9"]),
            response(&json!({ "batchItemFailures": [{ "itemIdentifier": null }] })),
            response(&json!({ "batchItemFailures": [{ "messageId": "2" }] })),
            response(&json!({ "batchItemFailures": "2" })),
            FunctionResult::Response(b"{".to_vec()),
            FunctionResult::Failure,
        ] {
            let failures = ItemFailures::of(&result);
            assert_eq!(failures.kept(&ids()), [0, 1, 2, 3], "{result:?}");
            assert_eq!(failures.checkpoint(&ids()), BatchResult::Failure, "{result:?}");
        }
    }

    #[test]
    fn queue_keeps_the_named_and_stream_all_from_the_lowest() {
        let failures = ItemFailures::of(&naming(&["4", "2"]));
        assert_eq!(failures.kept(&ids()), [1, 3]);
        assert_eq!(failures.checkpoint(&ids()), BatchResult::Checkpoint(1));
    }
}

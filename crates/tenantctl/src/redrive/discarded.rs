//! What Lambda writes of a batch that it gave up [Lambda developer guide, "Retain discarded batch records for a Kinesis
//! Data Streams event source in Lambda"]. Pure.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct DiscardedBatch {
    /// The event, as text; only where the destination is S3.
    payload: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct StreamEventShape<'e> {
    #[serde(borrow, rename = "Records")]
    records: Vec<&'e RawValue>,
}

#[derive(Deserialize)]
struct BatchNoticeShape {
    #[serde(rename = "KinesisBatchInfo")]
    kinesis: Option<IgnoredAny>,
    #[serde(rename = "DDBStreamBatchInfo")]
    dynamodb: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvocationShape {
    request_context: RequestContextShape,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContextShape {
    function_arn: String,
}

#[derive(Deserialize)]
struct BusEventShape {
    #[serde(rename = "detail-type")]
    detail_type: Option<IgnoredAny>,
    detail: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct FailedEventShape<'e> {
    #[serde(borrow, rename = "requestPayload")]
    request_payload: Option<&'e RawValue>,
}

/// The event of the batch that was given up, as it was.
///
/// # Errors
/// Why it cannot be had.
pub(super) fn extract_event(record: &str) -> Result<String, String> {
    let discarded: DiscardedBatch = serde_json::from_str(record)
        .map_err(|_| "it is no record of a batch that Lambda gave up, and is left alone".to_owned())?;
    let Some(payload) = discarded.payload else {
        return Err(
            "it has no payload: only an S3 destination is given the records, so read them from the stream \
                    by the sequence numbers in it, while the stream keeps them"
                .to_owned(),
        );
    };
    let event = match payload.get().as_bytes().first() {
        Some(b'"') => {
            serde_json::from_str(payload.get()).map_err(|_| "its payload is not text".to_owned())?
        }
        _ => payload.get().to_owned(),
    };
    match serde_json::from_str::<StreamEventShape<'_>>(&event) {
        Ok(StreamEventShape { records }) if !records.is_empty() => Ok(event),
        _ => Err("its payload is no event of a stream: {\"Records\":[…]}".to_owned()),
    }
}

/// The ARN of the function that was given it, with its version.
pub(super) fn function_arn(record: &str) -> Option<String> {
    let invocation: InvocationShape = serde_json::from_str(record).ok()?;
    Some(invocation.request_context.function_arn)
}

/// The event of a bus that a message holds: of a rule that could not hand it over, or of a function that failed.
// [EventBridge user guide "Using dead-letter queues to process undelivered events in EventBridge"; Lambda developer
// guide "Capturing records of Lambda asynchronous invocations"]
pub(super) fn find_bus_event(body: &str) -> Option<&str> {
    let is_event = |text: &str| {
        let event = serde_json::from_str(text);
        event.is_ok_and(|BusEventShape { detail_type, detail }| detail_type.is_some() && detail.is_some())
    };
    let failed = serde_json::from_str(body).ok().and_then(|FailedEventShape { request_payload }| request_payload);
    failed.map(RawValue::get).into_iter().chain([body]).find(|text| is_event(text))
}

/// Whether a message of a queue is such a record: it names the batch, and holds none of its records.
pub(super) fn is_notice(body: &str) -> bool {
    serde_json::from_str(body)
        .is_ok_and(|BatchNoticeShape { kinesis, dynamodb }| kinesis.is_some() || dynamodb.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"Records":[ {"n":1.0e2} ]}"#;

    #[test]
    fn the_event_is_taken_out_byte_for_byte() {
        let text = serde_json::Value::from(EVENT).to_string();
        for payload in [text.as_str(), EVENT] {
            assert_eq!(extract_event(&format!(r#"{{"version":"1.0","payload":{payload}}}"#)).as_deref(), Ok(EVENT));
        }
    }

    #[test]
    fn an_event_that_a_bus_could_not_deliver_is_found_in_its_message() {
        let event = r#"{"id":"e","detail-type":"t","source":"s","detail":{"n":1.0e2}}"#;
        let failed = format!(r#"{{"version":"1.0","requestPayload":{event},"responsePayload":null}}"#);
        assert_eq!((find_bus_event(event), find_bus_event(&failed)), (Some(event), Some(event)));
        for body in ["text", "{}", r#"{"detail":{}}"#, r#"{"requestPayload":"text"}"#] {
            assert_eq!(find_bus_event(body), None, "{body}");
        }
    }

    #[test]
    fn the_function_that_it_was_given_to_is_named_in_it() {
        let record = r#"{"requestContext":{"functionArn":"arn:f:$LATEST","condition":"c"},"payload":"{}"}"#;
        assert_eq!(function_arn(record).as_deref(), Some("arn:f:$LATEST"));
        assert_eq!((function_arn("{}"), function_arn("text")), (None, None));
    }

    #[test]
    fn what_holds_no_event_is_told_apart() {
        for (record, why) in [
            ("text", "left alone"),
            (r#"{"KinesisBatchInfo":{}}"#, "no payload"),
            (r#"{"payload":"{\"Records\":[]}"}"#, "no event"),
            (r#"{"payload":"<text>"}"#, "no event"),
        ] {
            assert!(extract_event(record).is_err_and(|problem| problem.contains(why)), "{record}");
        }
        assert!(is_notice(r#"{"DDBStreamBatchInfo":{"shardId":"s"}}"#) && !is_notice(r#"{"tenantId":"a"}"#));
    }
}

//! Reads what Lambda writes about a discarded batch [Lambda developer guide, "Retain discarded batch records for a
//! Kinesis Data Streams event source in Lambda"], and undelivered EventBridge events. No I/O.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct DiscardedBatchShape {
    /// The event as a JSON text; only an S3 destination receives it.
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

/// Extracts the event of a discarded batch, byte for byte.
///
/// # Errors
/// Why there is no event.
pub(super) fn extract_event(record: &str) -> Result<String, String> {
    let discarded: DiscardedBatchShape = serde_json::from_str(record)
        .map_err(|_| "it does not describe a discarded batch, so it is not changed".to_owned())?;
    let Some(payload) = discarded.payload else {
        return Err(
            "it has no payload: Lambda writes records to S3 destinations only, so read them from the stream by the \
                    sequence numbers in it, before the stream's retention period ends"
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
        _ => Err("its payload is not an event of a stream: {\"Records\":[…]}".to_owned()),
    }
}

/// Returns the ARN, with the version, of the function that Lambda invoked with the batch or the event.
pub(super) fn function_arn(record: &str) -> Option<String> {
    let invocation: InvocationShape = serde_json::from_str(record).ok()?;
    Some(invocation.request_context.function_arn)
}

/// Finds the EventBridge event in a message: of a rule that could not deliver it, or of a function that failed.
// [EventBridge user guide "Using dead-letter queues to process undelivered events in EventBridge"; Lambda developer
// guide "Capturing records of Lambda asynchronous invocations"]
pub(super) fn find_bus_event(body: &str) -> Option<&str> {
    let is_event = |text: &str| {
        let event = serde_json::from_str(text);
        event.is_ok_and(|BusEventShape { detail_type, detail }| detail_type.is_some() && detail.is_some())
    };
    let failed =
        serde_json::from_str(body).ok().and_then(|FailedEventShape { request_payload }| request_payload);
    failed.map(RawValue::get).into_iter().chain([body]).find(|text| is_event(text))
}

/// Returns whether the message describes a discarded batch. Such a message does not contain the batch's records.
pub(super) fn is_batch_notice(body: &str) -> bool {
    serde_json::from_str(body)
        .is_ok_and(|BatchNoticeShape { kinesis, dynamodb }| kinesis.is_some() || dynamodb.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"Records":[ {"n":1.0e2} ]}"#;

    #[test]
    fn event_is_extracted_byte_for_byte() {
        let text = serde_json::Value::from(EVENT).to_string();
        for payload in [text.as_str(), EVENT] {
            assert_eq!(
                extract_event(&format!(r#"{{"version":"1.0","payload":{payload}}}"#)).as_deref(),
                Ok(EVENT)
            );
        }
    }

    #[test]
    fn undelivered_event_is_found_in_its_message() {
        let event = r#"{"id":"e","detail-type":"t","source":"s","detail":{"n":1.0e2}}"#;
        let failed = format!(r#"{{"version":"1.0","requestPayload":{event},"responsePayload":null}}"#);
        assert_eq!((find_bus_event(event), find_bus_event(&failed)), (Some(event), Some(event)));
        for body in ["text", "{}", r#"{"detail":{}}"#, r#"{"requestPayload":"text"}"#] {
            assert_eq!(find_bus_event(body), None, "{body}");
        }
    }

    #[test]
    fn function_arn_is_read_from_the_request_context() {
        let record = r#"{"requestContext":{"functionArn":"arn:f:$LATEST","condition":"c"},"payload":"{}"}"#;
        assert_eq!(function_arn(record).as_deref(), Some("arn:f:$LATEST"));
        assert_eq!((function_arn("{}"), function_arn("text")), (None, None));
    }

    #[test]
    fn texts_without_an_event_are_refused() {
        for (record, why) in [
            ("text", "not changed"),
            (r#"{"KinesisBatchInfo":{}}"#, "no payload"),
            (r#"{"payload":"{\"Records\":[]}"}"#, "not an event"),
            (r#"{"payload":"<text>"}"#, "not an event"),
        ] {
            assert!(extract_event(record).is_err_and(|problem| problem.contains(why)), "{record}");
        }
        assert!(
            is_batch_notice(r#"{"DDBStreamBatchInfo":{"shardId":"s"}}"#)
                && !is_batch_notice(r#"{"tenantId":"a"}"#)
        );
    }
}

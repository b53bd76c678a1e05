//! What Lambda writes of a batch that it gave up [Lambda developer guide, "Retain discarded batch records for a Kinesis
//! Data Streams event source in Lambda"]. Pure.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Discarded {
    /// The event, as text; only where the destination is S3.
    payload: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Event<'e> {
    #[serde(borrow, rename = "Records")]
    records: Vec<&'e RawValue>,
}

#[derive(Deserialize)]
struct Notice {
    #[serde(rename = "KinesisBatchInfo")]
    kinesis: Option<IgnoredAny>,
    #[serde(rename = "DDBStreamBatchInfo")]
    dynamodb: Option<IgnoredAny>,
}

/// The event of the batch that was given up, as it was.
///
/// # Errors
/// Why it cannot be had.
pub(super) fn event(record: &str) -> Result<String, String> {
    let discarded: Discarded = serde_json::from_str(record)
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
    match serde_json::from_str::<Event<'_>>(&event) {
        Ok(Event { records }) if !records.is_empty() => Ok(event),
        _ => Err("its payload is no event of a stream: {\"Records\":[…]}".to_owned()),
    }
}

/// Whether a message of a queue is such a record: it names the batch, and holds none of its records.
pub(super) fn is_notice(body: &str) -> bool {
    serde_json::from_str(body)
        .is_ok_and(|Notice { kinesis, dynamodb }| kinesis.is_some() || dynamodb.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"Records":[ {"n":1.0e2} ]}"#;

    #[test]
    fn the_event_is_taken_out_byte_for_byte() {
        let text = serde_json::Value::from(EVENT).to_string();
        for payload in [text.as_str(), EVENT] {
            assert_eq!(event(&format!(r#"{{"version":"1.0","payload":{payload}}}"#)).as_deref(), Ok(EVENT));
        }
    }

    #[test]
    fn what_holds_no_event_is_told_apart() {
        for (record, why) in [
            ("text", "left alone"),
            (r#"{"KinesisBatchInfo":{}}"#, "no payload"),
            (r#"{"payload":"{\"Records\":[]}"}"#, "no event"),
            (r#"{"payload":"<text>"}"#, "no event"),
        ] {
            assert!(event(record).is_err_and(|problem| problem.contains(why)), "{record}");
        }
        assert!(is_notice(r#"{"DDBStreamBatchInfo":{"shardId":"s"}}"#) && !is_notice(r#"{"tenantId":"a"}"#));
    }
}

//! A router, invoked with records that have no queue to go back to.

use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::ProvideErrorMetadata;
use aws_smithy_types::Blob;
use serde_json::Value;

use super::clients;
use super::transfer::SendOutcome;

/// How often a call that Lambda throttled, and so did not run, is made again.
const MAX_TRIES: u32 = 5;

/// What a router answers that has settled everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedResponse {
    /// A partial batch response without failures.
    PartialBatch,
    /// `null`; what is not settled is an error.
    Null,
}

/// The router of a source.
pub(crate) struct RouterFunction {
    pub(crate) client: Client,
    pub(crate) function: String,
}

impl RouterFunction {
    /// Invokes it and waits. `Taken`: everything in the event is settled, so delivered or set aside again.
    pub(crate) async fn invoke(&self, event: &str, expected: ExpectedResponse) -> SendOutcome {
        let mut tries = 0;
        loop {
            tries += 1;
            let request = self.client.invoke().function_name(&self.function);
            let error = match request.payload(Blob::new(event)).send().await {
                Ok(output) => {
                    let body = output.payload.map(Blob::into_inner).unwrap_or_default();
                    return interpret_response(output.function_error.as_deref(), &body, expected);
                }
                Err(error) => error,
            };
            let throttled = error.code() == Some("TooManyRequestsException");
            if !throttled || tries == MAX_TRIES {
                return match clients::classify_send_error(&error) {
                    SendOutcome::Refused(why) => SendOutcome::Refused(format!("the router was not invoked: {why}")),
                    other => other,
                };
            }
            tokio::time::sleep(Duration::from_millis(250 << tries)).await;
        }
    }
}

/// What the router's answer means. Pure.
pub(crate) fn interpret_response(error: Option<&str>, body: &[u8], expected: ExpectedResponse) -> SendOutcome {
    let Ok(response) = serde_json::from_slice::<Value>(body) else {
        return SendOutcome::Unknown("the router's response is not JSON".to_owned());
    };
    if error.is_some() {
        let text = |field: &str| response[field].as_str().unwrap_or_default().chars().take(200).collect();
        let (kind, message): (String, String) = (text("errorType"), text("errorMessage"));
        let why = format!("the router failed: {kind}: {message}");
        // The router says so where it refuses an event whole, before anything is delivered.
        return if kind == "BatchRefused" { SendOutcome::Refused(why) } else { SendOutcome::Unknown(why) };
    }
    match (expected, &response, response["batchItemFailures"].as_array().map(Vec::as_slice)) {
        (ExpectedResponse::Null, Value::Null, _) | (ExpectedResponse::PartialBatch, _, Some([])) => SendOutcome::Accepted,
        (ExpectedResponse::PartialBatch, _, Some(_)) => SendOutcome::Unknown(
            "the router could not settle it: see the anomaly lines in its log for the cause".to_owned(),
        ),
        _ => SendOutcome::Unknown(
            "the response is not that of this source's router: name the router's function, not the backend's"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_names_no_failure_settles() {
        let batch = |body: &str| interpret_response(None, body.as_bytes(), ExpectedResponse::PartialBatch);
        assert_eq!(batch(r#"{"batchItemFailures":[]}"#), SendOutcome::Accepted);
        for body in [
            r#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#,
            r#"{"batchItemFailures":null}"#,
            "{}",
            "null",
            "[]",
            "",
            "ok",
        ] {
            assert!(matches!(batch(body), SendOutcome::Unknown(_)), "{body}");
        }
        assert_eq!(interpret_response(None, b"null", ExpectedResponse::Null), SendOutcome::Accepted);
        assert!(matches!(interpret_response(None, b"{}", ExpectedResponse::Null), SendOutcome::Unknown(_)));
    }

    #[test]
    fn a_router_that_failed_settles_nothing_and_one_that_refused_the_event_has_delivered_nothing() {
        let failed = |kind: &str| {
            let body = format!(r#"{{"errorType":"{kind}","errorMessage":"why"}}"#);
            interpret_response(Some("Unhandled"), body.as_bytes(), ExpectedResponse::Null)
        };
        assert!(matches!(failed("NotSettled"), SendOutcome::Unknown(why) if why.contains("why")));
        assert!(matches!(failed("BatchRefused"), SendOutcome::Refused(_)));
        assert!(matches!(failed("Sandbox.Timedout"), SendOutcome::Unknown(_)));
    }
}

//! Invokes a router with records that cannot go back to a queue.

use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::ProvideErrorMetadata;
use aws_smithy_types::Blob;
use serde_json::Value;

use super::clients::{self, AwsClients};
use super::state::SendOutcome;
use crate::error::CommandError;

/// The maximum number of tries of a call that Lambda throttles. A throttled call did not run the function.
const MAX_TRIES: u32 = 5;

/// The response of a router that acknowledges all records of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedResponse {
    /// A partial batch response without failures.
    PartialBatch,
    /// `null`; a record that is not acknowledged makes the invocation an error.
    Null,
}

/// The router function of a source.
pub(crate) struct RouterFunction {
    client: Client,
    pub(crate) function: String,
}

impl RouterFunction {
    /// Makes the client for a function's name or ARN.
    ///
    /// # Errors
    /// The region is unknown.
    pub(crate) fn new(clients: &AwsClients, function: String) -> Result<Self, CommandError> {
        Ok(Self { client: clients.lambda(&function)?, function })
    }

    /// Invokes the router and waits for its response. `Accepted` means that all records of the event are acknowledged:
    /// delivered, or quarantined again.
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
                    SendOutcome::Refused(why) => {
                        SendOutcome::Refused(format!("the router was not invoked: {why}"))
                    }
                    other => other,
                };
            }
            tokio::time::sleep(Duration::from_millis(250 << tries)).await;
        }
    }
}

/// Interprets the response of a router, or of the function that was invoked by mistake. No I/O.
pub(crate) fn interpret_response(
    error: Option<&str>,
    body: &[u8],
    expected: ExpectedResponse,
) -> SendOutcome {
    let Ok(response) = serde_json::from_slice::<Value>(body) else {
        return SendOutcome::Unknown("the router's response is not JSON".to_owned());
    };
    if error.is_some() {
        let text = |field: &str| response[field].as_str().unwrap_or_default().chars().take(200).collect();
        let (kind, message): (String, String) = (text("errorType"), text("errorMessage"));
        let why = format!("the router failed: {kind}: {message}");
        // The router fails with this type if it refuses the whole event, before it delivers a record.
        return if kind == "BatchRefused" { SendOutcome::Refused(why) } else { SendOutcome::Unknown(why) };
    }
    match (expected, &response, response["batchItemFailures"].as_array().map(Vec::as_slice)) {
        (ExpectedResponse::Null, Value::Null, _) | (ExpectedResponse::PartialBatch, _, Some([])) => {
            SendOutcome::Accepted
        }
        (ExpectedResponse::PartialBatch, _, Some(_)) => SendOutcome::Unknown(
            "the router did not acknowledge it: see the anomaly lines in the router's log".to_owned(),
        ),
        _ => SendOutcome::Unknown(
            "the response is not one of this source's router: name the router's function, not the backend's"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_response_without_failures_acknowledges() {
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
    fn failed_router_acknowledges_nothing() {
        let failed = |kind: &str| {
            let body = format!(r#"{{"errorType":"{kind}","errorMessage":"why"}}"#);
            interpret_response(Some("Unhandled"), body.as_bytes(), ExpectedResponse::Null)
        };
        assert!(matches!(failed("NotAcknowledged"), SendOutcome::Unknown(why) if why.contains("why")));
        assert!(matches!(failed("BatchRefused"), SendOutcome::Refused(_)));
        assert!(matches!(failed("Sandbox.Timedout"), SendOutcome::Unknown(_)));
    }
}

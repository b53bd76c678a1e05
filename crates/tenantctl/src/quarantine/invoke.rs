//! A router, invoked with records that have no queue to go back to.

use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::ProvideErrorMetadata;
use aws_smithy_types::Blob;
use serde_json::Value;

use super::estate;
use super::handing::Answer;

/// How often a call that Lambda throttled, and so did not run, is made again.
const TRIES: u32 = 5;

/// What a router answers that has settled everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answering {
    /// A partial batch response without failures.
    Batch,
    /// `null`; what is not settled is an error.
    Event,
}

/// The router of a source.
pub(crate) struct Router {
    pub(crate) client: Client,
    pub(crate) function: String,
}

impl Router {
    /// Invokes it and waits. `Taken`: everything in the event is settled, so delivered or set aside again.
    pub(crate) async fn invoke(&self, event: &str, answering: Answering) -> Answer {
        let mut tries = 0;
        loop {
            tries += 1;
            let asking = self.client.invoke().function_name(&self.function);
            let error = match asking.payload(Blob::new(event)).send().await {
                Ok(output) => {
                    let body = output.payload.map(Blob::into_inner).unwrap_or_default();
                    return meaning(output.function_error.as_deref(), &body, answering);
                }
                Err(error) => error,
            };
            let throttled = error.code() == Some("TooManyRequestsException");
            if !throttled || tries == TRIES {
                return match estate::answer(&error) {
                    Answer::Refused(why) => Answer::Refused(format!("the router was not invoked: {why}")),
                    other => other,
                };
            }
            tokio::time::sleep(Duration::from_millis(250 << tries)).await;
        }
    }
}

/// What the router's answer means. Pure.
pub(crate) fn meaning(error: Option<&str>, body: &[u8], answering: Answering) -> Answer {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return Answer::Unknown("the router's answer is not JSON".to_owned());
    };
    if error.is_some() {
        let text = |field: &str| answer[field].as_str().unwrap_or_default().chars().take(200).collect();
        let (kind, message): (String, String) = (text("errorType"), text("errorMessage"));
        let why = format!("the router failed: {kind}: {message}");
        // The router says so where it refuses an event whole, before anything is delivered.
        return if kind == "BatchRefused" { Answer::Refused(why) } else { Answer::Unknown(why) };
    }
    match (answering, &answer, answer["batchItemFailures"].as_array().map(Vec::as_slice)) {
        (Answering::Event, Value::Null, _) | (Answering::Batch, _, Some([])) => Answer::Taken,
        (Answering::Batch, _, Some(_)) => Answer::Unknown(
            "the router could not settle it: see the anomaly lines in its log for the cause".to_owned(),
        ),
        _ => Answer::Unknown(
            "the answer is not that of this source's router: name the router's function, not the backend's"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_names_no_failure_settles() {
        let batch = |body: &str| meaning(None, body.as_bytes(), Answering::Batch);
        assert_eq!(batch(r#"{"batchItemFailures":[]}"#), Answer::Taken);
        for body in [
            r#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#,
            r#"{"batchItemFailures":null}"#,
            "{}",
            "null",
            "[]",
            "",
            "ok",
        ] {
            assert!(matches!(batch(body), Answer::Unknown(_)), "{body}");
        }
        assert_eq!(meaning(None, b"null", Answering::Event), Answer::Taken);
        assert!(matches!(meaning(None, b"{}", Answering::Event), Answer::Unknown(_)));
    }

    #[test]
    fn a_router_that_failed_settles_nothing_and_one_that_refused_the_event_has_delivered_nothing() {
        let failed = |kind: &str| {
            let body = format!(r#"{{"errorType":"{kind}","errorMessage":"why"}}"#);
            meaning(Some("Unhandled"), body.as_bytes(), Answering::Event)
        };
        assert!(matches!(failed("NotSettled"), Answer::Unknown(why) if why.contains("why")));
        assert!(matches!(failed("BatchRefused"), Answer::Refused(_)));
        assert!(matches!(failed("Sandbox.Timedout"), Answer::Unknown(_)));
    }
}

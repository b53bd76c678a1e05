//! Helpers of the behaviour tests: rules from paths, and SQS records.

use tenancy::{Grammar, Rejection, Rules, Selector};

/// Makes rules of paths without captures, with the strict grammar.
pub(crate) fn rules(from: &[&str], must_match: &[&str]) -> Rules {
    let selectors = |paths: &[&str]| paths.iter().map(|path| Selector::parse(path).unwrap()).collect();
    Rules::new(selectors(from), selectors(must_match), Grammar::Strict).unwrap()
}

/// An SQS record as an event carries it [Lambda developer guide, "Using Lambda with Amazon SQS"]. The attributes and the
/// message attributes are lists of fields as JSON text.
pub(crate) fn sqs(body: &str, attributes: &str, message_attributes: &str) -> String {
    let body = serde_json::to_string(body).unwrap();
    format!(
        r#"{{"messageId":"059f36b4-87a3-44ab-83d2-661975830a7d","receiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a","body":{body},"attributes":{{{attributes}}},"messageAttributes":{{{message_attributes}}},"md5OfBody":"098f6bcd4621d373cade4e832627b4f6","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:orders","awsRegion":"us-east-1"}}"#
    )
}

/// An SQS record with this body, without a message group or message attributes.
pub(crate) fn with_body(body: &str) -> String {
    sqs(body, r#""ApproximateReceiveCount":"1""#, "")
}

/// The tenant, or the code of the reason and the selector's path.
pub(crate) fn outcome(rules: &Rules, record: &str) -> Result<String, (&'static str, Option<String>)> {
    match rules.admit(record) {
        Ok(admitted) => Ok(admitted.tenant().as_str().to_owned()),
        Err(rejection) => Err(code_and_path(&rejection)),
    }
}

fn code_and_path(rejection: &Rejection) -> (&'static str, Option<String>) {
    (rejection.reason().code(), rejection.path().map(str::to_owned))
}

/// A rejection as [`outcome`] returns it.
pub(crate) fn rejected(code: &'static str, selector: &str) -> Result<String, (&'static str, Option<String>)> {
    Err((code, Some(selector.to_owned())))
}

//! The asynchronous loop, after the published sample.

use super::handler_context::{Answer, HandlerContext};

/// For each record in turn an asynchronous Invoke with the tenant id as it stands there. A body that is no JSON is
/// skipped; without an id, or when the Invoke throws, the whole batch fails. The isolated function has no failure
/// destination. So does the handler of `aws-samples/serverless-patterns`, `sqs-lambda-tenant-isolation-sam-py`, but this is
/// not that sample: there the id is the message group's, of a fair standard queue, the only source that it is made for;
/// bodies that are no objects or too long are skipped as well; boto3 tries an Invoke five times, where `handler_context` tries three
/// times; and the queue has no dead-letter queue, so that what fails each time comes again until its retention ends.
pub(super) async fn handle(handler_context: &HandlerContext<'_>) -> Answer {
    for message in &handler_context.messages {
        if !message.is_json {
            continue;
        }
        let Some(tenant) = message.tenant.as_deref().filter(|tenant| is_well_formed(tenant)) else {
            return Answer::Exception;
        };
        if handler_context.fire(tenant, &[message.record]).await.is_err() {
            return Answer::Exception;
        }
    }
    Answer::Success
}

/// The sample's own pattern: letters, digits and hyphens, 64 at most.
fn is_well_formed(tenant: &str) -> bool {
    (1..=64).contains(&tenant.len())
        && tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

//! The loop with partial batch responses.

use super::handler_context::{Answer, HandlerContext};

/// `try` and `catch` around each record, and the failed ones named, as in the examples of the Lambda developer guide,
/// "Implementing partial batch responses" for SQS, and as Powertools' `BatchProcessor` does. It goes on behind what
/// failed, in a FIFO queue and in a stream too.
pub(super) async fn handle(handler_context: &HandlerContext<'_>) -> Answer {
    let mut failed = Vec::new();
    for message in &handler_context.messages {
        if handler_context.deliver(message).await.is_err() {
            failed.push(message.record);
        }
    }
    Answer::Names(failed)
}

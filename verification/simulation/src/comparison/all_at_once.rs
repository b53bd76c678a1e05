//! All records at once.

use futures_util::future::join_all;

use super::handler_context::{Answer, HandlerContext};

/// `await Promise.all(records.map(…))` with partial batch responses: what Powertools for TypeScript does in
/// `processPartialResponse` with a `BatchProcessor`. Nothing keeps the order of a message group or a partition key.
pub(super) async fn handle(handler_context: &HandlerContext<'_>) -> Answer {
    let delivered =
        join_all(handler_context.messages.iter().map(|message| handler_context.deliver(message))).await;
    let failed = handler_context.messages.iter().zip(delivered).filter(|(_, delivered)| delivered.is_err());
    Answer::Names(failed.map(|(message, _)| message.record).collect())
}

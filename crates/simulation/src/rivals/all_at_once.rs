//! All records at once.

use futures_util::future::join_all;

use super::desk::{Answer, Desk};

/// `await Promise.all(records.map(…))` with partial batch responses: what Powertools for TypeScript does in
/// `processPartialResponse` with a `BatchProcessor`. Nothing keeps the order of a message group or a partition key.
pub(super) async fn handle(desk: &Desk<'_>) -> Answer {
    let delivered = join_all(desk.messages.iter().map(|message| desk.deliver(message))).await;
    let failed = desk.messages.iter().zip(delivered).filter(|(_, delivered)| delivered.is_err());
    Answer::Names(failed.map(|(message, _)| message.record).collect())
}

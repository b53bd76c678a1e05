//! The careful loop.

use super::desk::{Answer, Desk};
use crate::plan::Kind;

/// What a diligent team writes: Powertools' batch processing (`SqsFifoPartialProcessor` for a FIFO queue), in turn, with
/// function errors thrown. A FIFO queue's batch stops at its first failure, and all from there on are named; so does a
/// stream's, as in the example of the Lambda developer guide, "Configuring partial batch response with Kinesis Data
/// Streams and Lambda". It has an eye neither on the deadline nor on whether a record's two places name one tenant.
pub(super) async fn handle(desk: &Desk<'_>) -> Answer {
    let keeps_order = desk.kind() != Kind::Standard;
    let mut failed: Vec<usize> = Vec::new();
    for message in &desk.messages {
        let stopped = keeps_order && !failed.is_empty();
        if stopped || desk.deliver(message).await.is_err() {
            failed.push(message.record);
        }
    }
    Answer::Names(failed)
}

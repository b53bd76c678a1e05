//! The careful loop.

use super::handler_context::{Answer, HandlerContext};
use super::message::Message;
use crate::plan::Kind;

/// What a diligent team writes: Powertools' batch processing, in turn, with function errors thrown. In a FIFO queue a
/// message group stops at its first failure and all of it from there on is named, as `SqsFifoPartialProcessor` does with
/// `skip_group_on_error`; the other groups go on. A stream's batch stops as a whole, as in the example of the Lambda
/// developer guide, "Configuring partial batch response with Kinesis Data Streams and Lambda". It has an eye neither on the
/// deadline nor on whether a record's two places name one tenant.
pub(super) async fn handle(handler_context: &HandlerContext<'_>) -> Answer {
    let mut failed: Vec<&Message> = Vec::new();
    for message in &handler_context.messages {
        let is_behind = |other: &&Message| match handler_context.kind() {
            Kind::Standard => false,
            Kind::Fifo => other.group == message.group,
            _ => true,
        };
        let stopped = failed.iter().any(is_behind);
        if stopped || handler_context.deliver(message).await.is_err() {
            failed.push(message);
        }
    }
    Answer::Names(failed.iter().map(|message| message.record).collect())
}

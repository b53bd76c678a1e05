//! Catch, log, go on.

use super::handler_context::{Answer, HandlerContext};

/// The sequential loop with `try { … } catch (e) { console.error(e) }` around each record, so that one bad record does
/// not hold up the others. The source hears of success whatever happened.
pub(super) async fn handle(handler_context: &HandlerContext<'_>) -> Answer {
    for message in &handler_context.messages {
        if handler_context.invoke(message.tenant.as_deref(), &[message.record]).await.is_err() {
            // It is in the log now, and nowhere else.
        }
    }
    Answer::Success
}

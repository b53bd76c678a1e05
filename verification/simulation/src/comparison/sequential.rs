//! The loop that waits.

use super::handler_context::{Answer, HandlerContext};

/// The ten lines that one writes first, and that `verification/bench/` measures: for each record in turn, `await` an Invoke; any
/// exception fails the whole batch. It does not look at `FunctionError`, which is not thrown: the answer is a 200.
pub(super) async fn handle(handler_context: &HandlerContext<'_>) -> Answer {
    for message in &handler_context.messages {
        if handler_context.invoke(message.tenant.as_deref(), &[message.record]).await.is_err() {
            return Answer::Exception;
        }
    }
    Answer::Success
}

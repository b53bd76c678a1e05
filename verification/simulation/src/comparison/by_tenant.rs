//! One Invoke for each tenant.

use super::handler_context::{Answer, HandlerContext};

/// `groupBy(records, tenantId)`, and for each group an Invoke with its records as one event of the source. An exception
/// fails the batch; the answer, a partial batch response of the isolated function, is not read, nor is `FunctionError`.
pub(super) async fn handle(handler_context: &HandlerContext<'_>) -> Answer {
    let mut groups: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for message in &handler_context.messages {
        let tenant = message.tenant.as_deref();
        match groups.iter_mut().find(|(of, _)| *of == tenant) {
            Some((_, records)) => records.push(message.record),
            None => groups.push((tenant, vec![message.record])),
        }
    }
    for (tenant, records) in groups {
        if handler_context.invoke(tenant, &records).await.is_err() {
            return Answer::Exception;
        }
    }
    Answer::Success
}

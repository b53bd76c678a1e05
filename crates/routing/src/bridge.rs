//! The messages of a bridge: admitted records of a stream on their way into an SQS FIFO queue, each byte for byte. Pure.

use crate::hash::hex_of;
use crate::ports::{Attempt, BridgeRequest};
use crate::sqs::{is_id, is_permitted};

/// What the message groups of the queue are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BridgeGroup {
    /// One for each tenant.
    Tenant,
    /// One for each order key of each tenant.
    TenantAndKey,
}

/// One record as a message of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeMessage {
    /// The stream's record, byte for byte.
    pub body: String,
    /// The `MessageGroupId`.
    pub group: String,
    /// The `MessageDeduplicationId`: one for each record of a stream, so that the queue keeps one message when the same record
    /// is sent twice within five minutes [Amazon SQS developer guide, "Exactly-once processing in Amazon SQS"].
    pub deduplication: String,
}

impl BridgeMessage {
    /// The message for the record of this request.
    ///
    /// # Errors
    /// The result of the attempt, where no message can hold the record.
    pub fn new(request: &BridgeRequest<'_>, group: BridgeGroup) -> Result<Self, Attempt> {
        let BridgeRequest { admitted, record, source_arn } = request;
        if !record.raw().chars().all(is_permitted) {
            return Err(Attempt::Refused("InvalidMessageContents".to_owned()));
        }
        let group = group_id(group, admitted.tenant().as_str(), record.order_key());
        // A sequence number is unique within a shard only.
        let deduplication = hex_of(&[source_arn, record.event_id()]);
        Ok(Self { body: record.raw().to_owned(), group, deduplication })
    }
}

/// Makes an uncertain attempt one that is retried at once: the queue keeps only one message of the two. An uncertain Invoke of a
/// backend must never be retried in this way.
#[must_use]
pub fn retryable(attempt: Attempt) -> Attempt {
    match attempt {
        Attempt::Uncertain(code) => Attempt::NotStarted(code),
        other => other,
    }
}

/// The tenant id where SQS takes it as a group, so that it can be read in the console; otherwise a hash of it.
fn group_id(group: BridgeGroup, tenant: &str, order_key: Option<&str>) -> String {
    match group {
        BridgeGroup::Tenant if is_id(tenant) => tenant.to_owned(),
        BridgeGroup::Tenant => hex_of(&[tenant]),
        BridgeGroup::TenantAndKey => hex_of(&[tenant, order_key.unwrap_or_default()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_is_the_tenant_id_or_its_hash() {
        assert_eq!(group_id(BridgeGroup::Tenant, "blue", Some("key")), "blue");
        assert_eq!(group_id(BridgeGroup::Tenant, "b l", None).len(), 64);
        let both = |tenant, key| group_id(BridgeGroup::TenantAndKey, tenant, Some(key));
        assert_ne!(both("blue", "1"), both("blue1", ""));
        assert_eq!(both("blue", "1"), both("blue", "1"));
    }
}

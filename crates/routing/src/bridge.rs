//! The bridge's messages: a stream's admitted records on their way into an SQS FIFO queue, each as it came. What sends
//! them lives outside. Pure.

use crate::hash::hex_of;
use crate::ports::{Attempt, InvokeRequest};
use crate::sqs::{is_id, is_permitted};

/// Bytes of a message that are kept free for what stands beside its body and counts as well, an attribute.
pub const BESIDE: usize = 64;

/// What the queue's message groups are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BridgeGroup {
    /// One for each tenant.
    Tenant,
    /// One for each order key of each tenant.
    TenantAndKey,
}

/// One record on its way over the bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The stream's record, as it came.
    pub body: String,
    /// The `MessageGroupId`.
    pub group: String,
    /// The `MessageDeduplicationId`: one for each record of a stream, so that the queue keeps once what is sent twice
    /// within five minutes [Amazon SQS developer guide, "Exactly-once processing in Amazon SQS"].
    pub deduplication: String,
}

impl Message {
    /// The message for the record of this call.
    ///
    /// # Errors
    /// What the attempt came to, where no message can hold the record.
    pub fn of(call: InvokeRequest<'_>, group: BridgeGroup) -> Result<Self, Attempt> {
        let body = String::from_utf8(call.payload).map_err(|_| Attempt::Refused("NotUtf8".to_owned()))?;
        if !body.chars().all(is_permitted) {
            return Err(Attempt::Refused("InvalidMessageContents".to_owned()));
        }
        let group = group_id(group, call.admitted.tenant().as_str(), call.record.order_key());
        // A sequence number is unique within a shard only.
        let deduplication = hex_of(&[call.source_arn, call.record.event_id()]);
        Ok(Self { body, group, deduplication })
    }
}

/// What may have been taken can be sent again at once: the queue keeps it once. To another port it would be uncertain.
#[must_use]
pub fn retryable(attempt: Attempt) -> Attempt {
    match attempt {
        Attempt::Uncertain(code) => Attempt::NotStarted(code),
        other => other,
    }
}

/// The tenant id where SQS takes it as a group, so that it can be read in the console; else a hash of it.
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
    fn a_group_is_the_tenant_where_sqs_takes_it_and_a_hash_elsewhere() {
        assert_eq!(group_id(BridgeGroup::Tenant, "blue", Some("key")), "blue");
        assert_eq!(group_id(BridgeGroup::Tenant, "b l", None).len(), 64);
        let both = |tenant, key| group_id(BridgeGroup::TenantAndKey, tenant, Some(key));
        assert_ne!(both("blue", "1"), both("blue1", ""));
        assert_eq!(both("blue", "1"), both("blue", "1"));
    }
}

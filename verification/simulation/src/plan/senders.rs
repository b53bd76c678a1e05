//! The senders of records, and the senders that the registry allows.
//!
//! SQS gives for a message the id of the IAM user, or that of the role with a colon and the session name [Amazon SQS
//! API reference, `ReceiveMessage`, `SenderId`]. EventBridge gives for an event the account [Amazon EventBridge user
//! guide, "EventBridge event structure"]. A stream gives no sender.

use super::{Kind, Plan};

/// The senders that may send records of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowedSenders {
    /// Every sender that may write to the source.
    Anyone,
    /// Only the role or the account of the tenant.
    TenantOnly,
}

/// The sender of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The role or the account of the tenant that the record names.
    Tenant,
    /// Another sender, whose id begins with that of the tenant's.
    Other,
}

impl Plan {
    /// Returns the principal of a tenant, as its registry item lists it.
    #[must_use]
    pub fn principal_of(&self, tenant: usize) -> String {
        match self.kind {
            Kind::EventBridge | Kind::Buffered => format!("11112222{tenant:04}"),
            Kind::Standard | Kind::Fifo | Kind::Kinesis | Kind::DynamoDb | Kind::Bridge => {
                format!("AROA{tenant}")
            }
        }
    }

    /// Returns the sender of a record, as the source gives it.
    #[must_use]
    pub fn sender(&self, record: usize) -> String {
        let planned = &self.records[record];
        let principal = self.principal_of(planned.stated.owner().unwrap_or_default());
        let suffix = if planned.sender == Sender::Other { "9" } else { "" };
        let session = if principal.starts_with("AROA") { ":session" } else { "" };
        format!("{principal}{suffix}{session}")
    }

    /// Returns whether the registry allows the sender of a record at every time of the history.
    #[must_use]
    pub fn sender_is_always_allowed(&self, record: usize) -> bool {
        let owner = self.records[record].stated.owner();
        let unrestricted =
            owner.is_some_and(|owner| self.tenants[owner].senders == [AllowedSenders::Anyone; 2]);
        self.settings.registry.is_none() || unrestricted || self.is_sent_by_tenant(record)
    }

    /// Returns whether a record comes from the role or the account of its tenant.
    #[must_use]
    pub fn is_sent_by_tenant(&self, record: usize) -> bool {
        self.records[record].sender == Sender::Tenant && self.kind.sender_path().is_some()
    }
}

impl Kind {
    /// Returns the path of the sender in a record; `None` for a stream.
    #[must_use]
    pub const fn sender_path(self) -> Option<&'static str> {
        match self {
            Self::Standard | Self::Fifo => Some("$.attributes.SenderId"),
            Self::EventBridge => Some("$.account"),
            Self::Buffered => Some("$.body.account"),
            Self::Kinesis | Self::DynamoDb | Self::Bridge => None,
        }
    }
}

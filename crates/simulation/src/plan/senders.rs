//! Who sends records, and who may: of a queue's message SQS tells an IAM user's id, or a role's with a colon and the
//! session's name [Amazon SQS API reference, `ReceiveMessage`, `SenderId`], of an event EventBridge tells the account
//! [Amazon EventBridge user guide, "EventBridge event structure"]. A stream tells nobody.

use super::{Kind, Plan};

/// Who may send a tenant's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowedSenders {
    /// Whoever may write to the source.
    Anyone,
    /// Its own role, or account.
    Its,
}

/// Who sent a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The role, or the account, of the tenant that it names.
    Its,
    /// Somebody else, whose name begins alike.
    Stranger,
}

impl Plan {
    /// Who may send for a tenant, as its item in the registry says.
    #[must_use]
    pub fn principal_of(&self, tenant: usize) -> String {
        match self.kind {
            Kind::EventBridge | Kind::Buffered => format!("11112222{tenant:04}"),
            Kind::Standard | Kind::Fifo | Kind::Kinesis | Kind::DynamoDb | Kind::Bridge => {
                format!("AROA{tenant}")
            }
        }
    }

    /// Who sent a record, as the source tells it.
    #[must_use]
    pub fn sender(&self, record: usize) -> String {
        let planned = &self.records[record];
        let principal = self.principal_of(planned.stated.owner().unwrap_or_default());
        let stranger = if planned.sender == Sender::Other { "9" } else { "" };
        let session = if principal.starts_with("AROA") { ":session" } else { "" };
        format!("{principal}{stranger}{session}")
    }

    /// Whether a record's sender may send it, whatever is remembered of who may.
    #[must_use]
    pub fn sender_is_always_allowed(&self, record: usize) -> bool {
        let owner = self.records[record].stated.owner();
        let free = owner.is_some_and(|owner| self.tenants[owner].senders == [AllowedSenders::Anyone; 2]);
        self.settings.registry.is_none() || free || self.is_sent_by_tenant(record)
    }

    /// Whether a record's sender may send it, where its tenant is bound.
    #[must_use]
    pub fn is_sent_by_tenant(&self, record: usize) -> bool {
        self.records[record].sender == Sender::Tenant && self.kind.sender_path().is_some()
    }
}

impl Kind {
    /// Where a record's sender stands.
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

//! Who sends records, and who may [Amazon SQS API reference, `ReceiveMessage`, `SenderId`: an IAM user's id, or a role's
//! with a colon and the session's name].

use super::{Kind, Plan};

/// Who may send a tenant's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Senders {
    /// Whoever may write to the source.
    Anyone,
    /// Its own role.
    ItsRole,
}

/// Who sent a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A session of the role of the tenant that it names.
    ItsRole,
    /// Somebody else, whose name begins alike.
    Stranger,
}

/// A tenant's role, as its item in the registry names it.
#[must_use]
pub fn role_of(tenant: usize) -> String {
    format!("AROA{tenant}")
}

impl Plan {
    /// The sender of a record, as a queue tells it.
    #[must_use]
    pub fn sender_id(&self, record: usize) -> String {
        let planned = &self.records[record];
        let role = role_of(planned.says.owner().unwrap_or_default());
        match planned.sender {
            Sender::ItsRole => format!("{role}:session"),
            Sender::Stranger => format!("{role}X:session"),
        }
    }

    /// Whether its sender may send it, where its tenant is bound to its role. Streams know no senders.
    #[must_use]
    pub fn is_of_its_role(&self, record: usize) -> bool {
        self.records[record].sender == Sender::ItsRole && self.kind.knows_senders()
    }
}

impl Kind {
    /// Whether the source itself tells who sent a record.
    #[must_use]
    pub const fn knows_senders(self) -> bool {
        !self.is_stream()
    }
}
